/* resonate-server-hand-over.c: how a server gives all it has to another process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-private.h"

#include "../base/resonate-error.h"
#include "../transport/resonate-stream-record-private.h"
#include "resonate-migration-private.h"
#include "resonate-server-members-private.h"
#include "resonate-server-signals-private.h"

/* How long a frame that has begun may take to be completed, and whoever has something else to give
 * to the other process; and how often that is looked at. */
#define SETTLE_TIMEOUT_US (1 * G_USEC_PER_SEC)
#define LOOK_MS           20

/* For a program that does not say how long the other may take to be ready. */
#define HEALTH_TIMEOUT_US (10 * G_USEC_PER_SEC)

/* Until the moment comes everybody is served as ever. */
typedef struct
{
  GSocket *socket;
  GSource *source;     /* (nullable): hears the other process */
  GSource *timer;      /* (nullable): its time to be ready, then the looks */
  GHashTable *partial; /* (nullable) (element-type ResonateStream Partial): in a frame all along */
  int64_t deadline_us;
  ResonateMigrationReport report;
} HandOver;

/* As it was found at the first look. */
typedef struct
{
  guint64 progress;
} Partial;

static void
clear_sources (HandOver *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
hand_over_free (HandOver *self)
{
  clear_sources (self);
  g_clear_pointer (&self->partial, g_hash_table_unref);
  g_clear_object (&self->socket);
  g_free (self);
}

/* The task is the sources' until one of them ends it. */
static void
fail (GTask *task, GError *error)
{
  g_autoptr (GTask) taken = task;
  ResonateServer *server = g_task_get_source_object (task);

  server->is_handing_over = FALSE;
  clear_sources (g_task_get_task_data (task));
  g_socket_close (((HandOver *) g_task_get_task_data (task))->socket, NULL);
  g_task_return_error (taken, error);
}

static void
migrate (GTask *task)
{
  ResonateServer *server = g_task_get_source_object (task);
  HandOver *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  clear_sources (self);
  if (server->state != RESONATE_SERVER_RUNNING)
    {
      fail (task, g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                                       "The server has stopped serving meanwhile"));
      return;
    }

  if (!resonate_migration_run (server, self->socket, self->partial, &self->report, &error))
    {
      fail (task, g_steal_pointer (&error));
      return;
    }

  server->is_handing_over = FALSE;
  server->is_handed_over = TRUE;
  resonate_server_members_retire (server);
  resonate_front_stop_accepting (server->front);
  resonate_front_close (server->front);
  resonate_server_set_state (server, RESONATE_SERVER_DRAINING);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/*
 * Who is in the middle of something
 */

/* Drops those who have gone on since the first look. TRUE when somebody is waited for. */
static gboolean
look_at_partial (HandOver *self, ResonateStream *stream, gboolean is_first)
{
  guint64 progress = resonate_stream_get_progress (stream);
  Partial *partial = g_hash_table_lookup (self->partial, stream);

  if (is_first)
    {
      partial = g_new0 (Partial, 1);
      partial->progress = progress;
      g_hash_table_insert (self->partial, g_object_ref (stream), partial);
    }
  else if (partial != NULL && partial->progress != progress)
    {
      g_hash_table_remove (self->partial, stream);
      return FALSE;
    }

  return partial != NULL;
}

/* Whether nobody is worth waiting for. */
static gboolean
look (HandOver *self, ResonateServer *server)
{
  g_autoptr (GPtrArray) streams = resonate_front_list_streams (server->front);
  gboolean is_first = self->partial == NULL;
  gboolean waits = FALSE;

  if (is_first)
    self->partial = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);

  for (unsigned int i = 0; i < streams->len; i++)
    {
      ResonateStream *stream = streams->pdata[i];
      gboolean is_partial;

      if (!resonate_migration_can_move (stream, &is_partial))
        {
          g_hash_table_remove (self->partial, stream);
          waits |= resonate_stream_get_mobility (stream) != RESONATE_STREAM_FIXED;
        }
      else if (is_partial)
        waits |= look_at_partial (self, stream, is_first);
      else
        g_hash_table_remove (self->partial, stream);
    }

  return !waits;
}

static gboolean
is_settled (HandOver *self, ResonateServer *server)
{
  gboolean waits;

  if (server->front == NULL)
    return TRUE;

  /* Both are asked each time: neither waits for the other. */
  waits = !look (self, server);
  waits |= resonate_server_signals_emit_handing_over (server);

  return !waits;
}

