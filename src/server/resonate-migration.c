/* resonate-migration.c: the moment in which all clients change the process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-migration-private.h"
#include "resonate-server-members-private.h"

#include <unistd.h>

#include "../base/resonate-error.h"
#include "../pusher/resonate-connection-record-private.h"
#include "../pusher/resonate-realm-record-private.h"
#include "../transport/resonate-stream-record-private.h"

/* Between two answers of the other process. Nobody is served meanwhile, so one that does not answer
 * is given up soon. */
#define PATIENCE_US (2 * G_USEC_PER_SEC)

/* For what is said already to be sent. */
#define SETTLE_US (G_USEC_PER_SEC / 4)

/* So many batches may be on their way: some are read while the next are written. */
#define MAX_UNDER_WAY 8

/*
 * Everything here happens in one call, and the loop stands still: no byte is read from anybody and
 * no event is said to anybody from its first line to its last. So what an event has reached, it has
 * reached before; what a client or a publisher says meanwhile waits in the kernel, and is read by
 * the one who goes on. No event is lost or said twice, because at each moment one process at most
 * reads and writes.
 *
 * This one changes nothing of its own before the other has said that it has taken all: until then
 * it may give up and go on as if nothing had been.
 */
typedef struct
{
  ResonateServer *server;
  GSocket *socket;
  GHashTable *stuck;
  GPtrArray *streams; /* (element-type ResonateStream): that go */
  GHashTable *stays;  /* (element-type ResonateStream): that were refused */
  unsigned int n_batches;
  unsigned int n_kept; /* batches that were acknowledged */
} Migration;

/*
 * Who goes
 */
gboolean
resonate_migration_can_move (ResonateStream *stream, gboolean *is_partial)
{
  ResonateStreamMobility mobility = resonate_stream_get_mobility (stream);
  ResonateConnection *connection = NULL;

  *is_partial = mobility == RESONATE_STREAM_PARTIAL;
  if (mobility == RESONATE_STREAM_FIXED || mobility == RESONATE_STREAM_BUSY)
    return FALSE;
  if (!resonate_stream_is_web_socket (stream))
    return TRUE;

  connection = resonate_connection_of_stream (stream);

  return connection != NULL && resonate_connection_is_movable (connection);
}

static void
choose (Migration *self)
{
  g_autoptr (GPtrArray) all = resonate_front_list_streams (self->server->front);

  for (unsigned int i = 0; i < all->len; i++)
    {
      gboolean is_partial;

      if (resonate_migration_can_move (all->pdata[i], &is_partial) &&
          !(is_partial && g_hash_table_contains (self->stuck, all->pdata[i])))
        g_ptr_array_add (self->streams, g_object_ref (all->pdata[i]));
    }
}

/*
 * What is said
 */
static gboolean
say_document (
  Migration *self, ResonateWord word, GVariant *document, GVariant *argument, GError **error)
{
  int fd = resonate_dialogue_write (document, error);
  gboolean is_said;

  if (fd < 0)
    return FALSE;

  is_said = resonate_dialogue_say (self->socket, word, argument, &fd, 1, error);
  close (fd);

  return is_said;
}

static gboolean
say_state (Migration *self, GError **error)
{
  GVariantBuilder facts;

  g_variant_builder_init (&facts, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&facts, "{sv}", "started-at",
                         g_variant_new_int64 (self->server->started_at_us));
  resonate_server_members_save (self->server, &facts);

  return say_document (self, RESONATE_WORD_STATE,
                       g_variant_new ("(@" RESONATE_REALMS_RECORD "a{sv})",
                                      resonate_realm_list_save (self->server->realms), &facts),
                       NULL, error);
}

static GVariant *
save (ResonateStream *stream)
{
  GVariant *socket = resonate_stream_save (stream);
  GVariant *client = NULL;

  if (resonate_stream_is_web_socket (stream))
    client = resonate_connection_save (resonate_connection_of_stream (stream));

  return g_variant_new ("(@" RESONATE_STREAM_RECORD "@m" RESONATE_CONNECTION_RECORD ")", socket,
                        g_variant_new_maybe (G_VARIANT_TYPE (RESONATE_CONNECTION_RECORD), client));
}

static gboolean
say_batch (Migration *self, GError **error)
{
  int fds[RESONATE_DIALOGUE_MAX_FDS + 1];
  unsigned int first = self->n_batches * RESONATE_DIALOGUE_MAX_FDS;
  unsigned int n = MIN (self->streams->len - first, RESONATE_DIALOGUE_MAX_FDS);
  GVariantBuilder records;
  gboolean is_said;

  g_variant_builder_init (&records, G_VARIANT_TYPE (RESONATE_MIGRATION_BATCH));
  for (unsigned int i = 0; i < n; i++)
    {
      ResonateStream *stream = self->streams->pdata[first + i];

      fds[i + 1] = resonate_stream_get_fd (stream);
      g_variant_builder_add (&records, "(uv)", RESONATE_MIGRATION_VERSION, save (stream));
    }

  fds[0] = resonate_dialogue_write (g_variant_builder_end (&records), error);
  if (fds[0] < 0)
    return FALSE;

  is_said = resonate_dialogue_say (self->socket, RESONATE_WORD_BATCH, NULL, fds, n + 1, error);
  close (fds[0]);
  self->n_batches++;

  return is_said;
}

