/* resonate-members.c: the users of one channel, counted by connection
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-members"

#include "config.h"

#include "resonate-members-private.h"

/* A user may hold several connections to one channel; only the first in and the last out are news.
 * Nothing here needs properties or signals, so it is a plain struct. */
struct _ResonateMembers
{
  GHashTable *counts; /* (element-type utf8 uint): user id to how many connections */
};

ResonateMembers *
resonate_members_new (void)
{
  ResonateMembers *self = g_new0 (ResonateMembers, 1);

  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
resonate_members_free (ResonateMembers *self)
{
  g_clear_pointer (&self->counts, g_hash_table_unref);
  g_free (self);
}

/* Returns TRUE when @user_id was not here before. */
gboolean
resonate_members_add (ResonateMembers *self, const char *user_id)
{
  unsigned int n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, user_id));

  g_hash_table_replace (self->counts, g_strdup (user_id), GUINT_TO_POINTER (n + 1));

  return n == 0;
}

/* Returns TRUE when that was the last connection of @user_id, who must be here. */
gboolean
resonate_members_remove (ResonateMembers *self, const char *user_id)
{
  unsigned int n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, user_id));

  g_assert (n > 0);

  if (n == 1)
    g_hash_table_remove (self->counts, user_id);
  else
    g_hash_table_replace (self->counts, g_strdup (user_id), GUINT_TO_POINTER (n - 1));

  return n == 1;
}

gboolean
resonate_members_contains (ResonateMembers *self, const char *user_id)
{
  return g_hash_table_contains (self->counts, user_id);
}

unsigned int
resonate_members_count (ResonateMembers *self)
{
  return g_hash_table_size (self->counts);
}
