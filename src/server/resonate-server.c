/* resonate-server.c: the server as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server.h"

#include <unistd.h>

#include "../base/resonate-clock-private.h"
#include "resonate-enum-types.h"
#include "resonate-server-cluster-private.h"
#include "resonate-server-private.h"
#include "resonate-server-signals-private.h"

/**
 * ResonateServer:
 *
 * A Pusher-protocol server.
 *
 * It serves from the main context that is the thread's default when it is started, and says what
 * happens with signals:
 *
 * ```python
 * config = Resonate.Config.new()
 * config.get_apps().add(Resonate.App.new("1", "app-key", "app-secret"))
 * server = Resonate.Server.new(config)
 * server.connect("subscribed", lambda s, connection, channel: print(channel.props.name))
 * server.start_async(None, lambda s, result: s.start_finish(result))
 * ```
 *
 * Apps may be added to and removed from the configuration's list at any time.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (ResonateServer, resonate_server, G_TYPE_OBJECT)

typedef enum
{
  PROP_CONFIG = 1,
  PROP_STATE,
  PROP_STARTED_AT,
  PROP_DRAIN_DEADLINE,
  PROP_CLUSTER_STATE,
  PROP_NODE_ID,
} ResonateServerProperty;

static GParamSpec *properties[PROP_NODE_ID + 1];

/*
 * GObject
 */
static void
resonate_server_constructed (GObject *object)
{
  ResonateServer *self = RESONATE_SERVER (object);

  G_OBJECT_CLASS (resonate_server_parent_class)->constructed (object);

  if (self->config == NULL)
    self->config = resonate_config_new ();
  self->gate = resonate_server_signals_new (self);
  self->realms = resonate_realm_list_new (resonate_config_get_apps (self->config), self->gate);
}

static gboolean
on_dispatch_over (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* A handler may drop the last reference, and returns into code that needs the server: it stays
 * until the main loop comes round. That is the loop of its own sources: what libsoup calls, it
 * calls from another one inside of it. */
static void
outlive_dispatch (ResonateServer *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  self->is_outlived = TRUE;
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, on_dispatch_over, g_object_ref (self), g_object_unref);
  g_source_attach (source, g_source_get_context (self->timer));
}

/* The clients go while whoever listens can still be told. */
static void
resonate_server_dispose (GObject *object)
{
  ResonateServer *self = RESONATE_SERVER (object);

  if (g_main_current_source () != NULL && self->front != NULL && !self->is_outlived)
    {
      outlive_dispatch (self);
      return;
    }

  resonate_server_tear_down (self);

  G_OBJECT_CLASS (resonate_server_parent_class)->dispose (object);
}

static void
resonate_server_finalize (GObject *object)
{
  ResonateServer *self = RESONATE_SERVER (object);

  g_clear_pointer (&self->realms, resonate_realm_list_free);
  g_clear_object (&self->pub_sub);
  g_clear_object (&self->gate);
  g_clear_pointer (&self->departing, g_ptr_array_unref);
  for (unsigned int i = 0; i < self->sockets->len; i++)
    close (g_array_index (self->sockets, int, i));
  g_clear_pointer (&self->sockets, g_array_unref);
  g_clear_object (&self->config);

  G_OBJECT_CLASS (resonate_server_parent_class)->finalize (object);
}

