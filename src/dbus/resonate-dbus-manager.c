/* resonate-dbus-manager.c: org.resonate.Resonate1.Manager, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-manager.h"

#include "resonate-dbus-gate.h"
#include "resonate-dbus-monitor.h"

/* One file per D-Bus interface, named after it. It translates and nothing more: a handler reads its
 * arguments, calls one method of the library or of the host, and completes or returns the error. */
struct _ResonateDbusManager
{
  ResonateDbusGenManagerSkeleton parent_instance;

  ResonateServer *server;
  const ResonateDbusHost *host;
  gpointer user_data;
  ResonateDbusMonitor *monitor;
};

static void manager_iface_init (ResonateDbusGenManagerIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateDbusManager,
                               resonate_dbus_manager,
                               RESONATE_DBUS_GEN_TYPE_MANAGER_SKELETON,
                               G_IMPLEMENT_INTERFACE (RESONATE_DBUS_GEN_TYPE_MANAGER,
                                                      manager_iface_init))

enum
{
  PROP_CONNECTIONS = 1,
};

static gboolean
handle_drain (ResonateDbusGenManager *manager, GDBusMethodInvocation *invocation, guint timeout_ms)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);
  unsigned int remaining = resonate_server_get_n_connections (self->server);

  if (resonate_server_get_state (self->server) != RESONATE_SERVER_RUNNING)
    {
      g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                                             "Cannot drain a server that is %s",
                                             resonate_dbus_gen_manager_get_state (manager));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  g_message ("Asked to drain by %s", g_dbus_method_invocation_get_sender (invocation));
  self->host->drain (timeout_ms > 0 ? (int64_t) timeout_ms * 1000 : -1, self->user_data);
  resonate_dbus_gen_manager_complete_drain (manager, invocation, remaining);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* The end of another process has as many reasons as there are domains; callers have one. */
static void
return_failure (GDBusMethodInvocation *invocation, const GError *error)
{
  int code = error->domain == RESONATE_ERROR ? error->code : RESONATE_ERROR_FAILED;

  g_dbus_method_invocation_return_error_literal (invocation, RESONATE_ERROR, code, error->message);
}

static void
on_reloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (
    g_dbus_method_invocation_get_user_data (invocation));
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GError) error = NULL;

  report = self->host->reload_finish (result, &error);
  if (report != NULL)
    resonate_dbus_gen_manager_complete_reload (RESONATE_DBUS_GEN_MANAGER (self),
                                               g_steal_pointer (&invocation), report);
  else
    return_failure (g_steal_pointer (&invocation), error);
}

/* What the process was given to do, or -1 for the usual. FALSE, and has answered, for an option
 * that there is not. */
static gboolean
read_timeouts (GDBusMethodInvocation *invocation,
               GVariant *options,
               int64_t *timeout_us,
               int64_t *health_timeout_us)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  *timeout_us = *health_timeout_us = -1;
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) taken = value;
      int64_t *target = NULL;

      if (g_str_equal (name, "timeout-ms"))
        target = timeout_us;
      else if (g_str_equal (name, "health-timeout-ms"))
        target = health_timeout_us;

      if (target == NULL || !g_variant_is_of_type (taken, G_VARIANT_TYPE_UINT32))
        {
          g_dbus_method_invocation_return_error (
            invocation, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT,
            "No option ‘%s’ of type ‘%s’: there are timeout-ms (u) and health-timeout-ms (u)", name,
            g_variant_get_type_string (taken));
          return FALSE;
        }
      *target = (int64_t) g_variant_get_uint32 (taken) * 1000;
    }

  return TRUE;
}

static gboolean
handle_reload (ResonateDbusGenManager *manager,
               GDBusMethodInvocation *invocation,
               GVariant *options)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);
  int64_t timeout_us, health_timeout_us;

  if (!read_timeouts (invocation, options, &timeout_us, &health_timeout_us))
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  g_message ("Asked to reload by %s", g_dbus_method_invocation_get_sender (invocation));
  self->host->reload (timeout_us, health_timeout_us, on_reloaded, invocation, self->user_data);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_stop (ResonateDbusGenManager *manager, GDBusMethodInvocation *invocation)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);

  g_message ("Asked to stop by %s", g_dbus_method_invocation_get_sender (invocation));
  resonate_dbus_gen_manager_complete_stop (manager, invocation);
  self->host->stop (self->user_data);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_restart (ResonateDbusGenManager *manager, GDBusMethodInvocation *invocation)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);

  g_message ("Asked to restart by %s", g_dbus_method_invocation_get_sender (invocation));
  resonate_dbus_gen_manager_complete_restart (manager, invocation);
  self->host->restart (self->user_data);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* A configuration is refused with one sentence, which begins with `FILE:LINE: ` when it is about a
 * line. */
