/* resonate-server-take-over.c: how a server begins with what another process has
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-private.h"

#include <unistd.h>

#include "../base/resonate-error.h"
#include "../pusher/resonate-connection-record-private.h"
#include "../pusher/resonate-realm-record-private.h"
#include "../transport/resonate-stream-record-private.h"
#include "resonate-migration-private.h"
#include "resonate-server-members-private.h"
#include "resonate-server-signals-private.h"

/* How long the loop stands still for the next word of the other process, which is about to come. */
#define STILL_US (3 * G_USEC_PER_SEC)

/*
 * Everything is put in its place while the other process still answers for it: nothing is read from
 * a client and nothing is sent to one before that process has said that it may. When it ends before
 * it has said so, or anything else goes wrong, all of it is dropped again without a word.
 */
typedef struct
{
  GSocket *socket;
  GSource *source;
  GVariant *absent;      /* (nullable): who has stayed */
  gboolean stands_still; /* what others ask of us has to wait for the clients */
} TakeOver;

static void
take_over_free (TakeOver *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->absent, g_variant_unref);
  g_clear_object (&self->socket);
  g_free (self);
}

/* Every socket is the other process's again. */
static void
give_back (ResonateServer *server)
{
  g_autoptr (GPtrArray) streams = NULL;

  server->is_handed_over = FALSE;
  if (server->front == NULL)
    return;

  resonate_realm_list_put_in_order (server->realms);
  resonate_realm_list_forget_all (server->realms);
  streams = resonate_front_list_streams (server->front);
  for (unsigned int i = 0; i < streams->len; i++)
    resonate_stream_forget (streams->pdata[i]);
  resonate_server_tear_down (server);
}

/*
 * What the other process says
 */
static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_FAILED,
                       "The other process speaks in another way than this version");

  return FALSE;
}

/* What others have bound is used as it is. What the process before has bound is used where the
 * configuration, which may be another one by now, still names that address. */
static gboolean
take_sockets (ResonateServer *server, ResonateUtterance *said, gboolean are_given, GError **error)
{
  for (unsigned int i = 0; i < said->n_fds; i++)
    {
      GSocket *socket = NULL;

      if (are_given)
        g_array_append_val (server->sockets, said->fds[i]);
      else if ((socket = g_socket_new_from_fd (said->fds[i], error)) != NULL)
        g_ptr_array_add (server->spare, socket);
      else
        return FALSE;
      said->fds[i] = -1;
    }

  return TRUE;
}

/* It listens from here on, in the sense that it could accept. */
static gboolean
on_offer (TakeOver *self, ResonateServer *server, ResonateUtterance *said, GError **error)
{
  guint32 version;
  gboolean are_given, is_open;

  if (!g_variant_is_of_type (said->argument, G_VARIANT_TYPE (RESONATE_DIALOGUE_OFFER)))
    return refuse (error);
  g_variant_get (said->argument, RESONATE_DIALOGUE_OFFER, &version, &are_given);
  if (version != RESONATE_DIALOGUE_VERSION)
    return refuse (error);

  server->spare = g_ptr_array_new_with_free_func (g_object_unref);
  server->reuse_port = TRUE;
  is_open = take_sockets (server, said, are_given, error) && resonate_server_open (server, error);
  g_ptr_array_set_size (server->spare, 0);
  g_clear_pointer (&server->spare, g_ptr_array_unref);
  if (!is_open)
    return FALSE;

  resonate_front_hold (server->front);
  server->is_handed_over = TRUE;
  self->stands_still = resonate_server_signals_emit_taking_over (server);

  return resonate_dialogue_say (self->socket, RESONATE_WORD_READY, NULL, NULL, 0, error);
}

static gboolean
on_state (ResonateServer *server, const ResonateUtterance *said, GError **error)
{
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) realms = NULL;
  g_autoptr (GVariant) facts = NULL;

  state = resonate_dialogue_read (said->fds[0], RESONATE_MIGRATION_STATE, error);
  if (state == NULL)
    return FALSE;

  g_variant_get (state, "(@" RESONATE_REALMS_RECORD "@a{sv})", &realms, &facts);
  resonate_realm_list_restore (server->realms, realms);
  if (g_variant_lookup (facts, "started-at", "x", &server->started_at_us))
    g_object_notify (G_OBJECT (server), "started-at");
  resonate_server_members_restore (server, facts);

  return TRUE;
}