static void
resonate_server_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ResonateServer *self = RESONATE_SERVER (object);

  switch ((ResonateServerProperty) prop_id)
    {
    case PROP_CONFIG:
      g_value_set_object (value, self->config);
      break;

    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_STARTED_AT:
      g_value_set_int64 (value, self->started_at_us);
      break;

    case PROP_DRAIN_DEADLINE:
      g_value_set_int64 (value, self->drain_deadline_us);
      break;

    case PROP_CLUSTER_STATE:
      g_value_set_enum (value, resonate_server_get_cluster_state (self));
      break;

    case PROP_NODE_ID:
      g_value_take_string (value, resonate_server_dup_node_id (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
resonate_server_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  ResonateServer *self = RESONATE_SERVER (object);

  switch ((ResonateServerProperty) prop_id)
    {
    case PROP_CONFIG:
      self->config = g_value_dup_object (value);
      break;

    case PROP_STATE:
    case PROP_STARTED_AT:
    case PROP_DRAIN_DEADLINE:
    case PROP_CLUSTER_STATE:
    case PROP_NODE_ID:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_cluster (void)
{
  /**
   * ResonateServer:cluster-state: (getter get_cluster_state)
   *
   * Whether the server is one of several, and reaches the others.
   *
   * Since: 1.0
   */
  properties[PROP_CLUSTER_STATE] = g_param_spec_enum ("cluster-state", NULL, NULL,
                                                      RESONATE_TYPE_CLUSTER_STATE,
                                                      RESONATE_CLUSTER_OFF,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateServer:node-id: (getter dup_node_id)
   *
   * What the server is called among those that it delivers with.
   *
   * Since: 1.0
   */
  properties[PROP_NODE_ID] = g_param_spec_string ("node-id", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
resonate_server_class_init (ResonateServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = resonate_server_constructed;
  object_class->dispose = resonate_server_dispose;
  object_class->finalize = resonate_server_finalize;
  object_class->get_property = resonate_server_get_property;
  object_class->set_property = resonate_server_set_property;

  /**
   * ResonateServer:config: (getter get_config)
   *
   * What the server was told.
   *
   * Since: 1.0
   */
  properties[PROP_CONFIG] = g_param_spec_object ("config", NULL, NULL, RESONATE_TYPE_CONFIG,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                                   G_PARAM_STATIC_STRINGS);

  /**
   * ResonateServer:state: (getter get_state)
   *
   * Where the server is in its life.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, RESONATE_TYPE_SERVER_STATE,
                                              RESONATE_SERVER_STOPPED,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateServer:started-at: (getter get_started_at)
   *
   * When the server was made, or the first of those whose clients went on to it; in microseconds
   * since 1970, UTC. It never changes while the server runs.
   *
   * Since: 1.0
   */
  properties[PROP_STARTED_AT] = g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateServer:drain-deadline: (getter get_drain_deadline)
   *
   * When a drain ends at the latest, in microseconds since 1970, UTC; 0 while there is none.
   *
   * Since: 1.0
   */
  properties[PROP_DRAIN_DEADLINE] = g_param_spec_int64 ("drain-deadline", NULL, NULL, 0, G_MAXINT64,
                                                        0,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  install_cluster ();

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  resonate_server_signals_install (RESONATE_TYPE_SERVER);
}

static void
resonate_server_init (ResonateServer *self)
{
  self->started_at_us = resonate_clock_realtime_us ();
  self->sockets = g_array_new (FALSE, FALSE, sizeof (int));
  self->departing = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * resonate_server_new:
 * @config: the configuration
 *
 * Makes a server that is stopped.
 *
 * Returns: (transfer full): a new [class@Resonate.Server]
 *
 * Since: 1.0
 */
ResonateServer *
resonate_server_new (ResonateConfig *config)
{
  g_return_val_if_fail (RESONATE_IS_CONFIG (config), NULL);

  return g_object_new (RESONATE_TYPE_SERVER, "config", config, NULL);
}

/**
 * resonate_server_get_config: (get-property config)
 * @self: a server
 *
 * Gets what the server was told.
 *
 * Returns: (transfer none): the configuration
 *
 * Since: 1.0
 */
ResonateConfig *
resonate_server_get_config (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);

  return self->config;
}

/**
 * resonate_server_get_state: (get-property state)
 * @self: a server
 *
 * Gets where the server is in its life.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
ResonateServerState
resonate_server_get_state (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), RESONATE_SERVER_STOPPED);

  return self->state;
}

/**
 * resonate_server_get_started_at: (get-property started-at)
 * @self: a server
 *
 * Gets when the server was made, or the first of those whose clients went on to it.
 *
 * Returns: microseconds since 1970, UTC
 *
 * Since: 1.0
 */
int64_t
resonate_server_get_started_at (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), 0);

  return self->started_at_us;
}

/**
 * resonate_server_get_drain_deadline: (get-property drain-deadline)
 * @self: a server
 *
 * Gets when a drain ends at the latest.
 *
 * Returns: microseconds since 1970, UTC; 0 while there is no drain
 *
 * Since: 1.0
 */
int64_t
resonate_server_get_drain_deadline (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), 0);

  return self->drain_deadline_us;
}

/**
 * resonate_server_dup_uris:
 * @self: a server
 *
 * Gets where the server listens, such as `http://127.0.0.1:8080`. With a configured port of 0 the
 * kernel has chosen one, and this is how to learn which.
 *
 * Returns: (transfer full) (array zero-terminated=1): the URIs; none unless the server is running
 *
 * Since: 1.0
 */
char **
resonate_server_dup_uris (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);

  if (self->front == NULL || self->state != RESONATE_SERVER_RUNNING)
    return g_new0 (char *, 1);

  return resonate_front_dup_uris (self->front);
}

/**
 * resonate_server_dup_sockets:
 * @self: a server
 * @n_sockets: (out): how many there are
 *
 * Gets the descriptors that the server listens on, in the order of
 * [method@Resonate.Server.dup_uris], for whoever wants to keep them open beyond the server's life:
 * a service manager, or a process that takes over. They stay the server's; do not close them.
 *
 * Returns: (transfer full) (array length=n_sockets): the descriptors; none unless the server is
 *   running
 *
 * Since: 1.0
 */
int *
resonate_server_dup_sockets (ResonateServer *self, size_t *n_sockets)
{
  g_autoptr (GArray) sockets = NULL;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (n_sockets != NULL, NULL);

  if (self->front == NULL || self->state != RESONATE_SERVER_RUNNING)
    sockets = g_array_new (FALSE, FALSE, sizeof (int));
  else
    sockets = resonate_front_list_sockets (self->front);

  return g_array_steal (sockets, n_sockets);
}

/**
 * resonate_server_add_socket:
 * @self: a server that is stopped
 * @fd: a socket that listens; taken, and closed with the server
 *
 * Lets the next start use @fd, which somebody else has bound, instead of the configured addresses.
 *
 * Since: 1.0
 */
void
resonate_server_add_socket (ResonateServer *self, int fd)
{
  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (self->state == RESONATE_SERVER_STOPPED);
  g_return_if_fail (fd >= 0);

  g_array_append_val (self->sockets, fd);
}

/**
 * resonate_server_set_reuse_port:
 * @self: a server that is stopped
 * @reuse_port: whether to
 *
 * Lets the next start listen beside another server of the same user, which listens on the same
 * addresses and is about to leave. Without this it fails there.
 *
 * Since: 1.0
 */
void
resonate_server_set_reuse_port (ResonateServer *self, gboolean reuse_port)
{
  g_return_if_fail (RESONATE_IS_SERVER (self));

  self->reuse_port = reuse_port;
}

void
resonate_server_set_drain_deadline (ResonateServer *self, int64_t deadline_us)
{
  if (self->drain_deadline_us == deadline_us)
    return;

  self->drain_deadline_us = deadline_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRAIN_DEADLINE]);
}

void
resonate_server_notify_cluster_state (ResonateServer *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLUSTER_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NODE_ID]);
}

void
resonate_server_set_state (ResonateServer *self, ResonateServerState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

ResonateRealmList *
resonate_server_get_realms (ResonateServer *self)
{
  return self->realms;
}
