/* resonate-connection-list.c: the clients of one app
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-connection-list"

#include "config.h"

#include "resonate-connection-list-private.h"

/* Owns the connections that are open. A user is somebody that a signed subscription spoke of, so
 * one connection may stand for a user several times, and is let go when the last of them ends. */
struct _ResonateConnectionList
{
  GHashTable *by_socket; /* (element-type utf8 ResonateConnection): keys live in the connection */
  GHashTable *by_user;   /* (element-type utf8 GHashTable): of ResonateConnection to how often */
};

ResonateConnectionList *
resonate_connection_list_new (void)
{
  ResonateConnectionList *self = g_new0 (ResonateConnectionList, 1);

  self->by_socket = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->by_user = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_hash_table_unref);

  return self;
}

void
resonate_connection_list_free (ResonateConnectionList *self)
{
  g_clear_pointer (&self->by_user, g_hash_table_unref);
  g_clear_pointer (&self->by_socket, g_hash_table_unref);
  g_free (self);
}

void
resonate_connection_list_add (ResonateConnectionList *self, ResonateConnection *connection)
{
  g_hash_table_insert (self->by_socket, (char *) resonate_connection_get_socket_id (connection),
                       g_object_ref (connection));
}

/* Returns whether the connection was there. */
gboolean
resonate_connection_list_remove (ResonateConnectionList *self, ResonateConnection *connection)
{
  return g_hash_table_remove (self->by_socket, resonate_connection_get_socket_id (connection));
}

ResonateConnection *
resonate_connection_list_lookup (ResonateConnectionList *self, const char *socket_id)
{
  return g_hash_table_lookup (self->by_socket, socket_id);
}

unsigned int
resonate_connection_list_count (ResonateConnectionList *self)
{
  return g_hash_table_size (self->by_socket);
}

static GPtrArray *
copy (GHashTable *table, gboolean keys)
{
  GPtrArray *list = g_ptr_array_new_full (g_hash_table_size (table), g_object_unref);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_ptr_array_add (list, g_object_ref (keys ? key : value));

  return list;
}

/* Returns references that stay good while their owners come and go. */
GPtrArray *
resonate_connection_list_snapshot (ResonateConnectionList *self)
{
  return copy (self->by_socket, FALSE);
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

  return counts != NULL ? copy (counts, TRUE) : g_ptr_array_new ();
}
