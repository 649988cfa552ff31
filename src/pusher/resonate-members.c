/* resonate-members.c: the users of one channel, counted by connection
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-members"

#include "config.h"

#include "resonate-members-private.h"

#include <string.h>

#include "../base/resonate-directory-private.h"
#include "../base/resonate-json-writer-private.h"

typedef struct
{
  ResonateEntry entry;
  unsigned int n;     /* connections */
  gboolean is_number; /* as whoever came first wrote it */
  char id[];
} User;

/* A user may hold several connections to one channel; only the first in and the last out are news.
 * Nothing here needs properties or signals, so it is a plain struct. */
struct _ResonateMembers
{
  ResonateDirectory *users; /* of User, which it owns */
};

static User *
user_of (const ResonateEntry *entry)
{
  return entry != NULL ? resonate_entry_get_owner (entry, User, entry) : NULL;
}

static const char *
name_of (const ResonateEntry *entry)
{
  return user_of (entry)->id;
}

ResonateMembers *
resonate_members_new (void)
{
  ResonateMembers *self = g_new0 (ResonateMembers, 1);

  self->users = resonate_directory_new (name_of);

  return self;
}

void
resonate_members_free (ResonateMembers *self)
{
  ResonateEntry *entry;

  while ((entry = resonate_directory_after (self->users, 0)) != NULL)
    {
      resonate_directory_remove (self->users, entry);
      g_free (user_of (entry));
    }
  g_clear_pointer (&self->users, resonate_directory_free);
  g_free (self);
}

/* Returns TRUE when @user_id, as the JSON that it came as, was not here before. */
gboolean
resonate_members_add (ResonateMembers *self, const char *user_id, const char *id_json)
{
  User *user = user_of (resonate_directory_lookup (self->users, user_id));
  size_t size = strlen (user_id) + 1;

  if (user != NULL)
    {
      user->n++;
      return FALSE;
    }

  user = g_malloc (sizeof (User) + size);
  user->n = 1;
  user->is_number = *id_json != '"';
  memcpy (user->id, user_id, size);
  resonate_directory_add (self->users, &user->entry);

  return TRUE;
}

/* Returns TRUE when that was the last connection of @user_id, who must be here. */
gboolean
resonate_members_remove (ResonateMembers *self, const char *user_id)
{
  User *user = user_of (resonate_directory_lookup (self->users, user_id));

  g_assert (user != NULL);

  if (--user->n > 0)
    return FALSE;

  resonate_directory_remove (self->users, &user->entry);
  g_free (user);

  return TRUE;
}

gboolean
resonate_members_contains (ResonateMembers *self, const char *user_id)
{
  return resonate_directory_lookup (self->users, user_id) != NULL;
}

unsigned int
resonate_members_count_user (ResonateMembers *self, const char *user_id)
{
  User *user = user_of (resonate_directory_lookup (self->users, user_id));

  return user != NULL ? user->n : 0;
}

unsigned int
resonate_members_count (ResonateMembers *self)
{
  return resonate_directory_get_size (self->users);
}

const char *
resonate_members_after (ResonateMembers *self, uint64_t *place, unsigned int *n_connections)
{
  User *user = user_of (resonate_directory_after (self->users, *place));

  if (user == NULL)
    return NULL;

  *place = user->entry.place;
  *n_connections = user->n;

  return user->id;
}

/* The same, appended as JSON of the type that it came with. */
gboolean
resonate_members_append_after (ResonateMembers *self, uint64_t *place, GString *out)
{
  User *user = user_of (resonate_directory_after (self->users, *place));

  if (user == NULL)
    return FALSE;

  *place = user->entry.place;
  if (user->is_number)
    g_string_append (out, user->id);
  else
    resonate_json_append_string (out, user->id, -1);

  return TRUE;
}
