/* resonate-send-queue.c: what could not be written yet
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-send-queue"

#include "config.h"

#include "resonate-send-queue-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define MAX_VECTORS 32

ResonateSendQueue *
resonate_send_queue_new (void)
{
  return g_slice_new0 (ResonateSendQueue);
}

void
resonate_send_queue_free (ResonateSendQueue *self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->buffers, (GDestroyNotify) g_bytes_unref);
  g_slice_free (ResonateSendQueue, self);
}

void
resonate_send_queue_push (ResonateSendQueue *self, GBytes *buffer)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (buffer != NULL);

  if (g_bytes_get_size (buffer) == 0)
    return;

  g_queue_push_tail (&self->buffers, g_bytes_ref (buffer));
  self->bytes += g_bytes_get_size (buffer);
}

gboolean
resonate_send_queue_drop_oldest (ResonateSendQueue *self)
{
  GList *oldest;

  g_return_val_if_fail (self != NULL, FALSE);

  /* The first may be half written, and TLS wants to see the same bytes again in any case. */
  oldest = self->buffers.head != NULL ? self->buffers.head->next : NULL;
  if (oldest == NULL)
    return FALSE;

  self->bytes -= g_bytes_get_size (oldest->data);
  g_bytes_unref (oldest->data);
  g_queue_delete_link (&self->buffers, oldest);

  return TRUE;
}

static void
drop (ResonateSendQueue *self, gsize written)
{
  self->bytes -= written;
  written += self->offset;

  while (!g_queue_is_empty (&self->buffers))
    {
      gsize size = g_bytes_get_size (g_queue_peek_head (&self->buffers));

      if (written < size)
        break;

      written -= size;
      g_bytes_unref (g_queue_pop_head (&self->buffers));
    }

  self->offset = written;
}

static guint
gather (ResonateSendQueue *self, GOutputVector *vectors)
{
  gsize offset = self->offset;
  guint n = 0;

  for (GList *l = self->buffers.head; l != NULL && n < MAX_VECTORS; l = l->next)
    {
      gsize size;
      const char *data = g_bytes_get_data (l->data, &size);

      vectors[n].buffer = data + offset;
      vectors[n].size = size - offset;
      offset = 0;
      n++;
    }

  return n;
}

GBytes *
resonate_send_queue_dup_bytes (ResonateSendQueue *self)
{
  GByteArray *bytes;
  gsize offset;

  g_return_val_if_fail (self != NULL, NULL);

  bytes = g_byte_array_sized_new ((guint) self->bytes);
  offset = self->offset;
  for (GList *l = self->buffers.head; l != NULL; l = l->next)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (l->data, &size);

      g_byte_array_append (bytes, data + offset, (guint) (size - offset));
      offset = 0;
    }

  return g_byte_array_free_to_bytes (bytes);
}

ResonateSendStatus
resonate_send_queue_flush (ResonateSendQueue *self, GPollableOutputStream *out)
{
  g_return_val_if_fail (self != NULL, RESONATE_SEND_BROKEN);
  g_return_val_if_fail (G_IS_POLLABLE_OUTPUT_STREAM (out), RESONATE_SEND_BROKEN);

  while (!g_queue_is_empty (&self->buffers))
    {
      GOutputVector vectors[MAX_VECTORS];
      gsize written = 0;
      guint n = gather (self, vectors);

      switch (g_pollable_output_stream_writev_nonblocking (out, vectors, n, &written, NULL, NULL))
        {
        case G_POLLABLE_RETURN_OK:
          drop (self, written);
          break;

        case G_POLLABLE_RETURN_WOULD_BLOCK:
          return RESONATE_SEND_BLOCKED;

        case G_POLLABLE_RETURN_FAILED:
        default:
          return RESONATE_SEND_BROKEN;
        }
    }

  return RESONATE_SEND_DONE;
}

ResonateSendStatus
resonate_send_queue_flush_socket (ResonateSendQueue *self, int fd)
{
  g_return_val_if_fail (self != NULL, RESONATE_SEND_BROKEN);

  while (!g_queue_is_empty (&self->buffers))
    {
      GOutputVector vectors[MAX_VECTORS];
      /* GLib lays out its vectors as the kernel does. */
      struct msghdr message = { .msg_iov = (struct iovec *) vectors };
      gssize written;

      message.msg_iovlen = gather (self, vectors);
      written = sendmsg (fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (written >= 0)
        drop (self, (gsize) written);
      else if (errno == EAGAIN)
        return RESONATE_SEND_BLOCKED;
      else if (errno != EINTR)
        return RESONATE_SEND_BROKEN;
    }

  return RESONATE_SEND_DONE;
}
