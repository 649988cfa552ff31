/* resonate-redis-connector.c: a stream to a server: TCP, Unix socket or TLS
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-connector"

#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <gio/gunixsocketaddress.h>

#include "../base/resonate-error.h"
#include "resonate-redis-connector-private.h"

/* A host that vanished is found after half a minute, also by who only listens. */
#define KEEPALIVE_IDLE_S     15
#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_PROBES     3

typedef struct
{
  ResonateRedisSettings *settings;
  GSocketConnectable *address;
  char *name;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  resonate_redis_settings_unref (job->settings);
  g_object_unref (job->address);
  g_free (job->name);
  g_free (job);
}

static void
fail (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autoptr (GError) cause = error;

      error = g_error_new (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                           "Cannot connect to Redis at %s: %s", job->name, cause->message);
    }

  g_task_return_error (task, error);
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (g_steal_pointer (&user_data));
  GError *error = NULL;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    fail (task, error);
}

/* The files are read each time: who renews them has to tell nobody. */
static gboolean
use_files (GTlsConnection *tls, const ResonateRedisOptions *options, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GTlsDatabase) database = NULL;

  if (options->ca_file != NULL)
    {
      database = g_tls_file_database_new (options->ca_file, error);
      if (database == NULL)
        return FALSE;

      g_tls_connection_set_database (tls, database);
    }

  if (options->cert_file != NULL)
    {
      certificate = g_tls_certificate_new_from_files (options->cert_file,
                                                      options->key_file != NULL
                                                        ? options->key_file
                                                        : options->cert_file,
                                                      error);
      if (certificate == NULL)
        return FALSE;

      g_tls_connection_set_certificate (tls, certificate);
    }

  return TRUE;
}

static void
start_tls (GTask *task, GIOStream *stream)
{
  Job *job = g_task_get_task_data (task);
  g_autoptr (GIOStream) tls = NULL;
  GError *error = NULL;

  tls = g_tls_client_connection_new (stream, job->address, &error);
  if (tls == NULL || !use_files (G_TLS_CONNECTION (tls), &job->settings->options, &error))
    {
      fail (task, error);
      return;
    }

  /* A server that goes away says no goodbye, and no reply is whole without its end. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT,
                                    g_task_get_cancellable (task), on_handshake,
                                    g_object_ref (task));
}

static void
prepare_socket (GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);

  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_UNIX)
    return;

  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES, NULL);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (g_steal_pointer (&user_data));
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  GSocketConnection *connection;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (connection == NULL)
    {
      fail (task, error);
      return;
    }

  prepare_socket (connection);
  if (job->settings->url->use_tls)
    {
      start_tls (task, G_IO_STREAM (connection));
      g_object_unref (connection);
    }
  else
    g_task_return_pointer (task, connection, g_object_unref);
}

void
resonate_redis_connect_async (ResonateRedisSettings *settings,
                              const ResonateRedisHost *host,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_return_if_fail (settings != NULL && host != NULL);

  g_task_set_source_tag (task, resonate_redis_connect_async);
  g_task_set_task_data (task, job, job_free);
  job->settings = resonate_redis_settings_ref (settings);
  job->name = resonate_redis_host_to_string (host);
  job->address = host->host[0] == '/'
                   ? G_SOCKET_CONNECTABLE (g_unix_socket_address_new (host->host))
                   : g_network_address_new (host->host, host->port);

  /* A proxy for the web is none for Redis, and asking for one loads modules of the desktop. */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, job->address, cancellable, on_connected,
                                 g_object_ref (task));
}

GIOStream *
resonate_redis_connect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
