/* resonate-server-life.c: how a server starts, drains and stops
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-private.h"

#include "../base/resonate-clock-private.h"
#include "../base/resonate-error.h"
#include "resonate-server-cluster-private.h"
#include "resonate-server-entrance-private.h"
#include "resonate-server-members-private.h"
#include "resonate-server-signals-private.h"

/* How often crowds and what is left over are looked at. */
#define CHECK_INTERVAL_S 1

/* Takes down what start made, upper floors first. */
void
resonate_server_tear_down (ResonateServer *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  resonate_realm_list_abort_all (self->realms);
  resonate_server_cluster_close (self);
  resonate_realm_list_set_wheel (self->realms, NULL);
  g_clear_pointer (&self->departure, resonate_server_departure_free);
  g_clear_object (&self->front);
  g_clear_pointer (&self->rest, resonate_rest_free);
}

static gboolean
on_check (gpointer user_data)
{
  resonate_realm_list_check (RESONATE_SERVER (user_data)->realms);

  return G_SOURCE_CONTINUE;
}

/* What `/ready` says: NULL, or why not. */
static const char *
explain_unready (gpointer user_data)
{
  ResonateServer *self = user_data;

  return self->state == RESONATE_SERVER_RUNNING ? NULL : "The server is draining.";
}

/* All that can fail is behind it. */
gboolean
resonate_server_open (ResonateServer *self, GError **error)
{
  const ResonateServerSockets sockets = { self->sockets, self->spare, self->reuse_port };

  self->has_given_sockets = self->sockets->len > 0;
  if (self->state != RESONATE_SERVER_STOPPED || self->front != NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                   "Cannot start a server that is not stopped");
      return FALSE;
    }

  self->front = resonate_server_entrance_open (self->config, &sockets, self->realms, error);
  if (self->front == NULL)
    return FALSE;

  resonate_realm_list_set_wheel (self->realms, resonate_front_get_wheel (self->front));
  self->rest = resonate_rest_new (self->config, self->realms,
                                  resonate_front_get_router (self->front), explain_unready, self);

  if (!resonate_server_cluster_open (self, error))
    {
      resonate_server_tear_down (self);
      return FALSE;
    }

  return TRUE;
}

void
resonate_server_begin (ResonateServer *self)
{
  self->is_handed_over = FALSE;
  resonate_server_cluster_begin (self);
  self->timer = g_timeout_source_new_seconds (CHECK_INTERVAL_S);
  g_source_set_callback (self->timer, on_check, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  resonate_server_set_state (self, RESONATE_SERVER_RUNNING);
}

static gboolean
start (ResonateServer *self, GError **error)
{
  if (!resonate_server_open (self, error))
    return FALSE;

  resonate_server_begin (self);

  return TRUE;
}

/**
 * resonate_server_start_async:
 * @self: a server
 * @cancellable: (nullable): gives up
 * @callback: (scope async): called when the server listens, or cannot
 * @user_data: data for @callback
 *
 * Starts to listen and to serve. The library refuses to serve while `SOUP_SERVER_HTTP2` is in the
 * environment.
 *
 * Since: 1.0
 */
void
resonate_server_start_async (ResonateServer *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_server_start_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (start (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * resonate_server_start_finish:
 * @self: a server
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Completes [method@Resonate.Server.start_async].
 *
 * Fails with %RESONATE_ERROR_BAD_STATE when the server is not stopped, with %RESONATE_ERROR_CONFIG
 * when a certificate is no good, and with a #GIOErrorEnum when an address cannot be listened on.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_start_finish (ResonateServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * resonate_server_stop_listening:
 * @self: a server
 *
 * Closes the listening sockets at once, and serves those who are there as before: for a server that
 * another one listens beside, on the same addresses, and that is about to drain. Each connection
 * that it accepted would be missing there.
 *
 * Since: 1.0
 */
void
resonate_server_stop_listening (ResonateServer *self)
{
  g_return_if_fail (RESONATE_IS_SERVER (self));

  if (self->front == NULL)
    return;

  resonate_front_take_waiting (self->front);
  resonate_front_stop_accepting (self->front);
}

static void
end (ResonateServer *self)
{
  g_autoptr (ResonateServer) kept = g_object_ref (self);
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->departing);

  self->departing = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->drain_deadline_us != 0)
    resonate_server_signals_emit_drained (self,
                                          resonate_server_departure_get_n_forced (self->departure));
  resonate_server_tear_down (self);
  resonate_server_set_drain_deadline (self, 0);
  resonate_server_set_state (self, RESONATE_SERVER_STOPPED);

  for (unsigned int i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
on_departed (gpointer user_data)
{
  if (!resonate_server_members_leave (user_data, end))
    end (user_data);
}

/* Keeps @task until the server has stopped. Returns FALSE, and has answered it, when it has
 * already. */
static gboolean
wait_for_departure (ResonateServer *self, GTask *task)
{
  if (self->front == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return FALSE;
    }

  g_ptr_array_add (self->departing, g_object_ref (task));
  if (self->departure == NULL)
    self->departure = resonate_server_departure_new (self->front, self->realms, on_departed, self);

  return TRUE;
}

/**
 * resonate_server_stop_async:
 * @self: a server
 * @cancellable: (nullable): ignored: a stop cannot be taken back
 * @callback: (scope async): called when the server has stopped
 * @user_data: data for @callback
 *
 * Closes every client with 1001 and stops. Who does not answer the close frame within a second is
 * cut off. A server that is stopped stays so.
 *
 * Since: 1.0
 */
void
resonate_server_stop_async (ResonateServer *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, resonate_server_stop_async);

  if (!wait_for_departure (self, task))
    return;

  resonate_server_set_state (self, RESONATE_SERVER_DRAINING);
  resonate_server_departure_close (self->departure);
}

/**
 * resonate_server_stop_finish:
 * @self: a server
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Completes [method@Resonate.Server.stop_async].
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_stop_finish (ResonateServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * resonate_server_drain_async:
 * @self: a server
 * @timeout_us: how long clients may stay, in microseconds; negative takes the configured
 *   `drain-timeout`
 * @cancellable: (nullable): ignored: a drain cannot be taken back
 * @callback: (scope async): called when the server has stopped
 * @user_data: data for @callback
 *
 * Serves those who are there, and refuses with 503 whoever wants to be a client. So does `/ready`,
 * for a tenth of the time and 3 seconds at most; after that nobody can connect any more. Clients
 * are closed one after the other, with 4200, so that the last of them goes when the time is up, and
 * not all of them come back to another server at the same moment. The server stops as soon as
 * nobody is left. A second drain waits for the end of the first.
 *
 * Since: 1.0
 */
void
resonate_server_drain_async (ResonateServer *self,
                             int64_t timeout_us,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  gboolean is_first;

  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, resonate_server_drain_async);

  is_first = self->departure == NULL;
  if (!wait_for_departure (self, task) || !is_first)
    return;

  if (timeout_us < 0)
    timeout_us = resonate_config_get_drain_timeout (self->config);
  resonate_server_set_drain_deadline (self, resonate_clock_realtime_us () + timeout_us);
  resonate_server_set_state (self, RESONATE_SERVER_DRAINING);
  resonate_server_departure_drain (self->departure, timeout_us);
}

/**
 * resonate_server_drain_finish:
 * @self: a server
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Completes [method@Resonate.Server.drain_async].
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_drain_finish (ResonateServer *self, GAsyncResult *result, GError **error)
{
  return resonate_server_stop_finish (self, result, error);
}
