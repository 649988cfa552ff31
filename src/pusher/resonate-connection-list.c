/* resonate-connection-list.c: the clients of one app
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-connection-list"

#include "config.h"

#include "resonate-connection-list-private.h"

#include "resonate-connection-private.h"

/* Owns the connections that are open. A user is somebody that a signed subscription spoke of, so
 * one connection may stand for a user several times, and is let go when the last of them ends. */
struct _ResonateConnectionList
{
  ResonateDirectory *by_socket; /* of ResonateConnection, which it owns */
  GHashTable *by_user; /* (element-type utf8 GHashTable): of ResonateConnection to how often */
};

static ResonateConnection *
connection_of (const ResonateEntry *entry)
{
  return entry != NULL ? resonate_entry_get_owner (entry, ResonateConnection, entry) : NULL;
}

static const char *
name_of (const ResonateEntry *entry)
{
  return connection_of (entry)->socket_id;
}

ResonateConnectionList *
resonate_connection_list_new (void)
{
  ResonateConnectionList *self = g_new0 (ResonateConnectionList, 1);

  self->by_socket = resonate_directory_new (name_of);
  self->by_user = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_hash_table_unref);

  return self;
}

void
resonate_connection_list_free (ResonateConnectionList *self)
{
  ResonateEntry *entry;

  g_clear_pointer (&self->by_user, g_hash_table_unref);
  while ((entry = resonate_directory_after (self->by_socket, 0)) != NULL)
    resonate_connection_list_remove (self, connection_of (entry));
  g_clear_pointer (&self->by_socket, resonate_directory_free);
  g_free (self);
}

void
resonate_connection_list_add (ResonateConnectionList *self, ResonateConnection *connection)
{
  resonate_directory_add (self->by_socket, &g_object_ref (connection)->entry);
}

/* Returns whether the connection was there. */
gboolean
resonate_connection_list_remove (ResonateConnectionList *self, ResonateConnection *connection)
{
  if (resonate_connection_list_lookup (self, connection->socket_id) != connection)
    return FALSE;

  resonate_directory_remove (self->by_socket, &connection->entry);
  g_object_unref (connection);

  return TRUE;
}

ResonateConnection *
resonate_connection_list_lookup (ResonateConnectionList *self, const char *socket_id)
{
  return connection_of (resonate_directory_lookup (self->by_socket, socket_id));
}

unsigned int
resonate_connection_list_count (ResonateConnectionList *self)
{
  return resonate_directory_get_size (self->by_socket);
}

/* Returns references that stay good while their owners come and go. */
GPtrArray *
resonate_connection_list_snapshot (ResonateConnectionList *self)
{
  GPtrArray *list = g_ptr_array_new_full (resonate_connection_list_count (self), g_object_unref);

  for (ResonateEntry *entry = resonate_directory_after (self->by_socket, 0); entry != NULL;
       entry = resonate_directory_next (self->by_socket, entry))
    g_ptr_array_add (list, g_object_ref (connection_of (entry)));

  return list;
}

ResonateConnection *
resonate_connection_list_after (ResonateConnectionList *self, uint64_t *place)
{
  ResonateEntry *entry = resonate_directory_after (self->by_socket, *place);

  if (entry != NULL)
    *place = entry->place;

  return connection_of (entry);
}

void
resonate_connection_list_add_user (ResonateConnectionList *self,
                                   const char *user_id,
                                   ResonateConnection *connection)
{
  GHashTable *counts = g_hash_table_lookup (self->by_user, user_id);
  unsigned int n;

  if (counts == NULL)
    {
      counts = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (self->by_user, g_strdup (user_id), counts);
    }

  n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, connection));
  g_hash_table_insert (counts, connection, GUINT_TO_POINTER (n + 1));
}

void
resonate_connection_list_remove_user (ResonateConnectionList *self,
                                      const char *user_id,
                                      ResonateConnection *connection)
{
  GHashTable *counts = g_hash_table_lookup (self->by_user, user_id);
  unsigned int n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, connection));

  g_assert (n > 0);

  if (n > 1)
    g_hash_table_insert (counts, connection, GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (counts, connection);

  if (g_hash_table_size (counts) == 0)
    g_hash_table_remove (self->by_user, user_id);
}

GPtrArray *
resonate_connection_list_snapshot_user (ResonateConnectionList *self, const char *user_id)
{
  GHashTable *counts = g_hash_table_lookup (self->by_user, user_id);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer connection;

  if (counts == NULL)
    return list;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    g_ptr_array_add (list, g_object_ref (connection));

  return list;
}
