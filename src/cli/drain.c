/* drain.c: has a server let its clients go, and waits for its end
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "drain.h"
#include "printable.h"

/* What the server may take to end when its time is over. */
#define GRACE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  GDBusProxy *proxy;
  char *owner; /* (owned): the process that drains */
  gboolean late;
} Drain;

static void
drain_clear (Drain *self)
{
  g_clear_pointer (&self->owner, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drain, drain_clear)

/* Another process may have the name by then, and it is not the one that was asked. */
static gboolean
is_over (const Drain *self)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (self->proxy);

  return g_strcmp0 (owner, self->owner) != 0 ||
         g_dbus_connection_is_closed (g_dbus_proxy_get_connection (self->proxy));
}

static gboolean
on_late (gpointer user_data)
{
  Drain *self = user_data;

  self->late = TRUE;

  return G_SOURCE_REMOVE;
}

/* The property, which the server sets before it answers, may have been told behind the answer.
 * Returns: 0 when the server has ended meanwhile */
static int64_t
get_deadline_us (Client *client)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  GDBusProxy *proxy = G_DBUS_PROXY (client->manager);

  reply = g_dbus_connection_call_sync (client->connection, g_dbus_proxy_get_name (proxy),
                                       g_dbus_proxy_get_object_path (proxy),
                                       "org.freedesktop.DBus.Properties", "Get",
                                       g_variant_new ("(ss)",
                                                      g_dbus_proxy_get_interface_name (proxy),
                                                      "DrainDeadline"),
                                       G_VARIANT_TYPE ("(v)"), CLIENT_FLAGS, CLIENT_TIMEOUT_MS,
                                       NULL, NULL);
  if (reply == NULL)
    return 0;

  g_variant_get (reply, "(v)", &value);

  return g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64)
           ? (int64_t) g_variant_get_uint64 (value)
           : 0;
}

static void
wait_for_end (Drain *self, int64_t deadline_us)
{
  int64_t left_us = MAX (0, deadline_us - g_get_real_time ()) + GRACE_US;
  guint timer = g_timeout_add ((guint) MIN (left_us / 1000, G_MAXINT), on_late, self);

  while (!is_over (self) && !self->late)
    g_main_context_iteration (NULL, TRUE);

  if (!self->late)
    g_source_remove (timer);
}

static void
print_json (guint n_remaining, int64_t deadline_us, gboolean ended)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "draining");
  json_builder_add_int_value (builder, n_remaining);
  json_builder_set_member_name (builder, "drain-deadline");
  if (deadline_us > 0)
    json_builder_add_int_value (builder, deadline_us);
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "ended");
  json_builder_add_boolean_value (builder, ended);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_begin (guint n_remaining, int64_t deadline_us)
{
  g_autofree char *moment = printable_dup_moment (deadline_us);

  g_print (ngettext ("%u connection is asked to leave.\n", "%u connections are asked to leave.\n",
                     n_remaining),
           n_remaining);
  if (deadline_us > 0)
    g_print (_ ("The server ends at %s at the latest.\n"), moment);
}

/*
 * drain_run:
 * @timeout_ms: how long clients may stay; 0 is what the server is configured to give them
 *
 * Has the server drain, and waits until it has ended: a supervisor that runs this before it kills
 * must not kill earlier.
 */
CliStatus
drain_run (const Cli *cli, guint timeout_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = client_new (cli, &error);
  g_auto (Drain) self = { NULL };
  guint n_remaining = 0;
  int64_t deadline_us;

  if (client == NULL)
    return client_failed (error);

  self.proxy = G_DBUS_PROXY (client->manager);
  self.owner = g_dbus_proxy_get_name_owner (self.proxy);
  if (!resonate_dbus_gen_manager_call_drain_sync (client->manager, timeout_ms, CLIENT_FLAGS,
                                                  CLIENT_TIMEOUT_MS, &n_remaining, NULL, &error))
    return client_failed (error);

  deadline_us = get_deadline_us (client);
  if (!cli->json)
    print_begin (n_remaining, deadline_us);

  wait_for_end (&self, deadline_us);
  if (cli->json)
    print_json (n_remaining, deadline_us, !self.late);

  if (self.late)
    return cli_failed (_ ("The server has not ended in time"));

  if (!cli->json)
    g_print ("%s\n", _ ("The server has ended."));

  return CLI_DONE;
}