/* Takes @fd. FALSE when the client has to stay where it is. */
static gboolean
restore (ResonateServer *server, int fd, guint32 version, GVariant *record)
{
  g_autoptr (GVariant) socket = NULL;
  g_autoptr (GVariant) client = NULL;
  ResonateStream *stream;

  if (version != RESONATE_MIGRATION_VERSION ||
      !g_variant_is_of_type (record, G_VARIANT_TYPE (RESONATE_MIGRATION_RECORD)))
    {
      close (fd);
      return FALSE;
    }

  g_variant_get (record, "(@" RESONATE_STREAM_RECORD "m@" RESONATE_CONNECTION_RECORD ")", &socket,
                 &client);
  stream = resonate_front_adopt (server->front, fd, socket);
  if (stream == NULL)
    return FALSE;

  if (resonate_stream_is_web_socket (stream) == (client != NULL) &&
      (client == NULL || resonate_connection_restore (server->realms, stream, client) != NULL))
    return TRUE;

  resonate_stream_forget (stream);

  return FALSE;
}

static gboolean
on_batch (TakeOver *self, ResonateServer *server, ResonateUtterance *said, GError **error)
{
  g_autoptr (GVariant) batch = NULL;
  GVariantBuilder refused;

  batch = resonate_dialogue_read (said->fds[0], RESONATE_MIGRATION_BATCH, error);
  if (batch == NULL)
    return FALSE;
  if (g_variant_n_children (batch) != said->n_fds - 1)
    return refuse (error);

  g_variant_builder_init (&refused, G_VARIANT_TYPE ("au"));
  for (unsigned int i = 0; i + 1 < said->n_fds; i++)
    {
      g_autoptr (GVariant) record = NULL;
      guint32 version;
      int fd = said->fds[i + 1];

      said->fds[i + 1] = -1;
      g_variant_get_child (batch, i, "(uv)", &version, &record);
      if (!restore (server, fd, version, record))
        g_variant_builder_add (&refused, "u", i);
    }

  return resonate_dialogue_say (self->socket, RESONATE_WORD_KEPT, g_variant_builder_end (&refused),
                                NULL, 0, error);
}

static gboolean
on_done (TakeOver *self, ResonateServer *server, const ResonateUtterance *said, GError **error)
{
  self->absent = resonate_dialogue_read (said->fds[0], RESONATE_ABSENT_RECORD, error);
  if (self->absent == NULL)
    return FALSE;

  resonate_realm_list_put_in_order (server->realms);

  return resonate_dialogue_say (self->socket, RESONATE_WORD_INSTALLED, NULL, NULL, 0, error);
}

/* The last word is ours, and comes first: when it cannot be said the other process has gone on. */
static gboolean
on_go (TakeOver *self, ResonateServer *server, GError **error)
{
  if (!resonate_dialogue_say (self->socket, RESONATE_WORD_TAKEN, NULL, NULL, 0, error))
    return FALSE;

  resonate_server_begin (server);
  resonate_front_resume (server->front);
  resonate_realm_list_resume (server->realms);

  /* Where members are those of all nodes, that process is one of them. */
  if (server->attendance == NULL)
    resonate_realm_list_announce_absent (server->realms, self->absent);

  return TRUE;
}

/* What each word needs to have come before. */
static gboolean
is_in_order (const TakeOver *self, ResonateServer *server, const ResonateUtterance *said)
{
  gboolean has_document = said->n_fds >= 1;

  switch (said->word)
    {
    case RESONATE_WORD_OFFER:
      return server->front == NULL;

    case RESONATE_WORD_STATE:
    case RESONATE_WORD_BATCH:
    case RESONATE_WORD_DONE:
      return server->front != NULL && has_document && self->absent == NULL;

    case RESONATE_WORD_GO:
      return self->absent != NULL;

    case RESONATE_WORD_READY:
    case RESONATE_WORD_FAILED:
    case RESONATE_WORD_KEPT:
    case RESONATE_WORD_INSTALLED:
    case RESONATE_WORD_TAKEN:
    default:
      return FALSE;
    }
}