static gboolean
on_look (gpointer user_data)
{
  GTask *task = user_data;
  HandOver *self = g_task_get_task_data (task);
  ResonateServer *server = g_task_get_source_object (task);

  if (is_settled (self, server) || g_get_monotonic_time () >= self->deadline_us)
    {
      migrate (task);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static void
replace_timer (GTask *task, GSource *timer, GSourceFunc func)
{
  HandOver *self = g_task_get_task_data (task);

  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->timer = timer;
  g_source_set_callback (timer, func, task, NULL);
  g_source_attach (timer, g_task_get_context (task));
}

/*
 * The other process
 */
static gboolean
on_unready (gpointer user_data)
{
  fail (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                        "The replacement was not ready in time"));

  return G_SOURCE_REMOVE;
}

static gboolean
on_heard (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  GTask *task = user_data;
  HandOver *self = g_task_get_task_data (task);
  g_auto (ResonateUtterance) answer = { 0 };
  g_autoptr (GError) error = NULL;

  if (g_task_return_error_if_cancelled (task))
    {
      ResonateServer *server = g_task_get_source_object (task);

      server->is_handing_over = FALSE;
      clear_sources (self);
      g_object_unref (task);
      return G_SOURCE_REMOVE;
    }

  if (!resonate_dialogue_expect (socket, RESONATE_WORD_READY, 0, &answer, &error))
    {
      g_prefix_error (&error, "The replacement did not become ready: ");
      fail (task, g_steal_pointer (&error));
      return G_SOURCE_REMOVE;
    }

  /* It says no more before it is spoken to. */
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  self->deadline_us = g_get_monotonic_time () + SETTLE_TIMEOUT_US;
  replace_timer (task, g_timeout_source_new (LOOK_MS), on_look);

  return G_SOURCE_REMOVE;
}

static gboolean
offer (ResonateServer *self, GSocket *socket, GError **error)
{
  g_autoptr (GArray) listeners = NULL;

  if (self->state != RESONATE_SERVER_RUNNING || self->is_handing_over)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                           "Only a server that is running can be handed over, and once at a time");
      return FALSE;
    }

  listeners = resonate_front_list_sockets (self->front);
  if (listeners->len > RESONATE_DIALOGUE_MAX_FDS)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                   "Cannot hand over more than %d listening sockets", RESONATE_DIALOGUE_MAX_FDS);
      return FALSE;
    }

  return resonate_dialogue_say (socket, RESONATE_WORD_OFFER,
                                g_variant_new (RESONATE_DIALOGUE_OFFER, RESONATE_DIALOGUE_VERSION,
                                               self->has_given_sockets),
                                (const int *) (gpointer) listeners->data, listeners->len, error);
}

/**
 * resonate_server_hand_over_async:
 * @self: a server that is running
 * @socket: one end of a pair of `SOCK_SEQPACKET` sockets; at the other a process does
 *   [method@Resonate.Server.take_over_async]
 * @timeout_us: how long the other process may take to be ready, in microseconds; negative takes 10
 *   seconds
 * @cancellable: (nullable): gives up, as long as the other process is not ready
 * @callback: (scope async): called when the other process serves, or this one goes on
 * @user_data: data for @callback
 *
 * Gives the listening sockets and the connections to another process, which goes on in the middle
 * of them: no client is told anything, and none has to come again.
 *
 * Everybody is served until the other process is ready, and until nobody who hears
 * [signal@Resonate.Server::handing-over] has anything else to give to it. Then, for as long as it
 * takes to hand all over, nobody is, and what clients send waits; the main loop stands still
 * meanwhile. A connection that cannot go, because it is encrypted or has been in the middle of a
 * frame for a second, stays here. When it is done the server is draining: end it with
 * [method@Resonate.Server.drain_async], which closes those who have stayed one after the other, or
 * with [method@Resonate.Server.stop_async].
 *
 * When it fails, whatever the reason, this server serves as if nothing had been, and @socket is
 * closed, which ends the attempt of the other side.
 *
 * Since: 1.0
 */
void
resonate_server_hand_over_async (ResonateServer *self,
                                 GSocket *socket,
                                 int64_t timeout_us,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  HandOver *hand_over;

  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (G_IS_SOCKET (socket));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_server_hand_over_async);
  hand_over = g_new0 (HandOver, 1);
  hand_over->socket = g_object_ref (socket);
  g_task_set_task_data (task, hand_over, (GDestroyNotify) hand_over_free);

  if (!offer (self, socket, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  self->is_handing_over = TRUE;
  hand_over->source = g_socket_create_source (socket, G_IO_IN, cancellable);
  g_source_set_callback (hand_over->source, G_SOURCE_FUNC (on_heard), task, NULL);
  g_source_attach (hand_over->source, g_task_get_context (task));
  if (timeout_us < 0)
    timeout_us = HEALTH_TIMEOUT_US;
  replace_timer (task, g_timeout_source_new ((guint) (timeout_us / 1000)), on_unready);
  g_steal_pointer (&task);
}

/**
 * resonate_server_hand_over_finish:
 * @self: a server
 * @result: what the callback was given
 * @handed_over: (out) (optional): return location for how many clients went
 * @staying: (out) (optional): return location for how many stayed
 * @gap_us: (out) (optional): return location for how long nobody was served, in microseconds
 * @error: return location for a #GError
 *
 * Completes [method@Resonate.Server.hand_over_async].
 *
 * Fails with %RESONATE_ERROR_BAD_STATE unless the server is running, with %G_IO_ERROR_TIMED_OUT or
 * %G_IO_ERROR_CONNECTION_CLOSED when the other process does not come up, and with what the other
 * process says of its failure.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_hand_over_finish (ResonateServer *self,
                                  GAsyncResult *result,
                                  unsigned int *handed_over,
                                  unsigned int *staying,
                                  int64_t *gap_us,
                                  GError **error)
{
  const HandOver *hand_over;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  hand_over = g_task_get_task_data (G_TASK (result));
  if (handed_over != NULL)
    *handed_over = hand_over->report.handed_over;
  if (staying != NULL)
    *staying = hand_over->report.staying;
  if (gap_us != NULL)
    *gap_us = hand_over->report.gap_us;

  return TRUE;
}
