/* resonate-server-signals.c: what a server tells the program that embeds it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-signals-private.h"

enum
{
  SIGNAL_OPENED,
  SIGNAL_CLOSED,
  SIGNAL_SUBSCRIBED,
  SIGNAL_UNSUBSCRIBED,
  SIGNAL_OCCUPIED,
  SIGNAL_VACATED,
  SIGNAL_MEMBER_ADDED,
  SIGNAL_MEMBER_REMOVED,
  SIGNAL_DRAINED,
  SIGNAL_LEFT,
  SIGNAL_RECEIVED,
  SIGNAL_PUBLISHED,
  SIGNAL_RECONFIGURED,
  SIGNAL_HANDING_OVER,
  SIGNAL_TAKING_OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The gate of a server without plugins: it lets everything pass, and says what happened with the
 * server's signals. A listener is connected to the server once, not to every channel and client. */
struct _ResonateServerSignals
{
  GObject parent_instance;

  ResonateServer *server; /* (unowned): it owns this */
};

static void gate_iface_init (ResonateGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateServerSignals,
                               resonate_server_signals,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (RESONATE_TYPE_GATE, gate_iface_init))

/*
 * ResonateGate
 */
static void
resonate_server_signals_opened (ResonateGate *gate, ResonateConnection *connection)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_OPENED], 0, connection);
}

static void
resonate_server_signals_closed (ResonateGate *gate, ResonateConnection *connection)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_CLOSED], 0, connection);
}

static void
resonate_server_signals_subscribed (ResonateGate *gate,
                                    ResonateConnection *connection,
                                    ResonateChannel *channel)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_SUBSCRIBED], 0, connection,
                 channel);
}

static void
resonate_server_signals_unsubscribed (ResonateGate *gate,
                                      ResonateConnection *connection,
                                      ResonateChannel *channel)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_UNSUBSCRIBED], 0,
                 connection, channel);
}

static void
resonate_server_signals_occupied (ResonateGate *gate, ResonateApp *app, ResonateChannel *channel)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_OCCUPIED], 0, app, channel);
}

static void
resonate_server_signals_vacated (ResonateGate *gate, ResonateApp *app, ResonateChannel *channel)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_VACATED], 0, app, channel);
}

static void
resonate_server_signals_member_added (ResonateGate *gate,
                                      ResonateApp *app,
                                      ResonateChannel *channel,
                                      const char *user_id)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_MEMBER_ADDED], 0, app,
                 channel, user_id);
}

static void
resonate_server_signals_member_removed (ResonateGate *gate,
                                        ResonateApp *app,
                                        ResonateChannel *channel,
                                        const char *user_id)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_MEMBER_REMOVED], 0, app,
                 channel, user_id);
}

static void
resonate_server_signals_left (ResonateGate *gate,
                              ResonateConnection *connection,
                              unsigned int code,
                              const char *reason)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_LEFT], 0, connection, code,
                 reason);
}

static void
resonate_server_signals_received (ResonateGate *gate,
                                  ResonateConnection *connection,
                                  ResonateMessage *message)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_RECEIVED], 0, connection,
                 message);
}

static void
resonate_server_signals_published (ResonateGate *gate,
                                   ResonateApp *app,
                                   ResonateConnection *sender,
                                   const char *channel,
                                   const char *event,
                                   GBytes *data)
{
  g_signal_emit (RESONATE_SERVER_SIGNALS (gate)->server, signals[SIGNAL_PUBLISHED], 0, app, sender,
                 channel, event, data);
}

static void
gate_iface_init (ResonateGateInterface *iface)
{
  iface->opened = resonate_server_signals_opened;
  iface->closed = resonate_server_signals_closed;
  iface->left = resonate_server_signals_left;
  iface->received = resonate_server_signals_received;
  iface->published = resonate_server_signals_published;
  iface->subscribed = resonate_server_signals_subscribed;
  iface->unsubscribed = resonate_server_signals_unsubscribed;
  iface->occupied = resonate_server_signals_occupied;
  iface->vacated = resonate_server_signals_vacated;
  iface->member_added = resonate_server_signals_member_added;
  iface->member_removed = resonate_server_signals_member_removed;
}

/*
 * GObject
 */
