/* resonate-stream-record.c: a socket, put into words so that another process can go on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-record"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include <unistd.h>

/* What a record says that a socket speaks: part of the format, never to be numbered anew. */
typedef enum
{
  SPEAKS_PROXY_HEADER = 0,
  SPEAKS_HTTP = 1, /* and has asked nothing yet */
  SPEAKS_HTTP_SERVED = 2,
  SPEAKS_WEB_SOCKET = 3,
  SPEAKS_WEB_SOCKET_DEFLATED = 4,
} Speech;

static ResonateStreamMobility
get_web_socket_mobility (ResonateStream *self)
{
  const ResonateStreamWs *ws = self->ws;

  if (ws == NULL)
    return RESONATE_STREAM_MOVABLE;

  /* Fragments are with libsoup, and what is skipped is known to the gate alone. */
  if (ws->gate.in_message || ws->gate.is_skipping || ws->gate.failed || ws->taken < ws->released ||
      ws->event != RESONATE_GATE_INCOMPLETE)
    return RESONATE_STREAM_BUSY;

  return ws->raw->len > 0 && !ws->has_more ? RESONATE_STREAM_PARTIAL : RESONATE_STREAM_MOVABLE;
}

ResonateStreamMobility
resonate_stream_get_mobility (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), RESONATE_STREAM_FIXED);

  if (self->tls != NULL || self->is_aborted || self->is_ending || self->close_sent || self->eof)
    return RESONATE_STREAM_FIXED;

  switch (self->phase)
    {
    case RESONATE_STREAM_PROXY_HEADER:
      return RESONATE_STREAM_MOVABLE;

    case RESONATE_STREAM_HTTP:
      /* A head stays in the kernel until all of it is there. */
      return self->http == NULL || (self->http->lane == NULL && self->http->request == NULL)
               ? RESONATE_STREAM_MOVABLE
               : RESONATE_STREAM_BUSY;

    case RESONATE_STREAM_WEB_SOCKET:
      return get_web_socket_mobility (self);

    case RESONATE_STREAM_HANDSHAKE:
    case RESONATE_STREAM_FINISHING:
    case RESONATE_STREAM_LINGERING:
    case RESONATE_STREAM_CLOSED:
    default:
      return RESONATE_STREAM_FIXED;
    }
}

guint64
resonate_stream_get_progress (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), 0);

  return self->ws != NULL ? self->ws->n_frames : 0;
}

int
resonate_stream_get_fd (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), -1);

  return self->watch.fd;
}

static Speech
get_speech (ResonateStream *self)
{
  if (self->phase == RESONATE_STREAM_PROXY_HEADER)
    return SPEAKS_PROXY_HEADER;
  if (self->phase == RESONATE_STREAM_HTTP)
    return self->has_served ? SPEAKS_HTTP_SERVED : SPEAKS_HTTP;

  return self->deflates ? SPEAKS_WEB_SOCKET_DEFLATED : SPEAKS_WEB_SOCKET;
}

GVariant *
resonate_stream_save (ResonateStream *self)
{
  const ResonateTraffic *traffic = &self->traffic;
  g_autoptr (GBytes) unsent = NULL;
  GVariant *unread;

  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  if (self->queue != NULL)
    unsent = resonate_send_queue_dup_bytes (self->queue);
  else
    unsent = g_bytes_new_static (NULL, 0);

  unread = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE,
                                      self->ws != NULL ? self->ws->raw->data : NULL,
                                      self->ws != NULL ? self->ws->raw->len : 0, 1);

  return g_variant_new ("(ysb(tttt)@ay@ay)", (guint8) get_speech (self), self->remote_address,
                        self->is_trusted, traffic->messages_received, traffic->messages_sent,
                        traffic->bytes_received, traffic->bytes_sent, unread,
                        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, unsent, TRUE));
}

