/* resonate-handler.c: the life of a connection, and of each of its messages
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-handler"

#include "config.h"

#include "resonate-handler-private.h"

#include "../base/resonate-clock-private.h"
#include "../base/resonate-log-private.h"
#include "resonate-amendment-private.h"
#include "resonate-client-event-private.h"
#include "resonate-connection-private.h"
#include "resonate-journal-private.h"
#include "resonate-liveness-private.h"
#include "resonate-message-private.h"
#include "resonate-protocol-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"
#include "resonate-subscribe-private.h"

static void
handle_protocol_event (ResonateConnection *connection, ResonateMessage *message)
{
  const char *event = resonate_message_get_event (message);
  const ResonateJsonValue *data = resonate_message_get_data (message);
  g_autoptr (GBytes) pong = NULL;

  if (!resonate_message_has_protocol_data (message))
    resonate_refuse_code (connection, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
  else if (g_str_equal (event, "pusher:ping"))
    {
      pong = resonate_protocol_pong ();
      resonate_connection_send_frame (connection, pong);
    }
  else if (g_str_equal (event, "pusher:subscribe"))
    resonate_subscribe (connection, data);
  else if (g_str_equal (event, "pusher:unsubscribe"))
    resonate_unsubscribe (connection, data);
  else if (!g_str_equal (event, "pusher:pong"))
    resonate_refuse_code (connection, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
}

static void
handle_message (ResonateConnection *connection, ResonateMessage *message)
{
  if (resonate_message_is_protocol_event (message))
    handle_protocol_event (connection, message);
  else
    resonate_client_event (connection, message);
}

/* Returns FALSE, and has answered, when the client has sent too much. */
static gboolean
check_rate (ResonateConnection *connection)
{
  ResonateApp *app = resonate_connection_get_app (connection);
  const char *text = resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_RATE_LIMIT);
  unsigned int max = resonate_app_get_rate_limit_max_attempts (app);
  unsigned int window_s = resonate_app_get_rate_limit_decay_seconds (app);

  if (!resonate_app_get_rate_limiting_enabled (app) ||
      resonate_limiter_take (resonate_connection_get_limiter (connection), resonate_clock_now_us (),
                             max, (int64_t) window_s * G_USEC_PER_SEC))
    return TRUE;

  resonate_journal_refused (connection, RESONATE_PUSHER_ERROR_RATE_LIMIT,
                            "rate-limit-max-attempts=%u in %u s (app %s)", max, window_s,
                            resonate_app_get_id (app));
  resonate_connection_get_realm (connection)->counters.refused++;
  resonate_connection_send_error (connection, RESONATE_PUSHER_ERROR_RATE_LIMIT, text);
  if (resonate_app_get_rate_limit_terminate (app))
    resonate_close (connection, RESONATE_PUSHER_ERROR_RATE_LIMIT, text);

  return FALSE;
}

static void
receive (ResonateConnection *connection, GBytes *text)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  g_autoptr (ResonateMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (!check_rate (connection))
    return;

  resonate_journal_received (connection, text);
  message = resonate_message_new (text, &error);
  if (message == NULL)
    {
      resonate_refuse (connection, error);
      return;
    }

  /* Who is told may send the client away. */
  if (G_UNLIKELY (realm->is_tapped))
    {
      resonate_gate_received (realm->gate, connection, message);
      if (!resonate_realm_holds (realm, connection))
        return;
    }

  switch (resonate_gate_intercept (realm->gate, connection, message, &error))
    {
    case RESONATE_VERDICT_PASS:
      handle_message (connection, message);
      break;

    case RESONATE_VERDICT_HANDLED:
      break;

    case RESONATE_VERDICT_REFUSE:
      resonate_refuse (connection, error);
      break;

    case RESONATE_VERDICT_WAIT:
      resonate_backlog_freeze (resonate_connection_get_backlog (connection));
      break;

    default:
      g_assert_not_reached ();
    }
}

static gboolean
is_open (ResonateConnection *connection)
{
  return resonate_realm_holds (resonate_connection_get_realm (connection), connection);
}

