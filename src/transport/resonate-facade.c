/* resonate-facade.c: the stream that libsoup is shown in place of the socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-facade"

#include "config.h"

#include "resonate-facade-private.h"

#include "resonate-soup-reader-private.h"

/*
 * A GIOStream whose two halves ask their owner. No descriptor stands behind it: a source that waits
 * for a half is woken by the owner. One face is shown to SoupServer and another one to
 * SoupWebsocketConnection, so that what the first still does after an upgrade reaches nobody.
 */

#define FACE_TYPE_INPUT  (face_input_get_type ())
#define FACE_TYPE_OUTPUT (face_output_get_type ())

G_DECLARE_FINAL_TYPE (FaceInput, face_input, FACE, INPUT, GInputStream)
G_DECLARE_FINAL_TYPE (FaceOutput, face_output, FACE, OUTPUT, GOutputStream)

/* The halves outlive the whole where libsoup keeps one, so what they ask is shared and counted. */
typedef struct
{
  const ResonateFacadeFuncs *funcs;
  gboolean has_farewell;
  gpointer owner;  /* (nullable): NULL once detached */
  GSList *readers; /* (element-type GSource) (owned) */
  GSList *writers; /* (element-type GSource) (owned) */

  ResonateSoupReader reader; /* of input, where it is parked */
  GSource *wake_source;      /* (nullable) */
} Face;

struct _FaceInput
{
  GInputStream parent_instance;
  Face *face;
};

struct _FaceOutput
{
  GOutputStream parent_instance;
  Face *face;
};

struct _ResonateFacade
{
  GIOStream parent_instance;

  Face *face;
  FaceInput *input;
  FaceOutput *output;
};

static void input_iface_init (GPollableInputStreamInterface *iface);
static void output_iface_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FaceInput,
                               face_input,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      input_iface_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (FaceOutput,
                               face_output,
                               G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      output_iface_init))
G_DEFINE_FINAL_TYPE (ResonateFacade, resonate_facade, G_TYPE_IO_STREAM)

static void
face_clear (gpointer data)
{
  Face *face = data;

  g_clear_slist (&face->readers, (GDestroyNotify) g_source_unref);
  g_clear_slist (&face->writers, (GDestroyNotify) g_source_unref);
  if (face->wake_source != NULL)
    g_source_destroy (face->wake_source);
  g_clear_pointer (&face->wake_source, g_source_unref);
}

static gboolean
face_is_readable (Face *face)
{
  return face->owner == NULL || face->funcs->is_readable (face->owner);
}

static gboolean
face_is_writable (Face *face)
{
  return face->owner == NULL || face->funcs->is_writable (face->owner);
}

/* A source is ready from 0 on, or never: nothing is polled and nothing is prepared. */
static void
set_ready (GSList **sources, gboolean ready)
{
  GSList *l = *sources;

  while (l != NULL)
    {
      GSList *next = l->next;
      GSource *source = l->data;

      if (!g_source_is_destroyed (source))
        g_source_set_ready_time (source, ready ? 0 : -1);
      else
        {
          g_source_unref (source);
          *sources = g_slist_delete_link (*sources, l);
        }
      l = next;
    }
}

static void
call_reader (ResonateFacade *self)
{
  g_autoptr (ResonateFacade) keep = g_object_ref (self);

  if (face_is_readable (self->face))
    resonate_soup_reader_read (&self->face->reader, G_OBJECT (self->input));
}

static gboolean
on_wake (gpointer user_data)
{
  ResonateFacade *self = RESONATE_FACADE (user_data);

  g_clear_pointer (&self->face->wake_source, g_source_unref);
  call_reader (self);

  return G_SOURCE_REMOVE;
}

