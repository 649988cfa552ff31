/* resonate-server-pages.c: long lists of a server, a page at a time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-private.h"

#include "../base/resonate-error.h"
#include "../pusher/resonate-channel-kind-private.h"
#include "../pusher/resonate-channel-private.h"
#include "../pusher/resonate-connection-private.h"
#include "../pusher/resonate-subscription-private.h"

/* The array frees its elements, so what is handed over is the container: whoever takes both from it
 * frees them twice. */

/* The most that a page has. */
#define PAGE_MAX 1000

/* So many are looked at for a page at most, so that it takes less than a millisecond: where few of
 * many are wanted, pages are short. */
#define LOOK_MAX 4096

/* Of so many on a channel those that come next are found by sorting them. */
#define SORT_MAX 2048

/* A cursor is the place in a directory behind which the next page begins. */
typedef struct
{
  ResonateRealm *realm;
  uint64_t place;
  unsigned int limit;
  unsigned int n_looks;
} Reader;

static gboolean
begin (Reader *reader,
       ResonateServer *server,
       const char *app_id,
       const char *cursor,
       unsigned int limit,
       GError **error)
{
  guint64 place = 0;

  if (*cursor != '\0' && !g_ascii_string_to_unsigned (cursor, 16, 1, G_MAXUINT64, &place, NULL))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT, "‘%s’ is no cursor", cursor);
      return FALSE;
    }

  reader->realm = resonate_server_find_realm (server, app_id, error);
  reader->place = place;
  reader->limit = limit == 0 ? PAGE_MAX : MIN (limit, PAGE_MAX);
  reader->n_looks = 0;

  return reader->realm != NULL;
}

static gboolean
may_look (Reader *reader, const GPtrArray *page)
{
  return page->len < reader->limit && reader->n_looks++ < LOOK_MAX;
}

/* Returns @page, and says where the next one begins. */
static GPtrArray *
end (const Reader *reader, GPtrArray *page, gboolean is_last, char **next)
{
  *next = is_last ? g_strdup ("") : g_strdup_printf ("%" G_GINT64_MODIFIER "x", reader->place);

  return page;
}

/**
 * resonate_server_page_channels:
 * @self: a server
 * @app_id: the id of an app
 * @prefix: what the name of a channel begins with, or empty
 * @cursor: empty for the first page, or what the page before said
 * @limit: how many at most; 0 takes the most there may be, which is 1000
 * @next: (out): the cursor of the next page; empty after the last
 * @error: return location for a #GError
 *
 * Gets some of the channels of an app that somebody is on, in no particular order.
 *
 * Who reads all pages is told of every channel that was there all the time, and of none twice. A
 * page may be shorter than @limit, or empty, and not be the last.
 *
 * Fails with %RESONATE_ERROR_UNKNOWN_APP, and with %RESONATE_ERROR_BAD_ARGUMENT for a @cursor that
 * is none.
 *
 * Returns: (transfer container) (element-type ResonateChannel): the channels, or %NULL with @error
 * set
 *
 * Since: 1.0
 */
GPtrArray *
resonate_server_page_channels (ResonateServer *self,
                               const char *app_id,
                               const char *prefix,
                               const char *cursor,
                               unsigned int limit,
                               char **next,
                               GError **error)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  ResonateChannelList *channels;
  ResonateChannel *channel;
  Reader reader;
  uint64_t behind;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (app_id != NULL && prefix != NULL && cursor != NULL, NULL);
  g_return_val_if_fail (next != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!begin (&reader, self, app_id, cursor, limit, error))
    return NULL;

  channels = reader.realm->channels;
  while (may_look (&reader, page) &&
         (channel = resonate_channel_list_after (channels, &reader.place)) != NULL)
    {
      if (g_str_has_prefix (resonate_channel_get_name (channel), prefix))
        g_ptr_array_add (page, g_object_ref (channel));
    }

  behind = reader.place;

  return end (&reader, g_steal_pointer (&page),
              resonate_channel_list_after (channels, &behind) == NULL, next);
}

/**
 * resonate_server_page_connections:
 * @self: a server
 * @app_id: the id of an app
 * @cursor: empty for the first page, or what the page before said
 * @limit: how many at most; 0 takes the most there may be, which is 1000
 * @next: (out): the cursor of the next page; empty after the last
 * @error: return location for a #GError
 *
 * Gets some of the clients of an app, as [method@Resonate.Server.page_channels] does.
 *
 * Returns: (transfer container) (element-type ResonateConnection): the clients, or %NULL with
 * @error set
 *
 * Since: 1.0
 */
GPtrArray *
resonate_server_page_connections (ResonateServer *self,
                                  const char *app_id,
                                  const char *cursor,
                                  unsigned int limit,
                                  char **next,
                                  GError **error)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  ResonateConnectionList *connections;
  ResonateConnection *connection;
  Reader reader;
  uint64_t behind;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (app_id != NULL && cursor != NULL, NULL);
  g_return_val_if_fail (next != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!begin (&reader, self, app_id, cursor, limit, error))
    return NULL;

  connections = reader.realm->connections;
  while (may_look (&reader, page) &&
         (connection = resonate_connection_list_after (connections, &reader.place)) != NULL)
    g_ptr_array_add (page, g_object_ref (connection));

  behind = reader.place;

  return end (&reader, g_steal_pointer (&page),
              resonate_connection_list_after (connections, &behind) == NULL, next);
}

