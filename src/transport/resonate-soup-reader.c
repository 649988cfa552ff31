/* resonate-soup-reader.c: how libsoup is made to read a WebSocket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-soup-reader"

#include "config.h"

#include "resonate-soup-reader-private.h"

#include <libsoup/soup.h>

/* SoupWebsocketConnection waits for input with a source of its stream's making, and every source
 * that is attached costs every turn of the loop. The function that such a source calls is the same
 * for all connections, and is told the connection. So it is learned once, from a connection that
 * leads nowhere; afterwards it is called directly, and the sources are parked where nobody looks.
 *
 * Nothing here is private to libsoup. Should a later one do otherwise, this learns nothing, and
 * each connection has its source in the loop again. */

typedef struct
{
  GSource parent;
  GPollableSourceFunc func; /* what the source was told to call */
  gpointer data;
} Probe;

static GPollableSourceFunc learned;
static gboolean is_hidden; /* for a test of what happens without it */

static gboolean
probe_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  Probe *probe = (Probe *) source;

  probe->func = (GPollableSourceFunc) (void (*) (void)) callback;
  probe->data = user_data;

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs probe_funcs = { NULL, NULL, probe_dispatch, NULL };

/* ---- a stream that has nothing to say ---- */

#define DEAD_TYPE_INPUT (dead_input_get_type ())

G_DECLARE_FINAL_TYPE (DeadInput, dead_input, DEAD, INPUT, GInputStream)

struct _DeadInput
{
  GInputStream parent_instance;
  GSource *source; /* (owned) (nullable) */
};

static void dead_input_iface_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DeadInput,
                               dead_input,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      dead_input_iface_init))

static gboolean
dead_input_is_readable (GPollableInputStream *stream)
{
  return FALSE;
}

static GSource *
dead_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  DeadInput *self = DEAD_INPUT (stream);

  g_clear_pointer (&self->source, g_source_unref);
  self->source = g_source_new (&probe_funcs, sizeof (Probe));

  return g_source_ref (self->source);
}

static gssize
dead_input_read_nonblocking (GPollableInputStream *stream,
                             void *buffer,
                             gsize count,
                             GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing, ever");

  return -1;
}

static void
dead_input_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = dead_input_is_readable;
  iface->create_source = dead_input_create_source;
  iface->read_nonblocking = dead_input_read_nonblocking;
}

static void
dead_input_finalize (GObject *object)
{
  g_clear_pointer (&DEAD_INPUT (object)->source, g_source_unref);

  G_OBJECT_CLASS (dead_input_parent_class)->finalize (object);
}

static void
dead_input_class_init (DeadInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dead_input_finalize;
}

static void
dead_input_init (DeadInput *self)
{
}

#define DEAD_TYPE_STREAM (dead_stream_get_type ())

G_DECLARE_FINAL_TYPE (DeadStream, dead_stream, DEAD, STREAM, GIOStream)

struct _DeadStream
{
  GIOStream parent_instance;
  GInputStream *input;
  GOutputStream *output;
};

G_DEFINE_FINAL_TYPE (DeadStream, dead_stream, G_TYPE_IO_STREAM)

static GInputStream *
dead_stream_get_input_stream (GIOStream *stream)
{
  return DEAD_STREAM (stream)->input;
}

static GOutputStream *
dead_stream_get_output_stream (GIOStream *stream)
{
  return DEAD_STREAM (stream)->output;
}

/* The inherited one would use a thread. */
static void
dead_stream_close_async (GIOStream *stream,
                         int io_priority,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static gboolean
dead_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
dead_stream_finalize (GObject *object)
{
  DeadStream *self = DEAD_STREAM (object);

  g_clear_object (&self->output);
  g_clear_object (&self->input);

  G_OBJECT_CLASS (dead_stream_parent_class)->finalize (object);
}

static void
dead_stream_class_init (DeadStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = dead_stream_finalize;

  stream_class->get_input_stream = dead_stream_get_input_stream;
  stream_class->get_output_stream = dead_stream_get_output_stream;
  stream_class->close_async = dead_stream_close_async;
  stream_class->close_finish = dead_stream_close_finish;
}

static void
dead_stream_init (DeadStream *self)
{
  self->input = g_object_new (DEAD_TYPE_INPUT, NULL);
  self->output = g_memory_output_stream_new_resizable ();
}

/* ---- learning ---- */

static void
learn (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (DeadStream) stream = g_object_new (DEAD_TYPE_STREAM, NULL);
  g_autoptr (GUri) uri = g_uri_parse ("ws://localhost/", SOUP_HTTP_URI_FLAGS, NULL);
  SoupWebsocketConnection *connection;
  Probe *probe;

  g_main_context_push_thread_default (context);
  connection = soup_websocket_connection_new (G_IO_STREAM (stream), uri,
                                              SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  probe = (Probe *) DEAD_INPUT (stream->input)->source;
  if (probe != NULL)
    {
      g_source_set_ready_time (&probe->parent, 0);
      g_main_context_iteration (context, FALSE);
      if (probe->data == connection)
        learned = probe->func;
    }

  g_object_unref (connection);
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_main_context_pop_thread_default (context);
}

gboolean
resonate_soup_reader_is_known (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      learn ();
      g_once_init_leave (&once, 1);
    }

  return learned != NULL && !is_hidden;
}

void
resonate_soup_reader_hide_for_test (gboolean hide)
{
  is_hidden = hide;
}

static GSourceFuncs parked_funcs = { NULL, NULL, NULL, NULL };

/* libsoup attaches a source to the default context of the thread as the last thing that it does
 * when it begins to wait. So the parking context is that from here until libsoup returns to us. */
GSource *
resonate_soup_reader_park (ResonateSoupReader *self)
{
  GSource *source = g_source_new (&parked_funcs, sizeof (GSource));

  g_source_set_static_name (source, "resonate-parked");
  if (!self->is_pushed)
    g_main_context_push_thread_default (self->parking);
  self->is_pushed = TRUE;

  return source;
}

void
resonate_soup_reader_settle (ResonateSoupReader *self)
{
  if (self->is_pushed)
    g_main_context_pop_thread_default (self->parking);
  self->is_pushed = FALSE;
}

void
resonate_soup_reader_read (ResonateSoupReader *self, GObject *input)
{
  g_autoptr (GObject) connection = NULL;

  g_return_if_fail (learned != NULL);

  /* One that is reading will see what has come meanwhile. */
  if (self->connection == NULL || self->is_reading)
    return;

  connection = g_object_ref (self->connection);
  self->is_reading = TRUE;
  learned (input, connection);
  resonate_soup_reader_settle (self);
  self->is_reading = FALSE;
}