static void
resonate_server_signals_class_init (ResonateServerSignalsClass *klass)
{
}

static void
resonate_server_signals_init (ResonateServerSignals *self)
{
}

ResonateGate *
resonate_server_signals_new (ResonateServer *server)
{
  ResonateServerSignals *self = g_object_new (RESONATE_TYPE_SERVER_SIGNALS, NULL);

  self->server = server;

  return RESONATE_GATE (self);
}

/* ---- the signals of ResonateServer ---- */

static void
install_connection_signals (GType type)
{
  /**
   * ResonateServer::opened:
   * @self: the server
   * @connection: the client
   *
   * A client connected, and was told its socket id.
   *
   * Since: 1.0
   */
  signals[SIGNAL_OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, RESONATE_TYPE_CONNECTION);

  /**
   * ResonateServer::closed:
   * @self: the server
   * @connection: the client
   *
   * A client is gone. It has left every channel by now.
   *
   * Since: 1.0
   */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, RESONATE_TYPE_CONNECTION);

  /**
   * ResonateServer::subscribed:
   * @self: the server
   * @connection: the client
   * @channel: the channel
   *
   * A client is on a channel, and has been told so.
   *
   * Since: 1.0
   */
  signals[SIGNAL_SUBSCRIBED] = g_signal_new ("subscribed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                             NULL, G_TYPE_NONE, 2, RESONATE_TYPE_CONNECTION,
                                             RESONATE_TYPE_CHANNEL);

  /**
   * ResonateServer::unsubscribed:
   * @self: the server
   * @connection: the client
   * @channel: the channel
   *
   * A client left a channel, by asking or by closing.
   *
   * Since: 1.0
   */
  signals[SIGNAL_UNSUBSCRIBED] = g_signal_new ("unsubscribed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 2, RESONATE_TYPE_CONNECTION,
                                               RESONATE_TYPE_CHANNEL);
}