static void
collect (ResonateSubscription *subscription, gpointer user_data)
{
  ResonateConnection *connection = resonate_subscription_get_connection (subscription);

  if (connection != NULL)
    g_ptr_array_add (user_data, connection);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const ResonateConnection *left = *(ResonateConnection *const *) a;
  const ResonateConnection *right = *(ResonateConnection *const *) b;

  return left->entry.place < right->entry.place ? -1 : left->entry.place > right->entry.place;
}

static gboolean
page_few (Reader *reader, ResonateChannel *channel, GPtrArray *page)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  unsigned int i = 0;

  resonate_channel_foreach (channel, collect, all);
  g_ptr_array_sort (all, compare_places);
  while (i < all->len && ((ResonateConnection *) all->pdata[i])->entry.place <= reader->place)
    i++;

  for (; i < all->len && page->len < reader->limit; i++)
    {
      ResonateConnection *connection = all->pdata[i];

      g_ptr_array_add (page, g_object_ref (connection));
      reader->place = connection->entry.place;
    }

  return i == all->len;
}

/* Among all clients of the app in their order, which is the same: a channel may have few on it for
 * one page and many for the next. */
static gboolean
page_many (Reader *reader, ResonateChannel *channel, GPtrArray *page)
{
  ResonateConnectionList *connections = reader->realm->connections;
  ResonateConnection *connection;
  uint64_t behind;

  while (may_look (reader, page) &&
         (connection = resonate_connection_list_after (connections, &reader->place)) != NULL)
    {
      if (resonate_channel_lookup (channel, connection) != NULL)
        g_ptr_array_add (page, g_object_ref (connection));
    }

  behind = reader->place;

  return resonate_connection_list_after (connections, &behind) == NULL;
}

/**
 * resonate_server_page_subscribers:
 * @self: a server
 * @app_id: the id of an app
 * @channel: a channel's name
 * @cursor: empty for the first page, or what the page before said
 * @limit: how many at most; 0 takes the most there may be, which is 1000
 * @next: (out): the cursor of the next page; empty after the last
 * @error: return location for a #GError
 *
 * Gets some of the clients that are on a channel, as [method@Resonate.Server.page_channels] does.
 *
 * Returns: (transfer container) (element-type ResonateConnection): the clients, or %NULL with
 * @error set
 *
 * Since: 1.0
 */
GPtrArray *
resonate_server_page_subscribers (ResonateServer *self,
                                  const char *app_id,
                                  const char *channel,
                                  const char *cursor,
                                  unsigned int limit,
                                  char **next,
                                  GError **error)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  ResonateChannel *live;
  gboolean is_last = TRUE;
  Reader reader;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (app_id != NULL && channel != NULL && cursor != NULL, NULL);
  g_return_val_if_fail (next != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!begin (&reader, self, app_id, cursor, limit, error))
    return NULL;

  live = resonate_channel_list_lookup (reader.realm->channels, channel);
  if (live != NULL && resonate_channel_get_subscription_count (live) <= SORT_MAX)
    is_last = page_few (&reader, live, page);
  else if (live != NULL)
    is_last = page_many (&reader, live, page);

  return end (&reader, g_steal_pointer (&page), is_last, next);
}

/**
 * resonate_server_page_users:
 * @self: a server
 * @app_id: the id of an app
 * @channel: the name of a presence channel
 * @cursor: empty for the first page, or what the page before said
 * @limit: how many at most; 0 takes the most there may be, which is 1000
 * @next: (out): the cursor of the next page; empty after the last
 * @error: return location for a #GError
 *
 * Gets some of the users on a presence channel, as [method@Resonate.Server.page_channels] does.
 *
 * Fails with %RESONATE_ERROR_BAD_ARGUMENT for a channel without presence, too.
 *
 * Returns: (transfer container) (element-type utf8): the ids of users, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
resonate_server_page_users (ResonateServer *self,
                            const char *app_id,
                            const char *channel,
                            const char *cursor,
                            unsigned int limit,
                            char **next,
                            GError **error)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_free);
  ResonateChannel *live;
  ResonateMembers *members;
  unsigned int n_connections;
  const char *user;
  Reader reader;
  uint64_t behind;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (app_id != NULL && channel != NULL && cursor != NULL, NULL);
  g_return_val_if_fail (next != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!resonate_channel_kind_is_presence (resonate_channel_kind_from_name (channel)))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT,
                   "‘%s’ is no presence channel, so nobody knows its users", channel);
      return NULL;
    }

  if (!begin (&reader, self, app_id, cursor, limit, error))
    return NULL;

  live = resonate_channel_list_lookup (reader.realm->channels, channel);
  if (live == NULL)
    return end (&reader, g_steal_pointer (&page), TRUE, next);

  members = resonate_channel_get_members (live);
  while (may_look (&reader, page) &&
         (user = resonate_members_after (members, &reader.place, &n_connections)) != NULL)
    g_ptr_array_add (page, g_strdup (user));

  behind = reader.place;

  return end (&reader, g_steal_pointer (&page),
              resonate_members_after (members, &behind, &n_connections) == NULL, next);
}
