/* resonate-realm.c: one app at run time: everything that is its own
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-realm"

#include "config.h"

#include "resonate-realm-private.h"

#include "resonate-channel-private.h"
#include "resonate-interest-private.h"
#include "resonate-journal-private.h"

ResonateRealm *
resonate_realm_new (ResonateApp *app, ResonateGate *gate)
{
  ResonateRealm *self;

  g_return_val_if_fail (RESONATE_IS_APP (app), NULL);
  g_return_val_if_fail (gate == NULL || RESONATE_IS_GATE (gate), NULL);

  self = g_new0 (ResonateRealm, 1);
  self->app = g_object_ref (app);
  g_set_object (&self->gate, gate);
  self->connections = resonate_connection_list_new ();
  self->channels = resonate_channel_list_new ();
  self->cache = resonate_channel_cache_new ();
  self->interests = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                           (GDestroyNotify) resonate_interest_unref);
  self->leaving = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->uncounted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/* The connections must have been closed: their transports would call into what is freed here. */
void
resonate_realm_free (ResonateRealm *self)
{
  g_assert (resonate_connection_list_count (self->connections) == 0);
  g_assert (g_hash_table_size (self->leaving) == 0);

  resonate_interest_end_all (self);
  resonate_journal_flush (self);
  g_clear_pointer (&self->uncounted, g_hash_table_unref);
  g_clear_pointer (&self->leaving, g_hash_table_unref);
  g_clear_pointer (&self->interests, g_hash_table_unref);
  g_clear_pointer (&self->cache, resonate_channel_cache_free);
  g_clear_object (&self->channels);
  g_clear_pointer (&self->connections, resonate_connection_list_free);
  g_clear_object (&self->gate);
  g_clear_object (&self->app);
  g_free (self);
}

void
resonate_realm_send (ResonateRealm *self,
                     ResonateChannel *channel,
                     GBytes *frame,
                     ResonateConnection *except)
{
  unsigned int n = resonate_channel_get_subscription_count (channel);

  if (except != NULL && resonate_channel_lookup (channel, except) != NULL)
    n--;

  self->counters.messages_sent += n;
  self->counters.bytes_sent += (uint64_t) n * g_bytes_get_size (frame);
  resonate_channel_send (channel, frame, except);
}

/* Whether the connection is open: neither closed by the client nor by us. */
gboolean
resonate_realm_holds (ResonateRealm *self, ResonateConnection *connection)
{
  const char *socket_id = resonate_connection_get_socket_id (connection);

  return resonate_connection_list_lookup (self->connections, socket_id) == connection;
}
