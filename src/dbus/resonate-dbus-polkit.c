/* resonate-dbus-polkit.c: asks polkit whether a caller may do something
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-polkit.h"

/* Polkit's own library is this one call, and a mile of wrapping. */
#define POLKIT_NAME      "org.freedesktop.PolicyKit1"
#define POLKIT_PATH      "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"

#define FLAG_ALLOW_USER_INTERACTION 1

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* A question that somebody is asked on the screen has no time. */
#define TIMEOUT_MS (25 * 1000)

typedef struct
{
  GDBusConnection *connection;
  char *caller;
  ResonatePolkitFunc answered;
  gpointer user_data;
  GCancellable *cancellable;
} Question;

static gboolean
may_interact (GDBusMethodInvocation *invocation)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);

  return (g_dbus_message_get_flags (message) &
          G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION) != 0;
}

static GVariant *
make_question (GDBusMethodInvocation *invocation, const char *action)
{
  GVariantBuilder subject;
  guint32 flags = may_interact (invocation) ? FLAG_ALLOW_USER_INTERACTION : 0;

  g_variant_builder_init (&subject, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&subject, "{sv}", "name",
                         g_variant_new_string (g_dbus_method_invocation_get_sender (invocation)));

  return g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject, action, NULL, flags, "");
}

static gboolean
is_yes (GVariant *reply)
{
  gboolean authorized = FALSE;

  g_variant_get (reply, "((bba{ss}))", &authorized, NULL, NULL);

  return authorized;
}

static gboolean
is_root (GVariant *reply)
{
  guint32 uid = G_MAXUINT32;

  g_variant_get (reply, "(u)", &uid);

  return uid == 0;
}

static void
answer (Question *question, ResonatePolkitAnswer what)
{
  if (g_cancellable_is_cancelled (question->cancellable))
    what = RESONATE_POLKIT_CANCELLED;

  question->answered (what, question->user_data);
  g_clear_object (&question->cancellable);
  g_clear_object (&question->connection);
  g_free (question->caller);
  g_free (question);
}

static void
on_uid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  answer (user_data, reply != NULL && is_root (reply) ? RESONATE_POLKIT_YES : RESONATE_POLKIT_NO);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL)
    {
      answer (question, is_yes (reply) ? RESONATE_POLKIT_YES : RESONATE_POLKIT_NO);
      return;
    }

  g_debug ("No answer of polkit, so only root may: %s", error->message);
  g_dbus_connection_call (question->connection, BUS_NAME, BUS_PATH, BUS_NAME,
                          "GetConnectionUnixUser", g_variant_new ("(s)", question->caller),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS,
                          question->cancellable, on_uid, question);
}

void
resonate_polkit_ask (GDBusMethodInvocation *invocation,
                     const char *action,
                     GCancellable *cancellable,
                     ResonatePolkitFunc answered,
                     gpointer user_data)
{
  Question *question = g_new0 (Question, 1);

  question->connection = g_object_ref (g_dbus_method_invocation_get_connection (invocation));
  question->caller = g_strdup (g_dbus_method_invocation_get_sender (invocation));
  question->answered = answered;
  question->user_data = user_data;
  question->cancellable = g_object_ref (cancellable);

  g_dbus_connection_call (question->connection, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
                          "CheckAuthorization", make_question (invocation, action),
                          G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE,
                          may_interact (invocation) ? G_MAXINT : TIMEOUT_MS, cancellable,
                          on_checked, question);
}

gboolean
resonate_polkit_ask_sync (GDBusMethodInvocation *invocation,
                          const char *action,
                          GCancellable *cancellable)
{
  GDBusConnection *connection = g_dbus_method_invocation_get_connection (invocation);
  const char *caller = g_dbus_method_invocation_get_sender (invocation);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) uid = NULL;

  reply = g_dbus_connection_call_sync (connection, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
                                       "CheckAuthorization", make_question (invocation, action),
                                       G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE,
                                       TIMEOUT_MS, cancellable, NULL);
  if (reply != NULL)
    return is_yes (reply);

  uid = g_dbus_connection_call_sync (connection, BUS_NAME, BUS_PATH, BUS_NAME,
                                     "GetConnectionUnixUser", g_variant_new ("(s)", caller),
                                     G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS,
                                     cancellable, NULL);

  return uid != NULL && is_root (uid);
}