static void
call_reader_later (ResonateFacade *self)
{
  Face *face = self->face;

  if (face->wake_source != NULL || face->reader.connection == NULL)
    return;

  face->wake_source = g_idle_source_new ();
  g_source_set_priority (face->wake_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (face->wake_source, on_wake, self, NULL);
  g_source_attach (face->wake_source, g_main_context_get_thread_default ());
}

static GSource *
make_source (GObject *half, GSList **sources, GCancellable *cancellable)
{
  GSource *source = g_pollable_source_new_full (half, NULL, cancellable);

  g_source_set_static_name (source, "resonate-facade");
  set_ready (sources, FALSE);
  *sources = g_slist_prepend (*sources, g_source_ref (source));

  return source;
}

/*
 * The input half
 */
static gboolean
face_input_is_readable (GPollableInputStream *stream)
{
  return face_is_readable (FACE_INPUT (stream)->face);
}

static GSource *
face_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  Face *face = FACE_INPUT (stream)->face;
  GSource *source;

  if (face->reader.parking != NULL)
    return resonate_soup_reader_park (&face->reader);

  source = make_source (G_OBJECT (stream), &face->readers, cancellable);

  if (face->owner != NULL)
    face->funcs->asked (face->owner);
  set_ready (&face->readers, face_is_readable (face));

  return source;
}

static gssize
face_input_read_nonblocking (GPollableInputStream *stream,
                             void *buffer,
                             gsize count,
                             GError **error)
{
  Face *face = FACE_INPUT (stream)->face;
  gssize n = 0;

  if (face->owner != NULL)
    n = face->funcs->read (face->owner, buffer, count);

  if (n == 0 && face->has_farewell && count > 0)
    {
      face->has_farewell = FALSE;
      *(char *) buffer = '-';
      return 1;
    }

  if (n >= 0)
    return n;

  set_ready (&face->readers, FALSE);
  if (n == RESONATE_FACADE_WOULD_BLOCK)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing to read yet");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The socket is gone");

  return -1;
}

/* Nobody should read one that way; whoever does is told to wait rather than made to. */
static gssize
face_input_read (
  GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return face_input_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer, count, error);
}

static void
input_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = face_input_is_readable;
  iface->create_source = face_input_create_source;
  iface->read_nonblocking = face_input_read_nonblocking;
}

static void
face_input_finalize (GObject *object)
{
  g_rc_box_release_full (FACE_INPUT (object)->face, face_clear);

  G_OBJECT_CLASS (face_input_parent_class)->finalize (object);
}

static void
face_input_class_init (FaceInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = face_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = face_input_read;
}

static void
face_input_init (FaceInput *self)
{
}

/*
 * The output half
 */
static gboolean
face_output_is_writable (GPollableOutputStream *stream)
{
  return face_is_writable (FACE_OUTPUT (stream)->face);
}

static GSource *
face_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  Face *face = FACE_OUTPUT (stream)->face;
  GSource *source = make_source (G_OBJECT (stream), &face->writers, cancellable);

  set_ready (&face->writers, face_is_writable (face));

  return source;
}

static gssize
face_output_write_nonblocking (GPollableOutputStream *stream,
                               const void *buffer,
                               gsize count,
                               GError **error)
{
  Face *face = FACE_OUTPUT (stream)->face;
  gssize n = RESONATE_FACADE_BROKEN;

  if (face->owner != NULL)
    n = face->funcs->write (face->owner, buffer, count);
  if (n >= 0)
    return n;

  if (n == RESONATE_FACADE_WOULD_BLOCK)
    {
      set_ready (&face->writers, FALSE);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The queue is full");
    }
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The socket is gone");

  return -1;
}

static gssize
face_output_write (
  GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return face_output_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream), buffer, count, error);
}

static void
output_iface_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = face_output_is_writable;
  iface->create_source = face_output_create_source;
  iface->write_nonblocking = face_output_write_nonblocking;
}

static void
face_output_finalize (GObject *object)
{
  g_rc_box_release_full (FACE_OUTPUT (object)->face, face_clear);

  G_OBJECT_CLASS (face_output_parent_class)->finalize (object);
}

static void
face_output_class_init (FaceOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = face_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = face_output_write;
}

static void
face_output_init (FaceOutput *self)
{
}

