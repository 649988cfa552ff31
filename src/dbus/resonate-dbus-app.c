/* resonate-dbus-app.c: org.resonate.Resonate1.App, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-app.h"

#include <string.h>

#include "resonate-dbus-gate.h"
#include "resonate-dbus-names.h"
#include "resonate-dbus-rows.h"

/* What POST /apps/{id}/events takes at most. */
#define CHANNELS_MAX 100

/* Rows with so many facts take GDBus a millisecond to write, with a lock that the main loop needs.
 */
#define CONNECTIONS_MAX 250
#define FACTS_MAX       500

#define NO_PRESENCE "Only a presence channel knows its users"

struct _ResonateDbusApp
{
  ResonateDbusGenAppSkeleton parent_instance;

  ResonateServer *server;
  ResonateDbusPages *pages;
};

static void app_iface_init (ResonateDbusGenAppIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateDbusApp,
                               resonate_dbus_app,
                               RESONATE_DBUS_GEN_TYPE_APP_SKELETON,
                               G_IMPLEMENT_INTERFACE (RESONATE_DBUS_GEN_TYPE_APP, app_iface_init))

enum
{
  PROP_CONNECTIONS = 1,
};

static const char *
id_of (ResonateDbusGenApp *app)
{
  return resonate_dbus_gen_app_get_id (app);
}

static gboolean
fail (GDBusMethodInvocation *invocation, ResonateError code, const char *text)
{
  g_dbus_method_invocation_return_error_literal (invocation, RESONATE_ERROR, (int) code, text);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
fail_with (GDBusMethodInvocation *invocation, const GError *error)
{
  g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* The same things that REST refuses, and the same bound for all of it. */
static gboolean
check_event (ResonateDbusApp *self,
             const char *event,
             const char *const *channels,
             const char *data,
             GError **error)
{
  ResonateConfig *config = resonate_server_get_config (self->server);
  size_t max_size = resonate_config_get_max_request_size (config);
  size_t size = strlen (event) + strlen (data);
  unsigned int n = g_strv_length ((char **) channels);

  for (unsigned int i = 0; i < n; i++)
    size += strlen (channels[i]);

  if (*event == '\0' || n == 0)
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT,
                 "An event has a name and a channel");
  else if (n > CHANNELS_MAX)
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                 "%u channels at once are too many; %d are possible", n, CHANNELS_MAX);
  else if (size > max_size)
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                 "%" G_GSIZE_FORMAT " bytes are more than max-request-size, %" G_GSIZE_FORMAT, size,
                 max_size);
  else
    return TRUE;

  return FALSE;
}