static gboolean
obey (TakeOver *self, ResonateServer *server, ResonateUtterance *said, GError **error)
{
  if (!is_in_order (self, server, said))
    return refuse (error);

  switch ((guint) said->word)
    {
    case RESONATE_WORD_OFFER:
      return on_offer (self, server, said, error);

    case RESONATE_WORD_STATE:
      return on_state (server, said, error);

    case RESONATE_WORD_BATCH:
      return on_batch (self, server, said, error);

    case RESONATE_WORD_DONE:
      return on_done (self, server, said, error);

    default:
      return on_go (self, server, error);
    }
}

static void
fail (GTask *task, GError *error)
{
  ResonateServer *server = g_task_get_source_object (task);
  TakeOver *self = g_task_get_task_data (task);
  g_autofree char *reason = g_utf8_substring (error->message, 0,
                                              MIN (1000, g_utf8_strlen (error->message, -1)));

  give_back (server);
  resonate_dialogue_say (self->socket, RESONATE_WORD_FAILED, g_variant_new_string (reason), NULL, 0,
                         NULL);
  g_socket_close (self->socket, NULL);
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Does what it is told next, when that comes in time, and else says G_IO_ERROR_WOULD_BLOCK. */
static gboolean
obey_next (GTask *task, int64_t patience_us, gboolean *is_done, GError **error)
{
  TakeOver *self = g_task_get_task_data (task);
  g_auto (ResonateUtterance) said = { 0 };

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), error) ||
      !resonate_dialogue_hear (self->socket, patience_us, &said, error) ||
      !obey (self, g_task_get_source_object (task), &said, error))
    return FALSE;

  *is_done = said.word == RESONATE_WORD_GO;

  return TRUE;
}

static gboolean
on_heard (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  GTask *task = user_data;
  const TakeOver *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean is_done = FALSE;
  gboolean goes_on = obey_next (task, 0, &is_done, &error);

  while (goes_on && !is_done && self->stands_still)
    {
      goes_on = obey_next (task, STILL_US, &is_done, &error);

      /* It takes its time. The loop goes on, and who asks is told that we have nobody yet. */
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
    }

  if (!goes_on)
    {
      fail (task, g_steal_pointer (&error));
      return G_SOURCE_REMOVE;
    }

  if (!is_done)
    return G_SOURCE_CONTINUE;

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

/**
 * resonate_server_take_over_async:
 * @self: a server that is stopped
 * @socket: one end of a pair of `SOCK_SEQPACKET` sockets; at the other a process does
 *   [method@Resonate.Server.hand_over_async]
 * @cancellable: (nullable): gives up, as long as the server does not serve
 * @callback: (scope async): called when the server serves, or cannot
 * @user_data: data for @callback
 *
 * Starts a server with the listening sockets and the clients of another one, in another process,
 * instead of binding the configured addresses. The clients keep their socket ids, their channels
 * and what was on its way; nobody is told that they have come:
 * [signal@Resonate.Server::opened] is not emitted for them.
 *
 * Since: 1.0
 */
void
resonate_server_take_over_async (ResonateServer *self,
                                 GSocket *socket,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  TakeOver *take_over;

  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (G_IS_SOCKET (socket));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_server_take_over_async);
  take_over = g_new0 (TakeOver, 1);
  take_over->socket = g_object_ref (socket);
  g_task_set_task_data (task, take_over, (GDestroyNotify) take_over_free);

  if (self->state != RESONATE_SERVER_STOPPED || self->front != NULL)
    {
      g_task_return_new_error (task, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                               "Cannot take over with a server that is not stopped");
      return;
    }

  take_over->source = g_socket_create_source (socket, G_IO_IN, cancellable);
  g_source_set_callback (take_over->source, G_SOURCE_FUNC (on_heard), task, NULL);
  g_source_attach (take_over->source, g_task_get_context (task));
  g_steal_pointer (&task);
}

/**
 * resonate_server_take_over_finish:
 * @self: a server
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Completes [method@Resonate.Server.take_over_async].
 *
 * Fails as [method@Resonate.Server.start_finish] does, with %G_IO_ERROR_CONNECTION_CLOSED when the
 * other process has ended or given up, and with %RESONATE_ERROR_FAILED when it is of a version that
 * says things differently. The server is stopped then, and the clients are where they were.
 *
 * Returns: %TRUE on success, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
gboolean
resonate_server_take_over_finish (ResonateServer *self, GAsyncResult *result, GError **error)
{
  return resonate_server_start_finish (self, result, error);
}