/*
 * GIOStream
 */
static GInputStream *
resonate_facade_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (RESONATE_FACADE (stream)->input);
}

static GOutputStream *
resonate_facade_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (RESONATE_FACADE (stream)->output);
}

/* The owner sends what is queued and lingers; nobody has to wait for that here. */
static gboolean
resonate_facade_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  Face *face = RESONATE_FACADE (stream)->face;

  if (face->owner != NULL)
    face->funcs->closed (face->owner);

  return TRUE;
}

/* The inherited one would use a thread. */
static void
resonate_facade_close_async (GIOStream *stream,
                             int io_priority,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, resonate_facade_close_async);
  resonate_facade_close (stream, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static gboolean
resonate_facade_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
resonate_facade_finalize (GObject *object)
{
  ResonateFacade *self = RESONATE_FACADE (object);

  /* A source holds its half, and that the face: nobody is left to wake it, so let go of it. */
  face_clear (self->face);
  g_clear_object (&self->output);
  g_clear_object (&self->input);
  g_rc_box_release_full (self->face, face_clear);

  G_OBJECT_CLASS (resonate_facade_parent_class)->finalize (object);
}

static void
resonate_facade_class_init (ResonateFacadeClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = resonate_facade_finalize;

  stream_class->get_input_stream = resonate_facade_get_input_stream;
  stream_class->get_output_stream = resonate_facade_get_output_stream;
  stream_class->close_fn = resonate_facade_close;
  stream_class->close_async = resonate_facade_close_async;
  stream_class->close_finish = resonate_facade_close_finish;
}

static void
resonate_facade_init (ResonateFacade *self)
{
  self->face = g_rc_box_new0 (Face);
  self->input = g_object_new (FACE_TYPE_INPUT, NULL);
  self->output = g_object_new (FACE_TYPE_OUTPUT, NULL);
  self->input->face = g_rc_box_acquire (self->face);
  self->output->face = g_rc_box_acquire (self->face);
}

ResonateFacade *
resonate_facade_new (const ResonateFacadeFuncs *funcs, gpointer owner)
{
  ResonateFacade *self;

  g_return_val_if_fail (funcs != NULL, NULL);
  g_return_val_if_fail (owner != NULL, NULL);

  self = g_object_new (RESONATE_TYPE_FACADE, NULL);
  self->face->funcs = funcs;
  self->face->owner = owner;

  return self;
}

void
resonate_facade_set_farewell (ResonateFacade *self)
{
  g_return_if_fail (RESONATE_IS_FACADE (self));

  self->face->has_farewell = TRUE;
}

void
resonate_facade_park (ResonateFacade *self, GMainContext *parking)
{
  g_return_if_fail (RESONATE_IS_FACADE (self));
  g_return_if_fail (parking != NULL);

  if (resonate_soup_reader_is_known ())
    self->face->reader.parking = parking;
}

void
resonate_facade_set_reader (ResonateFacade *self, gpointer connection)
{
  g_return_if_fail (RESONATE_IS_FACADE (self));

  resonate_soup_reader_settle (&self->face->reader);
  self->face->reader.connection = connection;
}

void
resonate_facade_detach (ResonateFacade *self)
{
  g_return_if_fail (RESONATE_IS_FACADE (self));

  self->face->owner = NULL;
  resonate_facade_wake (self);
}

void
resonate_facade_wake (ResonateFacade *self)
{
  g_return_if_fail (RESONATE_IS_FACADE (self));

  if (self->face->reader.parking == NULL)
    set_ready (&self->face->readers, face_is_readable (self->face));
  else if (face_is_readable (self->face))
    call_reader_later (self);
  set_ready (&self->face->writers, face_is_writable (self->face));
}

void
resonate_facade_serve (ResonateFacade *self)
{
  g_return_if_fail (RESONATE_IS_FACADE (self));

  if (self->face->reader.parking != NULL)
    call_reader (self);
  else
    resonate_facade_wake (self);
}
