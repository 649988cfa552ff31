/* resonate-tls-records.c: a socket that follows the records of TLS as they come in
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-tls-records"

#include "config.h"

#include "resonate-tls-records-private.h"

/* RFC 5246, 6.2.1, and RFC 8446, 5.1: the type, a version, and how many bytes follow. */
#define HEADER_SIZE      5
#define ALERT            21
#define APPLICATION_DATA 23

/*
 * A client of TLS 1.2 may ask for another handshake whenever it likes. GIO would give that one a
 * thread as well, unasked and unbounded, and the thread would wait for as long as the client says
 * no more; its property to forbid that, rehandshake-mode, has had no effect since 2.60.
 *
 * But the type of each record can be read, also of those that are encrypted. Once the handshake is
 * over, an honest client sends data and alerts. In TLS 1.3 everything looks like data by then, new
 * keys and good-byes as well, and what it sends for the sake of middleboxes came before.
 */
typedef struct
{
  guint8 header[HEADER_SIZE];
  guint n_header; /* bytes of it that are here */
  gsize left;     /* bytes that the record has yet to come */
  gboolean is_up;
  gboolean has_failed;
} Records;

/* Whether @bytes may be passed on. */
static gboolean
follow (Records *self, const guint8 *bytes, gsize size)
{
  while (size > 0)
    {
      gsize n = MIN (self->left, size);

      self->left -= n;
      bytes += n;
      size -= n;
      if (size == 0)
        break;

      if (self->n_header == 0 && self->is_up && *bytes != ALERT && *bytes != APPLICATION_DATA)
        return FALSE;

      self->header[self->n_header++] = *bytes++;
      size--;
      if (self->n_header == HEADER_SIZE)
        {
          self->left = (gsize) self->header[3] << 8 | self->header[4];
          self->n_header = 0;
        }
    }

  return TRUE;
}

/* What was read, or -1 when it should not have come. */
static gssize
check (Records *self, const void *bytes, gssize n, GError **error)
{
  if (n > 0 && !follow (self, bytes, (gsize) n))
    self->has_failed = TRUE;

  if (n < 0 || !self->has_failed)
    return n;

  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "No handshake follows the first");

  return -1;
}

/*
 * What GIO reads from: straight into its own buffer, whose records are then gone through.
 */
#define TYPE_INPUT (resonate_tls_records_input_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateTlsRecordsInput, resonate_tls_records_input, TLS_RECORDS, INPUT, GInputStream)

struct _ResonateTlsRecordsInput
{
  GInputStream parent_instance;

  GPollableInputStream *base; /* (owned) */
  Records records;
};

static void input_pollable_iface_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateTlsRecordsInput,
                               resonate_tls_records_input,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      input_pollable_iface_init))

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (TLS_RECORDS_INPUT (stream)->base);
}

static GSource *
input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base = NULL;

  base = g_pollable_input_stream_create_source (TLS_RECORDS_INPUT (stream)->base, NULL);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static gssize
input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize size, GError **error)
{
  ResonateTlsRecordsInput *self = TLS_RECORDS_INPUT (stream);
  gssize n;

  n = g_pollable_input_stream_read_nonblocking (self->base, buffer, size, NULL, error);

  return check (&self->records, buffer, n, error);
}

static void
input_pollable_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
  iface->read_nonblocking = input_read_nonblocking;
}

/* From a thread, which waits for the client: only a handshake does. */
static gssize
input_read (
  GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable, GError **error)
{
  ResonateTlsRecordsInput *self = TLS_RECORDS_INPUT (stream);
  gssize n = 0;

  if (self->records.is_up)
    self->records.has_failed = TRUE;
  else
    n = g_input_stream_read (G_INPUT_STREAM (self->base), buffer, size, cancellable, error);

  return check (&self->records, buffer, n, error);
}

static void
input_finalize (GObject *object)
{
  ResonateTlsRecordsInput *self = TLS_RECORDS_INPUT (object);

  g_clear_object (&self->base);

  G_OBJECT_CLASS (resonate_tls_records_input_parent_class)->finalize (object);
}

static void
resonate_tls_records_input_class_init (ResonateTlsRecordsInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = input_read;
}

static void
resonate_tls_records_input_init (ResonateTlsRecordsInput *self)
{
}

/*
 * The socket
 */
struct _ResonateTlsRecords
{
  GSocketConnection parent_instance;

  ResonateTlsRecordsInput *input;
};

G_DEFINE_FINAL_TYPE (ResonateTlsRecords, resonate_tls_records, G_TYPE_SOCKET_CONNECTION)

static GInputStream *
resonate_tls_records_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (RESONATE_TLS_RECORDS (stream)->input);
}

/* The descriptor is closed with the last reference to its socket, and not under a thread that reads
 * from it. */
static gboolean
resonate_tls_records_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
resonate_tls_records_constructed (GObject *object)
{
  ResonateTlsRecords *self = RESONATE_TLS_RECORDS (object);
  GIOStreamClass *parent_class = G_IO_STREAM_CLASS (resonate_tls_records_parent_class);
  GInputStream *base;

  G_OBJECT_CLASS (resonate_tls_records_parent_class)->constructed (object);

  base = parent_class->get_input_stream (G_IO_STREAM (object));
  self->input->base = G_POLLABLE_INPUT_STREAM (g_object_ref (base));
}

static void
resonate_tls_records_finalize (GObject *object)
{
  ResonateTlsRecords *self = RESONATE_TLS_RECORDS (object);

  g_clear_object (&self->input);

  G_OBJECT_CLASS (resonate_tls_records_parent_class)->finalize (object);
}

static void
resonate_tls_records_class_init (ResonateTlsRecordsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  object_class->constructed = resonate_tls_records_constructed;
  object_class->finalize = resonate_tls_records_finalize;
  stream_class->get_input_stream = resonate_tls_records_get_input_stream;
  stream_class->close_fn = resonate_tls_records_close;
}

static void
resonate_tls_records_init (ResonateTlsRecords *self)
{
  self->input = g_object_new (TYPE_INPUT, NULL);
}

ResonateTlsRecords *
resonate_tls_records_new (GSocket *socket)
{
  g_return_val_if_fail (G_IS_SOCKET (socket), NULL);

  return g_object_new (RESONATE_TYPE_TLS_RECORDS, "socket", socket, NULL);
}

void
resonate_tls_records_end_handshake (ResonateTlsRecords *self)
{
  g_return_if_fail (RESONATE_IS_TLS_RECORDS (self));

  self->input->records.is_up = TRUE;
}
