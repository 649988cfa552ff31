/* resonate-channel-users.c: the users on a presence channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel"

#include "config.h"

#include "resonate-channel-parts-private.h"

ResonateMembers *
resonate_channel_get_members (ResonateChannel *self)
{
  return self->members;
}

/**
 * resonate_channel_get_user_count:
 * @self: a channel
 *
 * Counts the users on a presence channel. A user with several connections counts once, and a
 * connection nobody gave a user id does not count.
 *
 * Returns: how many; 0 on a channel of another kind
 *
 * Since: 1.0
 */
unsigned int
resonate_channel_get_user_count (ResonateChannel *self)
{
  g_return_val_if_fail (RESONATE_IS_CHANNEL (self), 0);

  return self->members != NULL ? resonate_members_count (self->members) : 0;
}

/**
 * resonate_channel_has_user:
 * @self: a channel
 * @user_id: a user
 *
 * Says whether any connection of @user_id is on this presence channel. Takes constant time.
 *
 * Returns: %TRUE if the user is here
 *
 * Since: 1.0
 */
gboolean
resonate_channel_has_user (ResonateChannel *self, const char *user_id)
{
  g_return_val_if_fail (RESONATE_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (user_id != NULL, FALSE);

  return self->members != NULL && resonate_members_contains (self->members, user_id);
}

/**
 * resonate_channel_count_user:
 * @self: a channel
 * @user_id: a user
 *
 * Counts the connections that a user has on this presence channel. Takes constant time.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
unsigned int
resonate_channel_count_user (ResonateChannel *self, const char *user_id)
{
  g_return_val_if_fail (RESONATE_IS_CHANNEL (self), 0);
  g_return_val_if_fail (user_id != NULL, 0);

  return self->members != NULL ? resonate_members_count_user (self->members, user_id) : 0;
}