static GVariant *
describe_problem (const char *message)
{
  g_autoptr (GRegex) place = g_regex_new ("^(.+?):([0-9]+): (.+)$", G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *file = NULL;
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;

  if (!g_regex_match (place, message, 0, &match))
    return g_variant_new ("(sus)", "", 0, message);

  file = g_match_info_fetch (match, 1);
  line = g_match_info_fetch (match, 2);
  text = g_match_info_fetch (match, 3);

  return g_variant_new ("(sus)", file, (guint32) g_ascii_strtoull (line, NULL, 10), text);
}

static void
on_config_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (
    g_dbus_method_invocation_get_user_data (invocation));
  g_autoptr (GError) error = NULL;
  GVariantBuilder problems;

  g_variant_builder_init (&problems, G_VARIANT_TYPE ("a(sus)"));
  if (!self->host->check_config_finish (result, self->user_data, &error))
    g_variant_builder_add_value (&problems, describe_problem (error->message));
  resonate_dbus_gen_manager_complete_check_config (RESONATE_DBUS_GEN_MANAGER (self),
                                                   g_steal_pointer (&invocation),
                                                   g_variant_builder_end (&problems));
}

static gboolean
handle_check_config (ResonateDbusGenManager *manager, GDBusMethodInvocation *invocation)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);

  self->host->check_config (on_config_checked, invocation, self->user_data);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_config_reloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (
    g_dbus_method_invocation_get_user_data (invocation));
  g_autoptr (GVariant) changes = NULL;
  g_autoptr (GError) error = NULL;

  changes = self->host->reload_config_finish (result, self->user_data, &error);
  if (changes != NULL)
    resonate_dbus_gen_manager_complete_reload_config (RESONATE_DBUS_GEN_MANAGER (self),
                                                      g_steal_pointer (&invocation), changes);
  else
    return_failure (g_steal_pointer (&invocation), error);
}

static gboolean
handle_reload_config (ResonateDbusGenManager *manager, GDBusMethodInvocation *invocation)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);

  g_message ("Asked to read the configuration again by %s",
             g_dbus_method_invocation_get_sender (invocation));
  self->host->reload_config (on_config_reloaded, invocation, self->user_data);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
add_text (GVariantDict *facts, const char *name, const char *text)
{
  g_autofree char *valid = NULL;

  /* What a client wrote into its handshake may be anything. */
  valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  if (valid != NULL)
    g_variant_dict_insert (facts, name, "s", valid);
}

static GVariant *
describe_connection (ResonateConnection *connection)
{
  g_auto (GStrv) channels = resonate_connection_dup_channels (connection);
  int remaining = resonate_connection_get_rate_limit_remaining (connection);
  GVariantDict facts;

  g_variant_dict_init (&facts, NULL);
  add_text (&facts, "app", resonate_app_get_id (resonate_connection_get_app (connection)));
  add_text (&facts, "address", resonate_connection_get_remote_address (connection));
  add_text (&facts, "origin", resonate_connection_get_origin (connection));
  add_text (&facts, "user", resonate_connection_get_user_id (connection));
  g_variant_dict_insert (&facts, "opened-at", "t", resonate_connection_get_opened_at (connection));
  g_variant_dict_insert (&facts, "last-activity", "t",
                         resonate_connection_get_last_activity (connection));
  g_variant_dict_insert (&facts, "channels", "^as", channels);
  g_variant_dict_insert (&facts, "queued-bytes", "t",
                         resonate_connection_get_queued_bytes (connection));
  g_variant_dict_insert (&facts, "messages-received", "t",
                         resonate_connection_get_messages_received (connection));
  g_variant_dict_insert (&facts, "messages-sent", "t",
                         resonate_connection_get_messages_sent (connection));
  g_variant_dict_insert (&facts, "bytes-received", "t",
                         resonate_connection_get_bytes_received (connection));
  g_variant_dict_insert (&facts, "bytes-sent", "t",
                         resonate_connection_get_bytes_sent (connection));
  if (remaining >= 0)
    g_variant_dict_insert (&facts, "rate-limit-remaining", "u", (guint32) remaining);
  g_variant_dict_insert (&facts, "hibernating", "b",
                         resonate_connection_is_hibernating (connection));

  return g_variant_dict_end (&facts);
}