/* The places in the batch that the other process does not want. */
static gboolean
hear_kept (Migration *self, GError **error)
{
  g_auto (ResonateUtterance) answer = { 0 };
  GVariantIter iter;
  guint32 place;

  if (!resonate_dialogue_expect (self->socket, RESONATE_WORD_KEPT, PATIENCE_US, &answer, error))
    return FALSE;

  if (!g_variant_is_of_type (answer.argument, G_VARIANT_TYPE ("au")))
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_FAILED,
                           "The other process acknowledges in another way");
      return FALSE;
    }

  g_variant_iter_init (&iter, answer.argument);
  while (g_variant_iter_next (&iter, "u", &place))
    {
      unsigned int index = self->n_kept * RESONATE_DIALOGUE_MAX_FDS + place;

      if (place < RESONATE_DIALOGUE_MAX_FDS && index < self->streams->len)
        g_hash_table_add (self->stays, self->streams->pdata[index]);
    }
  self->n_kept++;

  return TRUE;
}

static gboolean
say_batches (Migration *self, GError **error)
{
  unsigned int n = (self->streams->len + RESONATE_DIALOGUE_MAX_FDS - 1) / RESONATE_DIALOGUE_MAX_FDS;

  while (self->n_kept < n)
    {
      gboolean may_say = self->n_batches < n && self->n_batches - self->n_kept < MAX_UNDER_WAY;

      if (may_say ? !say_batch (self, error) : !hear_kept (self, error))
        return FALSE;
    }

  return TRUE;
}

/* Who stays is gone for those who go: of presence channels they have to be told so. */
static GVariant *
list_absent (Migration *self)
{
  g_autoptr (GHashTable) going = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) all = resonate_front_list_streams (self->server->front);
  GVariantBuilder builder;

  for (unsigned int i = 0; i < self->streams->len; i++)
    {
      if (!g_hash_table_contains (self->stays, self->streams->pdata[i]))
        g_hash_table_add (going, self->streams->pdata[i]);
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE (RESONATE_ABSENT_RECORD));
  for (unsigned int i = 0; i < all->len; i++)
    {
      ResonateConnection *connection = resonate_connection_of_stream (all->pdata[i]);

      if (connection != NULL && !g_hash_table_contains (going, all->pdata[i]))
        resonate_connection_save_users (connection, &builder);
    }

  return g_variant_builder_end (&builder);
}

/*
 * Until it is theirs
 */

/* From here on nothing can be taken back, unless the other has ended before it said that it has
 * begun. When it is silent, it is kept from saying so later: then it does not begin. */
static gboolean
let_go (Migration *self, GError **error)
{
  g_auto (ResonateUtterance) answer = { 0 };
  g_auto (ResonateUtterance) late = { 0 };
  g_autoptr (GError) problem = NULL;

  if (!resonate_dialogue_say (self->socket, RESONATE_WORD_GO, NULL, NULL, 0, error))
    return FALSE;

  if (resonate_dialogue_expect (self->socket, RESONATE_WORD_TAKEN, PATIENCE_US, &answer, &problem))
    return TRUE;

  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  if (resonate_dialogue_expect (self->socket, RESONATE_WORD_TAKEN, 0, &late, NULL))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&problem));

  return FALSE;
}

static gboolean
say_all (Migration *self, GError **error)
{
  g_auto (ResonateUtterance) answer = { 0 };

  return say_state (self, error) && say_batches (self, error) &&
         say_document (self, RESONATE_WORD_DONE, list_absent (self), NULL, error) &&
         resonate_dialogue_expect (self->socket, RESONATE_WORD_INSTALLED, PATIENCE_US, &answer,
                                   error) &&
         let_go (self, error);
}

/* Keeps the silence towards those who go; who stays will be told what is due to it. */
static void
forget_all (Migration *self, ResonateMigrationReport *report)
{
  for (unsigned int i = 0; i < self->streams->len; i++)
    {
      ResonateStream *stream = self->streams->pdata[i];
      ResonateConnection *connection = resonate_connection_of_stream (stream);

      if (g_hash_table_contains (self->stays, stream))
        continue;

      if (connection != NULL)
        {
          resonate_connection_forget (connection);
          report->handed_over++;
        }
      resonate_stream_forget (stream);
    }

  report->staying = resonate_realm_list_count_connections (self->server->realms);
}

gboolean
resonate_migration_run (ResonateServer *server,
                        GSocket *socket,
                        GHashTable *stuck,
                        ResonateMigrationReport *report,
                        GError **error)
{
  int64_t start_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) stays = g_hash_table_new (NULL, NULL);
  Migration self = { server, socket, stuck, streams, stays, 0, 0 };

  resonate_realm_list_settle (server->realms);
  resonate_front_settle (server->front, start_us + SETTLE_US);
  choose (&self);
  if (!say_all (&self, error))
    return FALSE;

  report->gap_us = g_get_monotonic_time () - start_us;
  forget_all (&self, report);

  return TRUE;
}