static void
install_channel_signals (GType type)
{
  /**
   * ResonateServer::occupied:
   * @self: the server
   * @app: the app
   * @channel: the channel
   *
   * A channel came to be: its first client joined.
   *
   * Since: 1.0
   */
  signals[SIGNAL_OCCUPIED] = g_signal_new ("occupied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, RESONATE_TYPE_APP,
                                           RESONATE_TYPE_CHANNEL);

  /**
   * ResonateServer::vacated:
   * @self: the server
   * @app: the app
   * @channel: the channel
   *
   * The last client left a channel, which is forgotten.
   *
   * Since: 1.0
   */
  signals[SIGNAL_VACATED] = g_signal_new ("vacated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 2, RESONATE_TYPE_APP, RESONATE_TYPE_CHANNEL);

  /**
   * ResonateServer::member-added:
   * @self: the server
   * @app: the app
   * @channel: the presence channel
   * @user_id: the user
   *
   * The first connection of a user joined a presence channel.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MEMBER_ADDED] = g_signal_new ("member-added", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 3, RESONATE_TYPE_APP,
                                               RESONATE_TYPE_CHANNEL, G_TYPE_STRING);

  /**
   * ResonateServer::member-removed:
   * @self: the server
   * @app: the app
   * @channel: the presence channel
   * @user_id: the user
   *
   * The last connection of a user left a presence channel.
   *
   * Since: 1.0
   */
  signals[SIGNAL_MEMBER_REMOVED] = g_signal_new ("member-removed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                                 NULL, NULL, G_TYPE_NONE, 3, RESONATE_TYPE_APP,
                                                 RESONATE_TYPE_CHANNEL, G_TYPE_STRING);
}

static void
install_tap_signals (GType type)
{
  /**
   * ResonateServer::left:
   * @self: the server
   * @connection: the client
   * @code: the close code: the client's or the server's, whoever was first; 1006 when it just broke
   * @reason: the reason, may be empty
   *
   * A client is gone, and why: follows [signal@Resonate.Server::closed] while the server is tapped.
   *
   * Since: 1.0
   */
  signals[SIGNAL_LEFT] = g_signal_new ("left", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 3, RESONATE_TYPE_CONNECTION, G_TYPE_UINT,
                                       G_TYPE_STRING);

  /**
   * ResonateServer::received:
   * @self: the server
   * @connection: the client
   * @message: what it sent
   *
   * A client sent a message; nothing has been done with it. Emitted while the server is tapped, see
   * [method@Resonate.Server.set_tapped].
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECEIVED] = g_signal_new ("received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, RESONATE_TYPE_CONNECTION,
                                           RESONATE_TYPE_MESSAGE);

  /**
   * ResonateServer::published:
   * @self: the server
   * @app: the app
   * @sender: (nullable): the client whose event it is, or %NULL for one of the application
   * @channel: the name of the channel
   * @event: the event's name
   * @data: the payload
   *
   * An event is about to go to who is on a channel, if anybody is. Emitted while the server is
   * tapped, see [method@Resonate.Server.set_tapped].
   *
   * Since: 1.0
   */
  signals[SIGNAL_PUBLISHED] = g_signal_new ("published", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 5, RESONATE_TYPE_APP,
                                            RESONATE_TYPE_CONNECTION, G_TYPE_STRING, G_TYPE_STRING,
                                            G_TYPE_BYTES);
}

static void
install_life_signals (GType type)
{
  /**
   * ResonateServer::drained:
   * @self: the server
   * @n_forced: how many clients were closed, because they did not leave by themselves
   *
   * A drain is over. The server is about to stop.
   *
   * Since: 1.0
   */
  signals[SIGNAL_DRAINED] = g_signal_new ("drained", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * ResonateServer::reconfigured:
   * @self: the server
   * @changes: what changed, as [method@Resonate.Config.compare] says it
   *
   * Another configuration is in effect. Nothing is said when it is no other.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECONFIGURED] = g_signal_new ("reconfigured", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);
}

static void
install_succession_signals (GType type)
{
  /**
   * ResonateServer::handing-over:
   * @self: the server
   *
   * The process that goes on is ready, and is given the clients as soon as no handler returns
   * %TRUE: whoever has something else to give to that process has the time for it here. It is
   * emitted again every few milliseconds, for a second at most, and everybody is served meanwhile.
   *
   * Returns: %TRUE to be asked again
   *
   * Since: 1.0
   */
  signals[SIGNAL_HANDING_OVER] = g_signal_new ("handing-over", type, G_SIGNAL_RUN_LAST, 0,
                                               g_signal_accumulator_true_handled, NULL, NULL,
                                               G_TYPE_BOOLEAN, 0);

  /**
   * ResonateServer::taking-over:
   * @self: the server
   *
   * The server could serve now, and is about to say so to the process before. A handler that takes
   * a name from that process, under which the server is asked for things, returns %TRUE: then the
   * main loop stands still until the clients have come too, and who asks meanwhile is answered
   * after that. When they do not come the attempt fails, and the name has to be given back.
   *
   * Returns: %TRUE when somebody may ask by now
   *
   * Since: 1.0
   */
  signals[SIGNAL_TAKING_OVER] = g_signal_new ("taking-over", type, G_SIGNAL_RUN_LAST, 0,
                                              g_signal_accumulator_true_handled, NULL, NULL,
                                              G_TYPE_BOOLEAN, 0);
}

/* Called from the class_init () of the server. */
void
resonate_server_signals_install (GType server_type)
{
  install_connection_signals (server_type);
  install_channel_signals (server_type);
  install_tap_signals (server_type);
  install_life_signals (server_type);
  install_succession_signals (server_type);
}

void
resonate_server_signals_emit_drained (ResonateServer *server, unsigned int n_forced)
{
  g_signal_emit (server, signals[SIGNAL_DRAINED], 0, n_forced);
}

void
resonate_server_signals_emit_reconfigured (ResonateServer *server, GVariant *changes)
{
  g_signal_emit (server, signals[SIGNAL_RECONFIGURED], 0, changes);
}

gboolean
resonate_server_signals_emit_handing_over (ResonateServer *server)
{
  gboolean waits = FALSE;

  g_signal_emit (server, signals[SIGNAL_HANDING_OVER], 0, &waits);

  return waits;
}

gboolean
resonate_server_signals_emit_taking_over (ResonateServer *server)
{
  gboolean is_asked = FALSE;

  g_signal_emit (server, signals[SIGNAL_TAKING_OVER], 0, &is_asked);

  return is_asked;
}