static gboolean
handle_get_connection (ResonateDbusGenManager *manager,
                       GDBusMethodInvocation *invocation,
                       const char *socket_id)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);
  ResonateConnection *connection = resonate_server_find_connection (self->server, socket_id);

  if (connection != NULL)
    resonate_dbus_gen_manager_complete_get_connection (manager, invocation,
                                                       describe_connection (connection));
  else
    g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR, RESONATE_ERROR_NOT_FOUND,
                                           "Nobody has the socket id ‘%s’", socket_id);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_monitor (ResonateDbusGenManager *manager,
                GDBusMethodInvocation *invocation,
                GVariant *filter)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);
  g_autoptr (GError) error = NULL;

  if (resonate_dbus_monitor_listen (self->monitor, invocation, filter, &error))
    resonate_dbus_gen_manager_complete_monitor (manager, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_stop_monitor (ResonateDbusGenManager *manager, GDBusMethodInvocation *invocation)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (manager);

  resonate_dbus_monitor_ignore (self->monitor, invocation);
  resonate_dbus_gen_manager_complete_stop_monitor (manager, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
manager_iface_init (ResonateDbusGenManagerIface *iface)
{
  iface->handle_check_config = handle_check_config;
  iface->handle_drain = handle_drain;
  iface->handle_get_connection = handle_get_connection;
  iface->handle_monitor = handle_monitor;
  iface->handle_reload = handle_reload;
  iface->handle_reload_config = handle_reload_config;
  iface->handle_restart = handle_restart;
  iface->handle_stop = handle_stop;
  iface->handle_stop_monitor = handle_stop_monitor;
}

/*
 * GObject
 */
static void
resonate_dbus_manager_dispose (GObject *object)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (object);

  g_clear_pointer (&self->monitor, resonate_dbus_monitor_free);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (resonate_dbus_manager_parent_class)->dispose (object);
}

static void
resonate_dbus_manager_get_property (GObject *object,
                                    guint prop_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  ResonateDbusManager *self = RESONATE_DBUS_MANAGER (object);

  switch (prop_id)
    {
    /* It is never announced, so it is counted when somebody looks. */
    case PROP_CONNECTIONS:
      g_value_set_uint (value, resonate_server_get_n_connections (self->server));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* Nobody sets what is counted; GObject wants to know all the same. */
static void
resonate_dbus_manager_set_property (GObject *object,
                                    guint prop_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
resonate_dbus_manager_class_init (ResonateDbusManagerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_dbus_manager_dispose;
  object_class->get_property = resonate_dbus_manager_get_property;
  object_class->set_property = resonate_dbus_manager_set_property;

  g_object_class_override_property (object_class, PROP_CONNECTIONS, "connections");
  resonate_dbus_gate_guard_class (klass);
}

static void
resonate_dbus_manager_init (ResonateDbusManager *self)
{
}

static gboolean
state_to_string (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (G_VALUE_TYPE (from));

  g_value_set_string (to, g_enum_get_value (klass, g_value_get_enum (from))->value_nick);

  return TRUE;
}

/* Where a server listens changes when its state does. */
static gboolean
state_to_listening (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_take_boxed (to, resonate_server_dup_uris (RESONATE_SERVER (user_data)));

  return TRUE;
}

static void
on_drained (ResonateServer *server, unsigned int forced, ResonateDbusGenManager *manager)
{
  resonate_dbus_gen_manager_emit_drained (manager, forced);
}

/* TLS may have come or gone with it, and the scheme with that. */
static void
on_reconfigured (ResonateServer *server, GVariant *changes, ResonateDbusGenManager *manager)
{
  g_auto (GStrv) uris = resonate_server_dup_uris (server);

  resonate_dbus_gen_manager_set_listening (manager, (const char *const *) uris);
  resonate_dbus_gen_manager_emit_config_reloaded (manager, changes);
}

ResonateDbusManager *
resonate_dbus_manager_new (ResonateServer *server, const ResonateDbusHost *host, gpointer user_data)
{
  ResonateDbusManager *self = g_object_new (RESONATE_TYPE_DBUS_MANAGER, "version", PACKAGE_VERSION,
                                            NULL);

  self->server = g_object_ref (server);
  self->host = host;
  self->user_data = user_data;
  self->monitor = resonate_dbus_monitor_new (server);

  g_object_bind_property_full (server, "state", self, "state", G_BINDING_SYNC_CREATE,
                               state_to_string, NULL, NULL, NULL);
  g_object_bind_property_full (server, "state", self, "listening", G_BINDING_SYNC_CREATE,
                               state_to_listening, NULL, server, NULL);
  g_object_bind_property (server, "started-at", self, "started-at", G_BINDING_SYNC_CREATE);
  g_object_bind_property (server, "drain-deadline", self, "drain-deadline", G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (server, "cluster-state", self, "cluster-state",
                               G_BINDING_SYNC_CREATE, state_to_string, NULL, NULL, NULL);
  g_object_bind_property (server, "node-id", self, "node-id", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (server, "drained", G_CALLBACK (on_drained), self, 0);
  g_signal_connect_object (server, "reconfigured", G_CALLBACK (on_reconfigured), self, 0);

  return self;
}

void
resonate_dbus_manager_forget (ResonateDbusManager *self)
{
  resonate_dbus_monitor_forget (self->monitor);
}
