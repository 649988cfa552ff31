/* resonate-refusal.c: saying no: to a message, to a client, for good
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-refusal"

#include "config.h"

#include "resonate-refusal-private.h"

#include "resonate-connection-private.h"
#include "resonate-gate-private.h"
#include "resonate-journal-private.h"
#include "resonate-liveness-private.h"
#include "resonate-membership-private.h"
#include "resonate-protocol-private.h"
#include "resonate-pusher-error.h"
#include "resonate-subscription-private.h"

void
resonate_refuse (ResonateConnection *connection, const GError *error)
{
  resonate_connection_get_realm (connection)->counters.refused++;
  resonate_journal_refused (connection, error->code, "%s", error->message);
  resonate_connection_send_error (connection, error->code, error->message);
}

void
resonate_refuse_code (ResonateConnection *connection, int code)
{
  g_autoptr (GError) error = NULL;

  error = g_error_new_literal (RESONATE_PUSHER_ERROR, code, resonate_pusher_error_to_string (code));
  resonate_refuse (connection, error);
}

static void
on_turned_away_closed (
  ResonateTransport *transport, guint code, const char *reason, gboolean clean, gpointer user_data)
{
  g_object_unref (transport);
}

static const ResonateTransportListener turned_away = { .closed = on_turned_away_closed };

/*
 * resonate_turn_away:
 *
 * Ends a connection that never came to be one: nothing of it is counted, and nothing that it sends
 * is looked at. The handshake has succeeded all the same, because that is the only way in which the
 * clients of the protocol learn why (spec: handshake, 1.3).
 */
void
resonate_turn_away (ResonateTransport *transport, int code, const char *message)
{
  g_autoptr (GBytes) frame = resonate_protocol_error (code, message);

  resonate_transport_listen (g_object_ref (transport), &turned_away, NULL);
  resonate_transport_send (transport, frame);
  resonate_transport_close (transport, code, message);
}

/* Takes the client out of everything: channels first, so that who is told that it is gone finds it
 * nowhere. What it may still send is not looked at. */
void
resonate_let_go (ResonateConnection *connection)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);
  ResonateSubscriptionList *subscriptions = resonate_connection_get_subscriptions (connection);
  g_autoptr (ResonateConnection) kept = g_object_ref (connection);

  if (!resonate_realm_holds (realm, connection))
    return;

  resonate_connection_list_remove (realm->connections, connection);
  resonate_liveness_forget (connection);
  while (resonate_subscription_list_count (subscriptions) > 0)
    {
      ResonateSubscription *first = resonate_subscription_list_get (subscriptions, 0);

      resonate_membership_leave (connection, resonate_subscription_get_channel (first));
    }
  resonate_backlog_clear (resonate_connection_get_backlog (connection));

  resonate_journal_closed (connection);
  resonate_connection_emit_closed (connection);
  resonate_gate_closed (realm->gate, connection);
}

/* Sets a client aside that is gone for us at once, until its socket is gone too. */
static gboolean
set_aside (ResonateConnection *connection)
{
  ResonateRealm *realm = resonate_connection_get_realm (connection);

  if (!resonate_realm_holds (realm, connection))
    return FALSE;

  g_hash_table_add (realm->leaving, g_object_ref (connection));

  return TRUE;
}

/* The closing handshake takes its own time. */
void
resonate_close (ResonateConnection *connection, int code, const char *reason)
{
  if (!set_aside (connection))
    return;

  resonate_transport_close (resonate_connection_get_transport (connection), code, reason);
  resonate_let_go (connection);
}

/* Says why, and closes: old clients read the frame, new ones the close code (decision A3). */
void
resonate_terminate (ResonateConnection *connection, int code, const char *message)
{
  resonate_journal_refused (connection, code, "%s", message);
  resonate_connection_send_error (connection, code, message);
  resonate_close (connection, code, message);
}

/* The same for a client that does not answer any more, and so will not answer a close frame. */
void
resonate_prune (ResonateConnection *connection, int code, const char *message)
{
  resonate_journal_refused (connection, code, "%s", message);
  resonate_connection_send_error (connection, code, message);
  if (!set_aside (connection))
    return;

  resonate_transport_hang_up (resonate_connection_get_transport (connection), code, message);
  resonate_let_go (connection);
}