/* A decision that froze the connection has been made: goes on with what the client sent meanwhile,
 * up to the message that freezes it again. */
static void
thaw (ResonateConnection *connection)
{
  ResonateBacklog *backlog = resonate_connection_get_backlog (connection);

  if (!resonate_backlog_thaw (backlog))
    return;

  while (is_open (connection) && !resonate_backlog_is_frozen (backlog))
    {
      g_autoptr (GBytes) text = resonate_backlog_pop (backlog);

      if (text == NULL)
        return;
      receive (connection, text);
    }
}

/*
 * resonate_handler_resume:
 * @verdict: anything but %RESONATE_VERDICT_WAIT
 * @error: (nullable): with %RESONATE_VERDICT_REFUSE
 *
 * Goes on with a message that the gate had intercepted and wanted to think about.
 */
void
resonate_handler_resume (ResonateConnection *connection,
                         ResonateMessage *message,
                         ResonateVerdict verdict,
                         const GError *error)
{
  g_autoptr (ResonateConnection) kept = g_object_ref (connection);

  g_assert (verdict != RESONATE_VERDICT_WAIT);

  if (!is_open (connection))
    return;

  if (verdict == RESONATE_VERDICT_PASS)
    handle_message (connection, message);
  else if (verdict == RESONATE_VERDICT_REFUSE)
    resonate_refuse (connection, error);

  thaw (connection);
}

/*
 * resonate_handler_resume_subscribe:
 *
 * The same for a subscription that a stage of the gate had wanted to think about.
 */
void
resonate_handler_resume_subscribe (ResonateIntent *intent,
                                   ResonateVerdict verdict,
                                   const GError *error)
{
  g_autoptr (ResonateIntent) kept = resonate_intent_ref (intent);

  g_assert (verdict != RESONATE_VERDICT_WAIT);

  if (!is_open (kept->connection))
    {
      resonate_subscribe_abandon (kept, verdict);
      return;
    }

  resonate_subscribe_continue (kept, verdict, error);
  thaw (kept->connection);
}

static void
on_message (ResonateTransport *transport, GBytes *text, gboolean is_binary, gpointer user_data)
{
  ResonateConnection *connection = user_data;
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  g_autoptr (ResonateConnection) kept = g_object_ref (connection);
  ResonateBacklog *backlog = resonate_connection_get_backlog (connection);

  if (!is_open (connection))
    return;

  realm->counters.messages_received++;
  realm->counters.bytes_received += g_bytes_get_size (text);
  resonate_liveness_touch (connection);
  if (!resonate_backlog_is_frozen (backlog))
    receive (connection, text);
  else if (!resonate_backlog_push (backlog, text))
    resonate_terminate (connection, RESONATE_PUSHER_ERROR_OVER_CAPACITY,
                        resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_OVER_CAPACITY));
}

static void
on_oversized (ResonateTransport *transport, guint64 size, guint64 limit, gpointer user_data)
{
  ResonateConnection *connection = user_data;

  if (!is_open (connection))
    return;

  resonate_connection_get_realm (connection)->counters.refused++;
  resonate_journal_refused (connection, RESONATE_PUSHER_ERROR_TOO_LARGE,
                            "max-message-size=%" G_GUINT64_FORMAT " (app %s) < %" G_GUINT64_FORMAT
                            " bytes",
                            limit, resonate_app_get_id (resonate_connection_get_app (connection)),
                            size);
  resonate_connection_send_error (connection, RESONATE_PUSHER_ERROR_TOO_LARGE,
                                  resonate_pusher_error_to_string (
                                    RESONATE_PUSHER_ERROR_TOO_LARGE));
}

static void
on_control (ResonateTransport *transport, guint opcode, gpointer user_data)
{
  ResonateConnection *connection = user_data;

  if (!is_open (connection))
    return;

  resonate_connection_get_life (connection)->by_control = TRUE;
  resonate_liveness_touch (connection);
}

/* The client does not take what it is sent. This may come from the middle of a broadcast, so
 * nothing is taken out of a channel before the transport says that it is closed. */