void
resonate_stream_forget (ResonateStream *self)
{
  g_autoptr (ResonateStream) keep = NULL;

  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (self->tls == NULL);

  keep = g_object_ref (self);
  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->phase = RESONATE_STREAM_CLOSED;
  resonate_stream_drop_queue (self);
  resonate_wheel_disarm (&self->timer);
  resonate_hub_unwatch (self->shared->hub, &self->watch);
  close (self->watch.fd);
  resonate_stream_unhook (self);
  resonate_stream_end_http (self);
  resonate_stream_end_ws (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);

  self->shared->closed (self->shared->owner, self);
}

/* Sets what follows from @speech. FALSE when that is none. */
static gboolean
set_speech (ResonateStream *self, guint8 speech)
{
  switch ((Speech) speech)
    {
    case SPEAKS_PROXY_HEADER:
      self->phase = RESONATE_STREAM_PROXY_HEADER;
      return TRUE;

    case SPEAKS_HTTP:
    case SPEAKS_HTTP_SERVED:
      self->has_served = speech == SPEAKS_HTTP_SERVED;
      return TRUE;

    case SPEAKS_WEB_SOCKET:
    case SPEAKS_WEB_SOCKET_DEFLATED:
      self->phase = RESONATE_STREAM_WEB_SOCKET;
      self->deflates = speech == SPEAKS_WEB_SOCKET_DEFLATED;
      return self->shared->deflate != NULL || !self->deflates;

    default:
      return FALSE;
    }
}

static GBytes *
dup_bytes (GVariant *record, gsize index)
{
  g_autoptr (GVariant) bytes = g_variant_get_child_value (record, index);

  return g_bytes_new (g_variant_get_data (bytes), g_variant_get_size (bytes));
}

ResonateStream *
resonate_stream_restore (ResonateStreamShared *shared, int fd, GVariant *record)
{
  g_autoptr (ResonateStream) self = NULL;
  g_autoptr (GBytes) unread = NULL;
  g_autoptr (GBytes) unsent = NULL;
  const char *text;
  char *address;
  guint8 speech;
  gboolean is_trusted;

  g_return_val_if_fail (shared != NULL, NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (g_variant_is_of_type (record, G_VARIANT_TYPE (RESONATE_STREAM_RECORD)),
                        NULL);

  g_variant_get (record, "(y&sb(tttt)ayay)", &speech, &text, &is_trusted, NULL, NULL, NULL, NULL,
                 NULL, NULL);
  address = g_ref_string_new (text);
  self = resonate_stream_new (shared, fd, address, NULL);
  g_ref_string_release (address);
  self->is_trusted = is_trusted;
  g_variant_get_child (record, 3, "(tttt)", &self->traffic.messages_received,
                       &self->traffic.messages_sent, &self->traffic.bytes_received,
                       &self->traffic.bytes_sent);
  self->is_blocked = TRUE;
  if (!set_speech (self, speech))
    {
      self->phase = RESONATE_STREAM_CLOSED;
      close (fd);
      return NULL;
    }

  unread = dup_bytes (record, 4);
  if (self->phase == RESONATE_STREAM_WEB_SOCKET && g_bytes_get_size (unread) > 0)
    resonate_stream_ws_put_back (self, unread);

  unsent = dup_bytes (record, 5);
  if (g_bytes_get_size (unsent) > 0)
    {
      self->queue = resonate_send_queue_new ();
      resonate_send_queue_push (self->queue, unsent);
    }

  return g_steal_pointer (&self);
}

void
resonate_stream_resume (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  /* Closed while it waited. */
  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->is_blocked = FALSE;
  if (self->phase == RESONATE_STREAM_WEB_SOCKET)
    {
      resonate_hub_watch (self->shared->hub, &self->watch);
      if (self->ws != NULL)
        resonate_stream_read_later (self);
    }
  else
    resonate_stream_start (self);

  if (self->has_served && self->phase == RESONATE_STREAM_HTTP)
    {
      self->is_timing = FALSE;
      resonate_stream_set_deadline (self, self->shared->idle_timeout_us);
    }

  if (self->queue != NULL)
    resonate_stream_flush (self);
}