static gboolean
handle_publish (ResonateDbusGenApp *app,
                GDBusMethodInvocation *invocation,
                const char *event,
                const char *const *channels,
                const char *data,
                const char *except_socket)
{
  ResonateDbusApp *self = RESONATE_DBUS_APP (app);
  g_autoptr (GError) error = NULL;

  if (!check_event (self, event, channels, data, &error) ||
      !resonate_server_publish (self->server, id_of (app), channels, event, data,
                                *except_socket != '\0' ? except_socket : NULL, &error))
    return fail_with (invocation, error);

  resonate_dbus_gen_app_complete_publish (app, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/*
 * Lists
 */
static guint
at_most (guint limit, guint most)
{
  return limit == 0 ? most : MIN (limit, most);
}

static gboolean
handle_list_channels (ResonateDbusGenApp *app,
                      GDBusMethodInvocation *invocation,
                      const char *prefix,
                      const char *cursor,
                      guint limit,
                      GVariant *options)
{
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, options);
  if (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    {
      g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR,
                                             RESONATE_ERROR_BAD_ARGUMENT, "There is no option ‘%s’",
                                             name);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  resonate_dbus_pages_answer (RESONATE_DBUS_APP (app)->pages, invocation, app, prefix, cursor,
                              at_most (limit, FACTS_MAX), resonate_dbus_rows_collect_channels,
                              resonate_dbus_rows_build_channels);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_channels (ResonateDbusGenApp *app,
                 GDBusMethodInvocation *invocation,
                 const char *cursor,
                 guint limit)
{
  resonate_dbus_pages_answer (RESONATE_DBUS_APP (app)->pages, invocation, app, "", cursor, limit,
                              resonate_dbus_rows_collect_channels, resonate_dbus_rows_build_names);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_list_connections (ResonateDbusGenApp *app,
                         GDBusMethodInvocation *invocation,
                         const char *cursor,
                         guint limit)
{
  resonate_dbus_pages_answer (RESONATE_DBUS_APP (app)->pages, invocation, app, "", cursor,
                              at_most (limit, CONNECTIONS_MAX),
                              resonate_dbus_rows_collect_connections,
                              resonate_dbus_rows_build_connections);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_list_members (ResonateDbusGenApp *app,
                     GDBusMethodInvocation *invocation,
                     const char *channel,
                     const char *cursor,
                     guint limit)
{
  resonate_dbus_pages_answer (RESONATE_DBUS_APP (app)->pages, invocation, app, channel, cursor,
                              limit, resonate_dbus_rows_collect_users,
                              resonate_dbus_rows_build_counts);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_users (ResonateDbusGenApp *app,
              GDBusMethodInvocation *invocation,
              const char *channel,
              const char *cursor,
              guint limit)
{
  resonate_dbus_pages_answer (RESONATE_DBUS_APP (app)->pages, invocation, app, channel, cursor,
                              limit, resonate_dbus_rows_collect_users,
                              resonate_dbus_rows_build_names);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_sockets (ResonateDbusGenApp *app,
                GDBusMethodInvocation *invocation,
                const char *channel,
                const char *cursor,
                guint limit)
{
  resonate_dbus_pages_answer (RESONATE_DBUS_APP (app)->pages, invocation, app, channel, cursor,
                              limit, resonate_dbus_rows_collect_sockets,
                              resonate_dbus_rows_build_names);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/*
 * One channel
 */
gboolean
resonate_dbus_is_presence (ResonateChannelKind kind)
{
  return kind == RESONATE_CHANNEL_PRESENCE || kind == RESONATE_CHANNEL_PRESENCE_CACHE;
}

static gboolean
is_cache (ResonateChannelKind kind)
{
  return kind == RESONATE_CHANNEL_CACHE || kind == RESONATE_CHANNEL_PRIVATE_CACHE ||
         kind == RESONATE_CHANNEL_PRESENCE_CACHE;
}

/* (nullable): NULL where nobody is on it. */
static ResonateChannel *
find_channel (ResonateDbusGenApp *app, const char *name)
{
  ResonateServer *server = RESONATE_DBUS_APP (app)->server;
  ResonateChannelList *channels = resonate_server_get_channels (server, id_of (app));

  return channels != NULL ? resonate_channel_list_lookup (channels, name) : NULL;
}

static gboolean
handle_get_channel (ResonateDbusGenApp *app, GDBusMethodInvocation *invocation, const char *name)
{
  ResonateServer *server = RESONATE_DBUS_APP (app)->server;
  g_autoptr (GEnumClass) klass = g_type_class_ref (RESONATE_TYPE_CHANNEL_KIND);
  ResonateChannelKind kind = resonate_channel_kind_from_name (name);
  ResonateChannel *channel = find_channel (app, name);
  guint n = channel != NULL ? g_list_model_get_n_items (G_LIST_MODEL (channel)) : 0;
  guint n_users = channel != NULL ? resonate_channel_get_user_count (channel) : 0;
  GVariantDict facts;

  g_variant_dict_init (&facts, NULL);
  g_variant_dict_insert (&facts, "kind", "s", g_enum_get_value (klass, (int) kind)->value_nick);
  g_variant_dict_insert (&facts, "occupied", "b", n > 0);
  g_variant_dict_insert (&facts, "subscriptions", "u", n);
  if (resonate_dbus_is_presence (kind))
    g_variant_dict_insert (&facts, "users", "u", n_users);
  if (is_cache (kind))
    g_variant_dict_insert (&facts, "cached", "b",
                           resonate_server_has_cached (server, id_of (app), name));

  resonate_dbus_gen_app_complete_get_channel (app, invocation, g_variant_dict_end (&facts));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_user_count (ResonateDbusGenApp *app, GDBusMethodInvocation *invocation, const char *name)
{
  ResonateChannel *channel = find_channel (app, name);

  if (!resonate_dbus_is_presence (resonate_channel_kind_from_name (name)))
    return fail (invocation, RESONATE_ERROR_BAD_ARGUMENT, NO_PRESENCE);

  resonate_dbus_gen_app_complete_user_count (app, invocation,
                                             channel != NULL
                                               ? resonate_channel_get_user_count (channel)
                                               : 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_socket_count (ResonateDbusGenApp *app, GDBusMethodInvocation *invocation, const char *name)
{
  ResonateChannel *channel = find_channel (app, name);

  resonate_dbus_gen_app_complete_socket_count (app, invocation,
                                               channel != NULL
                                                 ? g_list_model_get_n_items (G_LIST_MODEL (channel))
                                                 : 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_is_online (ResonateDbusGenApp *app,
                  GDBusMethodInvocation *invocation,
                  const char *name,
                  const char *user)
{
  ResonateChannel *channel = find_channel (app, name);

  if (!resonate_dbus_is_presence (resonate_channel_kind_from_name (name)))
    return fail (invocation, RESONATE_ERROR_BAD_ARGUMENT, NO_PRESENCE);

  resonate_dbus_gen_app_complete_is_online (app, invocation,
                                            channel != NULL &&
                                              resonate_channel_has_user (channel, user));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/*
 * Sending away
 */
static gboolean
handle_terminate_user (ResonateDbusGenApp *app,
                       GDBusMethodInvocation *invocation,
                       const char *user_id)
{
  g_autoptr (GError) error = NULL;
  int n = resonate_server_terminate_user (RESONATE_DBUS_APP (app)->server, id_of (app), user_id,
                                          &error);

  if (n < 0)
    return fail_with (invocation, error);

  resonate_dbus_gen_app_complete_terminate_user (app, invocation, (guint) n);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_terminate_connection (ResonateDbusGenApp *app,
                             GDBusMethodInvocation *invocation,
                             const char *socket_id)
{
  g_autoptr (GError) error = NULL;

  if (!resonate_server_terminate_connection (RESONATE_DBUS_APP (app)->server, id_of (app),
                                             socket_id, &error))
    return fail_with (invocation, error);

  resonate_dbus_gen_app_complete_terminate_connection (app, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
app_iface_init (ResonateDbusGenAppIface *iface)
{
  iface->handle_channels = handle_channels;
  iface->handle_get_channel = handle_get_channel;
  iface->handle_is_online = handle_is_online;
  iface->handle_list_channels = handle_list_channels;
  iface->handle_list_connections = handle_list_connections;
  iface->handle_list_members = handle_list_members;
  iface->handle_publish = handle_publish;
  iface->handle_socket_count = handle_socket_count;
  iface->handle_sockets = handle_sockets;
  iface->handle_terminate_connection = handle_terminate_connection;
  iface->handle_terminate_user = handle_terminate_user;
  iface->handle_user_count = handle_user_count;
  iface->handle_users = handle_users;
}

/*
 * GObject
 */
static void
resonate_dbus_app_dispose (GObject *object)
{
  ResonateDbusApp *self = RESONATE_DBUS_APP (object);

  g_clear_object (&self->server);

  G_OBJECT_CLASS (resonate_dbus_app_parent_class)->dispose (object);
}

static void
resonate_dbus_app_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateDbusApp *self = RESONATE_DBUS_APP (object);
  const char *id = resonate_dbus_gen_app_get_id (RESONATE_DBUS_GEN_APP (self));

  switch (prop_id)
    {
    /* It is never announced, so it is counted when somebody looks. */
    case PROP_CONNECTIONS:
      g_value_set_uint (value, resonate_server_count_connections (self->server, id));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* Nobody sets what is counted; GObject wants to know all the same. */
static void
resonate_dbus_app_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
resonate_dbus_app_class_init (ResonateDbusAppClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_dbus_app_dispose;
  object_class->get_property = resonate_dbus_app_get_property;
  object_class->set_property = resonate_dbus_app_set_property;

  g_object_class_override_property (object_class, PROP_CONNECTIONS, "connections");
  resonate_dbus_gate_guard_class (klass);
}

static void
resonate_dbus_app_init (ResonateDbusApp *self)
{
}

ResonateDbusApp *
resonate_dbus_app_new (ResonateServer *server, ResonateApp *app, ResonateDbusPages *pages)
{
  ResonateDbusApp *self = g_object_new (RESONATE_TYPE_DBUS_APP, NULL);

  self->server = g_object_ref (server);
  self->pages = pages;
  g_object_bind_property (app, "id", self, "id", G_BINDING_SYNC_CREATE);
  g_object_bind_property (app, "key", self, "key", G_BINDING_SYNC_CREATE);
  g_object_bind_property (app, "max-connections", self, "max-connections", G_BINDING_SYNC_CREATE);

  return self;
}

ResonateServer *
resonate_dbus_app_get_server (ResonateDbusApp *self)
{
  return self->server;
}

/* The underscore is what escapes, so it is escaped too: no two ids have one path. */
char *
resonate_dbus_app_dup_path (const char *id)
{
  GString *path = g_string_new (RESONATE_DBUS_ROOT "/apps/");

  for (const char *c = id; *c != '\0'; c++)
    {
      if (g_ascii_isalnum (*c))
        g_string_append_c (path, *c);
      else
        g_string_append_printf (path, "_%02x", (guchar) *c);
    }

  return g_string_free (path, FALSE);
}
