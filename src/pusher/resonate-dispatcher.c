/* resonate-dispatcher.c: one event to the channels it is for
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dispatcher"

#include "config.h"

#include "resonate-dispatcher-private.h"

#include <string.h>

#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"
#include "resonate-journal-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"
#include "resonate-relay-private.h"

static void
tell_tap (ResonateRealm *realm,
          const char *event,
          const char *channel,
          const char *data,
          gssize data_length)
{
  size_t size = data_length < 0 ? strlen (data) : (size_t) data_length;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  resonate_gate_published (realm->gate, realm->app, NULL, channel, event, bytes);
}

/* @live: (nullable): the channel, if somebody here is on it */
static void
deliver (ResonateRealm *realm,
         ResonateChannel *live,
         const char *channel,
         GBytes *frame,
         gboolean is_cached,
         const char *except_socket)
{
  ResonateConnection *except = NULL;

  resonate_journal_published (realm->app, channel, frame);
  if (is_cached)
    resonate_channel_cache_store (realm->cache, channel, frame,
                                  resonate_app_get_cache_ttl (realm->app));

  if (live != NULL)
    {
      if (except_socket != NULL)
        except = resonate_connection_list_lookup (realm->connections, except_socket);
      resonate_realm_send (realm, live, frame, except);
    }
}

/*
 * resonate_dispatcher_deliver:
 * @frame: an event, as it goes out
 * @is_kept: whether a cache channel remembers it
 * @except_socket: (nullable): who is left out; an id that nobody has leaves out nobody
 *
 * Delivers an event to everybody here on @channel.
 */
void
resonate_dispatcher_deliver (ResonateRealm *realm,
                             const char *channel,
                             GBytes *frame,
                             gboolean is_kept,
                             const char *except_socket)
{
  ResonateChannelKind kind = resonate_channel_kind_from_name (channel);

  deliver (realm, resonate_channel_list_lookup (realm->channels, channel), channel, frame,
           is_kept && resonate_channel_kind_is_cache (kind), except_socket);
}

/*
 * resonate_dispatcher_publish:
 * @data: the payload, which goes out as the text of a string
 * @except_socket: (nullable): who is left out; an id that nobody has leaves out nobody
 *
 * Delivers an event of the application to everybody on @channel, on all nodes. A cache channel
 * remembers it even when nobody is there.
 */
void
resonate_dispatcher_publish (ResonateRealm *realm,
                             const char *event,
                             const char *channel,
                             const char *data,
                             gssize data_length,
                             ResonateEventOrder order,
                             const char *except_socket)
{
  ResonateChannel *live;
  g_autoptr (GBytes) frame = NULL;
  gboolean cached = resonate_channel_kind_is_cache (resonate_channel_kind_from_name (channel));

  realm->counters.published++;
  if (G_UNLIKELY (realm->is_tapped))
    tell_tap (realm, event, channel, data, data_length);

  if (G_UNLIKELY (realm->relay != NULL) &&
      resonate_relay_publish (realm, event, channel, data, data_length, order, except_socket))
    return;

  /* Not before: who is told may have changed who is there. */
  live = resonate_channel_list_lookup (realm->channels, channel);
  if (live == NULL && !cached)
    return;

  frame = resonate_protocol_event (event, channel, data, data_length, order);
  deliver (realm, live, channel, frame, cached, except_socket);
}

/* With a code that keeps clients from coming back (decision 21). */
void
resonate_dispatcher_terminate (ResonateConnection *connection)
{
  resonate_terminate (connection, RESONATE_PUSHER_ERROR_UNAUTHORIZED,
                      "You got disconnected by the app.");
}

/* Closes every connection here that was signed for as @user_id, and returns how many. */
unsigned int
resonate_dispatcher_terminate_user_here (ResonateRealm *realm, const char *user_id)
{
  g_autoptr (GPtrArray) connections = NULL;

  connections = resonate_connection_list_snapshot_user (realm->connections, user_id);
  for (unsigned int i = 0; i < connections->len; i++)
    resonate_dispatcher_terminate (connections->pdata[i]);

  return connections->len;
}

/*
 * resonate_dispatcher_terminate_user:
 *
 * Closes every connection that was signed for as @user_id, on all nodes.
 *
 * Returns: how many of them were here
 */
unsigned int
resonate_dispatcher_terminate_user (ResonateRealm *realm, const char *user_id)
{
  if (realm->relay != NULL)
    resonate_relay_terminate_user (realm, user_id);

  return resonate_dispatcher_terminate_user_here (realm, user_id);
}