static void
on_overflow (ResonateTransport *transport, gpointer user_data)
{
  ResonateConnection *connection = user_data;
  const char *text = resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_OVER_CAPACITY);

  resonate_journal_refused (connection, RESONATE_PUSHER_ERROR_OVER_CAPACITY,
                            "send-queue-size reached with %" G_GSIZE_FORMAT " bytes",
                            resonate_transport_get_queued_bytes (transport));
  resonate_transport_close (transport, RESONATE_PUSHER_ERROR_OVER_CAPACITY, text);
}

/* Closed by the client, or the end of a closing that we began. */
static void
on_closed (
  ResonateTransport *transport, guint code, const char *reason, gboolean clean, gpointer user_data)
{
  ResonateConnection *connection = user_data;
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  g_autoptr (ResonateConnection) kept = g_object_ref (connection);

  resonate_transport_listen (transport, NULL, NULL);
  resonate_farewell (connection, code, reason);
  g_hash_table_remove (realm->leaving, connection);
}

static const ResonateTransportListener listener = {
  .message = on_message,
  .oversized = on_oversized,
  .control = on_control,
  .overflow = on_overflow,
  .closed = on_closed,
};

/* From here on the client is one of its app's, and heard. */
void
resonate_handler_attach (ResonateConnection *connection)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  ResonateTransport *transport = resonate_connection_get_transport (connection);

  resonate_connection_list_add (realm->connections, connection);
  resonate_transport_listen (transport, &listener, connection);
  resonate_amend_transport (connection);
}

static ResonateConnection *
admit (ResonateRealm *realm, ResonateTransport *transport, const char *origin)
{
  g_autoptr (ResonateConnection) connection = NULL;
  g_autoptr (GBytes) frame = NULL;

  connection = resonate_connection_new (realm, transport, origin);
  resonate_handler_attach (connection);
  realm->counters.opened++;
  resonate_liveness_touch (connection);

  frame = resonate_protocol_connection_established (resonate_connection_get_socket_id (connection),
                                                    resonate_app_get_activity_timeout (realm->app));
  resonate_connection_send_frame (connection, frame);

  resonate_journal_opened (connection);
  resonate_gate_opened (realm->gate, connection);

  return connection;
}

/*
 * resonate_handler_open:
 * @origin: (nullable): what the handshake said
 *
 * Takes in a client whose key is the realm's.
 *
 * Returns: (transfer none) (nullable): the connection, or %NULL if it was turned away
 */
ResonateConnection *
resonate_handler_open (ResonateRealm *realm, ResonateTransport *transport, const char *origin)
{
  int max = resonate_app_get_max_connections (realm->app);

  if (!resonate_app_get_enabled (realm->app))
    {
      resonate_journal_turned_away (transport, RESONATE_PUSHER_ERROR_APP_DISABLED,
                                    "enabled=false (app %s)", resonate_app_get_id (realm->app));
      resonate_turn_away (transport, RESONATE_PUSHER_ERROR_APP_DISABLED,
                          resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_APP_DISABLED));
      return NULL;
    }

  if (max >= 0 && resonate_connection_list_count (realm->connections) >= (unsigned int) max)
    {
      realm->counters.turned_away++;
      resonate_journal_turned_away (transport, RESONATE_PUSHER_ERROR_OVER_QUOTA,
                                    "max-connections=%d (app %s)", max,
                                    resonate_app_get_id (realm->app));
      resonate_turn_away (transport, RESONATE_PUSHER_ERROR_OVER_QUOTA,
                          resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_OVER_QUOTA));
      return NULL;
    }

  if (!resonate_app_allows_origin (realm->app, origin))
    {
      realm->counters.turned_away++;
      resonate_journal_turned_away (transport, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
                                    "allowed-origins (app %s) has no match for %s",
                                    resonate_app_get_id (realm->app),
                                    origin != NULL ? origin : "a client without an origin");
      resonate_turn_away (transport, RESONATE_PUSHER_ERROR_UNAUTHORIZED, "Origin not allowed");
      return NULL;
    }

  return admit (realm, transport, origin);
}
