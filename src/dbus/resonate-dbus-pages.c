/* resonate-dbus-pages.c: answers that are long, made without holding anybody up
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-pages.h"

#include <resonate.h>

/* So many answers may be asked for and not be on their way. Each is a few hundred kilobytes. */
#define WAITING_MAX 32

#define TEXTS_SIZE 4096

/* A thousand rows with their names take some hundred microseconds to copy, and milliseconds to make
 * a message of: the first is done in the main loop, one page a turn, and the second in a thread. */
struct _ResonateDbusPages
{
  GQueue waiting; /* (element-type Job) (owned) */
  GSource *source;
  GThreadPool *pool;
  int n_jobs; /* (atomic) */
};

typedef struct
{
  ResonateDbusPages *pages;
  GDBusMethodInvocation *invocation; /* (nullable): once it is answered */
  ResonateDbusQuery query;
  ResonateDbusPage page;
  ResonateDbusCollectFunc collect;
  ResonateDbusBuildFunc build;
} Job;

const char *
resonate_dbus_page_keep (ResonateDbusPage *self, const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    return NULL;

  /* The bus ends the connection of who sends anything else. */
  if (!g_utf8_validate (text, -1, NULL))
    valid = g_utf8_make_valid (text, -1);

  return g_string_chunk_insert (self->texts, valid != NULL ? valid : text);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_atomic_int_add (&job->pages->n_jobs, -1);
  g_clear_object (&job->invocation);
  g_clear_object (&job->query.object);
  g_free (job->query.name);
  g_free (job->query.cursor);
  g_array_unref (job->page.rows);
  g_string_chunk_free (job->page.texts);
  g_free (job->page.next);
  g_free (job);
}

/* In the thread of the pool. */
static void
build (gpointer data, gpointer user_data)
{
  Job *job = data;

  g_dbus_method_invocation_return_value (g_steal_pointer (&job->invocation),
                                         job->build (&job->page));
  job_free (job);
}

static gboolean
on_turn (gpointer user_data)
{
  ResonateDbusPages *self = user_data;
  Job *job = g_queue_pop_head (&self->waiting);
  g_autoptr (GError) error = NULL;

  g_source_set_ready_time (self->source, g_queue_is_empty (&self->waiting) ? -1 : 0);
  if (job == NULL)
    return G_SOURCE_CONTINUE;

  /* What the library made is not to be unmade by another thread. */
  if (job->collect (&job->query, &job->page, &error))
    {
      g_clear_object (&job->query.object);
      g_thread_pool_push (self->pool, job, NULL);
      return G_SOURCE_CONTINUE;
    }

  g_dbus_method_invocation_return_gerror (g_steal_pointer (&job->invocation), error);
  job_free (job);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

ResonateDbusPages *
resonate_dbus_pages_new (void)
{
  ResonateDbusPages *self = g_new0 (ResonateDbusPages, 1);

  self->pool = g_thread_pool_new (build, NULL, 1, FALSE, NULL);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "resonate-dbus-pages");
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());

  return self;
}

static void
refuse_and_free (gpointer data)
{
  Job *job = data;

  g_dbus_method_invocation_return_error (g_steal_pointer (&job->invocation), RESONATE_ERROR,
                                         RESONATE_ERROR_UNAVAILABLE, "The server leaves the bus");
  job_free (job);
}

void
resonate_dbus_pages_free (ResonateDbusPages *self)
{
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_queue_clear_full (&self->waiting, refuse_and_free);
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

void
resonate_dbus_pages_answer (ResonateDbusPages *self,
                            GDBusMethodInvocation *invocation,
                            gpointer object,
                            const char *name,
                            const char *cursor,
                            guint limit,
                            ResonateDbusCollectFunc collect,
                            ResonateDbusBuildFunc build_answer)
{
  Job *job;

  if (g_atomic_int_get (&self->n_jobs) >= WAITING_MAX)
    {
      g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                                             "%d lists are being written already; ask again later",
                                             WAITING_MAX);
      return;
    }

  g_atomic_int_inc (&self->n_jobs);
  job = g_new0 (Job, 1);
  job->pages = self;
  job->invocation = invocation;
  job->query.object = g_object_ref (object);
  job->query.name = g_strdup (name);
  job->query.cursor = g_strdup (cursor);
  job->query.limit = limit;
  job->page.rows = g_array_new (FALSE, TRUE, sizeof (ResonateDbusRow));
  job->page.texts = g_string_chunk_new (TEXTS_SIZE);
  job->collect = collect;
  job->build = build_answer;

  g_queue_push_tail (&self->waiting, job);
  g_source_set_ready_time (self->source, 0);
}
