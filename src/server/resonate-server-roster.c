/* resonate-server-roster.c: who is on a server, and what can be done to them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-private.h"

#include "../base/resonate-error.h"
#include "../pusher/resonate-dispatcher-private.h"

ResonateRealm *
resonate_server_find_realm (ResonateServer *self, const char *app_id, GError **error)
{
  ResonateRealm *realm = resonate_realm_list_lookup (resonate_server_get_realms (self), app_id);

  if (realm == NULL)
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNKNOWN_APP, "There is no app ‘%s’", app_id);

  return realm;
}

/* Who is told that something was done believes that it was done to all. */
static ResonateRealm *
find_realm_to_act (ResonateServer *self, const char *app_id, GError **error)
{
  if (self->is_handed_over)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                           "The clients are with another process by now; ask that one");
      return NULL;
    }

  return resonate_server_find_realm (self, app_id, error);
}

/**
 * resonate_server_set_tapped:
 * @self: a server
 * @is_tapped: whether somebody wants to know
 *
 * Says whether [signal@Resonate.Server::received], [signal@Resonate.Server::published] and
 * [signal@Resonate.Server::left] are emitted: there is one for each message, so they are not unless
 * somebody asks for it.
 *
 * Since: 1.0
 */
void
resonate_server_set_tapped (ResonateServer *self, gboolean is_tapped)
{
  g_return_if_fail (RESONATE_IS_SERVER (self));

  resonate_realm_list_set_tapped (self->realms, is_tapped);
}

/**
 * resonate_server_get_n_connections:
 * @self: a server
 *
 * Counts the clients of all apps.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
unsigned int
resonate_server_get_n_connections (ResonateServer *self)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), 0);

  return resonate_realm_list_count_connections (resonate_server_get_realms (self));
}

/**
 * resonate_server_count_connections:
 * @self: a server
 * @app_id: the id of an app
 *
 * Counts the clients of one app.
 *
 * Returns: how many; 0 if there is no such app
 *
 * Since: 1.0
 */
unsigned int
resonate_server_count_connections (ResonateServer *self, const char *app_id)
{
  ResonateRealm *realm;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), 0);
  g_return_val_if_fail (app_id != NULL, 0);

  realm = resonate_server_find_realm (self, app_id, NULL);

  return realm != NULL ? resonate_connection_list_count (realm->connections) : 0;
}

/**
 * resonate_server_get_channels:
 * @self: a server
 * @app_id: the id of an app
 *
 * Gets the channels of an app that somebody is on.
 *
 * Returns: (transfer none) (nullable): the channels, or %NULL if there is no such app
 *
 * Since: 1.0
 */
ResonateChannelList *
resonate_server_get_channels (ResonateServer *self, const char *app_id)
{
  ResonateRealm *realm;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (app_id != NULL, NULL);

  realm = resonate_server_find_realm (self, app_id, NULL);

  return realm != NULL ? realm->channels : NULL;
}

/**
 * resonate_server_get_connection:
 * @self: a server
 * @app_id: the id of an app
 * @socket_id: the id of a connection
 *
 * Finds a client.
 *
 * Returns: (transfer none) (nullable): the connection, or %NULL if there is none
 *
 * Since: 1.0
 */
ResonateConnection *
resonate_server_get_connection (ResonateServer *self, const char *app_id, const char *socket_id)
{
  ResonateRealm *realm;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (app_id != NULL, NULL);
  g_return_val_if_fail (socket_id != NULL, NULL);

  realm = resonate_server_find_realm (self, app_id, NULL);

  return realm != NULL ? resonate_connection_list_lookup (realm->connections, socket_id) : NULL;
}

/**
 * resonate_server_find_connection:
 * @self: a server
 * @socket_id: the id of a connection
 *
 * Finds a client of whichever app.
 *
 * Returns: (transfer none) (nullable): the connection, or %NULL if there is none
 *
 * Since: 1.0
 */
ResonateConnection *
resonate_server_find_connection (ResonateServer *self, const char *socket_id)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (socket_id != NULL, NULL);

  return resonate_realm_list_find_connection (self->realms, socket_id);
}

