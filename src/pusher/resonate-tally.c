/* resonate-tally.c: how many are on a channel, told to those who are
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-tally"

#include "config.h"

#include "resonate-tally-private.h"

#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"
#include "resonate-protocol-private.h"

/* Up to this many subscribers hear of every change at once. Above it a change would cost a frame to
 * each of a crowd, so the crowd hears the count at the next check of the realms. */
#define AT_ONCE_MAX 100

static void
tell (ResonateRealm *realm, ResonateChannel *channel)
{
  unsigned int count = resonate_channel_get_subscription_count (channel);
  g_autoptr (GBytes) frame = NULL;

  frame = resonate_protocol_subscription_count (resonate_channel_get_name (channel), count);
  resonate_realm_send (realm, channel, frame, NULL);
}

/* Call it when somebody joined or left @channel. Presence channels tell their members instead. */
void
resonate_tally_changed (ResonateRealm *realm, ResonateChannel *channel)
{
  if (!resonate_app_get_subscription_count (realm->app) ||
      resonate_channel_kind_is_presence (resonate_channel_get_kind (channel)))
    return;

  if (resonate_channel_get_subscription_count (channel) <= AT_ONCE_MAX)
    tell (realm, channel);
  else
    g_hash_table_add (realm->uncounted, g_strdup (resonate_channel_get_name (channel)));
}

void
resonate_tally_flush (ResonateRealm *realm)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, realm->uncounted);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      ResonateChannel *channel = resonate_channel_list_lookup (realm->channels, name);

      if (channel != NULL)
        tell (realm, channel);
    }
  g_hash_table_remove_all (realm->uncounted);
}