/**
 * resonate_server_has_cached:
 * @self: a server
 * @app_id: the id of an app
 * @channel: a channel's name
 *
 * Says whether a cache channel remembers an event, which it does without anybody on it, too.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
resonate_server_has_cached (ResonateServer *self, const char *app_id, const char *channel)
{
  ResonateRealm *realm;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), FALSE);
  g_return_val_if_fail (app_id != NULL && channel != NULL, FALSE);

  realm = resonate_server_find_realm (self, app_id, NULL);

  return realm != NULL && resonate_channel_cache_lookup (realm->cache, channel) != NULL;
}

/**
 * resonate_server_publish:
 * @self: a server
 * @app_id: the id of an app
 * @channels: (array zero-terminated=1): the names of channels
 * @event: the event's name
 * @data: the payload: the text of a string, which clients of the protocol expect to hold JSON
 * @except_socket: (nullable): the socket id of a client that does not get it
 * @error: return location for a #GError
 *
 * Sends an event to everybody on some channels, as a publisher does over HTTP.
 *
 * Fails with %RESONATE_ERROR_UNKNOWN_APP, and with %RESONATE_ERROR_UNAVAILABLE while the other
 * nodes cannot be reached and `when-degraded` says to refuse.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_publish (ResonateServer *self,
                         const char *app_id,
                         const char *const *channels,
                         const char *event,
                         const char *data,
                         const char *except_socket,
                         GError **error)
{
  ResonateRealm *realm;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), FALSE);
  g_return_val_if_fail (app_id != NULL, FALSE);
  g_return_val_if_fail (channels != NULL, FALSE);
  g_return_val_if_fail (event != NULL, FALSE);
  g_return_val_if_fail (data != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  realm = find_realm_to_act (self, app_id, error);
  if (realm == NULL)
    return FALSE;

  if (self->relay != NULL && resonate_relay_is_refusing (self->relay))
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                           resonate_relay_explain (self->relay));
      return FALSE;
    }

  for (unsigned int i = 0; channels[i] != NULL; i++)
    resonate_dispatcher_publish (realm, event, channels[i], data, -1, RESONATE_EVENT_DATA_FIRST,
                                 except_socket);

  return TRUE;
}

/**
 * resonate_server_terminate_user:
 * @self: a server
 * @app_id: the id of an app
 * @user_id: a user
 * @error: return location for a #GError
 *
 * Closes every connection of a user with 4009, so that it does not come back by itself.
 *
 * Fails with %RESONATE_ERROR_UNKNOWN_APP.
 *
 * Returns: how many connections that were, or -1 with @error set
 *
 * Since: 1.0
 */
int
resonate_server_terminate_user (ResonateServer *self,
                                const char *app_id,
                                const char *user_id,
                                GError **error)
{
  ResonateRealm *realm;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), -1);
  g_return_val_if_fail (app_id != NULL, -1);
  g_return_val_if_fail (user_id != NULL, -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  realm = find_realm_to_act (self, app_id, error);
  if (realm == NULL)
    return -1;

  return (int) resonate_dispatcher_terminate_user (realm, user_id);
}

/**
 * resonate_server_terminate_connection:
 * @self: a server
 * @app_id: the id of an app
 * @socket_id: the id of a connection
 * @error: return location for a #GError
 *
 * Closes one client as [method@Resonate.Server.terminate_user] does.
 *
 * Fails with %RESONATE_ERROR_UNKNOWN_APP, and with %RESONATE_ERROR_NOT_FOUND when nobody of the app
 * has that id.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_terminate_connection (ResonateServer *self,
                                      const char *app_id,
                                      const char *socket_id,
                                      GError **error)
{
  ResonateRealm *realm;
  ResonateConnection *connection;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), FALSE);
  g_return_val_if_fail (app_id != NULL && socket_id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  realm = resonate_server_find_realm (self, app_id, error);
  if (realm == NULL)
    return FALSE;

  connection = resonate_connection_list_lookup (realm->connections, socket_id);
  if (connection == NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_NOT_FOUND, "Nobody has the socket id ‘%s’",
                   socket_id);
      return FALSE;
    }

  resonate_dispatcher_terminate (connection);

  return TRUE;
}
