/* resonate-stream.c: one accepted socket, and all that goes in and out of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream"

#include "config.h"

#include "resonate-stream-private.h"

#include "resonate-stream-parts-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINGER_MAX_BYTES (16 * 1024 * 1024)

/* A nudge: an event that the kernel is never asked for. */
#define GO_ON EPOLLMSG

/*
 * ResonateStream:
 *
 * An accepted socket, from its first byte to its last.
 *
 * It is an HTTP connection first: resonate-stream-http.c lets libsoup see one whole and checked
 * request after the other. After an upgrade it is a WebSocket: resonate-stream-ws.c releases whole
 * and bounded frames. What libsoup reads and writes goes through a ResonateFacade; the socket is
 * touched in this file and in resonate-stream-write.c only.
 *
 * A socket is closed from the main loop and never from inside a call, whoever wants it closed.
 */
G_DEFINE_FINAL_TYPE (ResonateStream, resonate_stream, G_TYPE_OBJECT)

static void
on_timer (ResonateTimer *timer)
{
  g_autoptr (ResonateStream) self = NULL;

  self = g_object_ref (resonate_timer_get_owner (timer, ResonateStream, timer));

  if (self->is_resting)
    resonate_stream_ws_rest (self);
  else if (self->phase == RESONATE_STREAM_HTTP && !self->is_aborted)
    resonate_stream_http_timed_out (self);
  else if (self->phase == RESONATE_STREAM_PROXY_HEADER && !self->is_aborted)
    resonate_stream_refuse_proxy_header (self, "it did not come in time");
  else
    resonate_stream_close (self);
}

void
resonate_stream_set_deadline (ResonateStream *self, int64_t timeout_us)
{
  g_assert (RESONATE_IS_STREAM (self));

  self->is_resting = FALSE;
  resonate_wheel_arm (self->shared->wheel, &self->timer, timeout_us, on_timer);
}

static void
close_socket (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  resonate_hub_unwatch (self->shared->hub, &self->watch);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);

  /* A thread of GIO may be about to read or write. The next client would be given the number of a
   * closed descriptor, and be read from by that thread. So it is shut down, which ends every call,
   * and closed with the last reference to the socket; ours goes with what TLS needs. */
  if (self->tls != NULL && self->tls->socket != NULL)
    shutdown (self->watch.fd, SHUT_RDWR);
  else
    close (self->watch.fd);
}

void
resonate_stream_close (ResonateStream *self)
{
  g_autoptr (ResonateStream) keep = NULL;

  g_return_if_fail (RESONATE_IS_STREAM (self));

  keep = g_object_ref (self);

  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->phase = RESONATE_STREAM_CLOSED;

  /* What was to go out at the end of this turn has its chance. */
  if (self->queue != NULL && !self->is_blocked && !resonate_stream_is_tls (self))
    resonate_send_queue_flush_socket (self->queue, self->watch.fd);
  resonate_stream_drop_queue (self);
  resonate_wheel_disarm (&self->timer);
  close_socket (self);

  resonate_stream_end_tls (self);
  resonate_stream_end_http (self);
  resonate_stream_end_ws (self);
  if (self->hooks != NULL)
    self->hooks->gone (self->hooks_owner);
  resonate_stream_unhook (self);

  self->shared->closed (self->shared->owner, self);
}

/*
 * Reading
 */
gssize
resonate_stream_read (ResonateStream *self, void *buffer, gsize size, int flags)
{
  g_autoptr (GError) error = NULL;
  gssize n;

  g_assert (RESONATE_IS_STREAM (self));

  if (!resonate_stream_is_tls (self))
    return recv (self->watch.fd, buffer, size, flags | MSG_DONTWAIT);

  n = g_pollable_input_stream_read_nonblocking (self->tls->in, buffer, size, NULL, &error);
  if (n < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : EIO;

  return n;
}

/* The client may go on talking, so that a close frame is not lost to a reset. */
static void
discard (ResonateStream *self)
{
  gssize n;

  g_assert (RESONATE_IS_STREAM (self));

  n = resonate_stream_read (self, self->shared->scratch, RESONATE_STREAM_SCRATCH_SIZE, 0);
  self->can_read = n > 0;
  if (n > 0)
    self->n_discarded += (guint32) n;

  if (self->n_discarded > LINGER_MAX_BYTES || (n < 0 && errno != EAGAIN && errno != EINTR))
    resonate_stream_abort (self);
  else if (n > 0 || (n < 0 && errno == EINTR))
    resonate_stream_read_later (self);
  else if (n == 0)
    {
      self->eof = TRUE;
      if (self->phase == RESONATE_STREAM_LINGERING)
        resonate_stream_abort (self);
    }
}

static void
read_on (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  switch (self->phase)
    {
    case RESONATE_STREAM_PROXY_HEADER:
      resonate_stream_read_proxy_header (self);
      break;

    case RESONATE_STREAM_HANDSHAKE:
      resonate_stream_tls_hello (self);
      break;

    case RESONATE_STREAM_HTTP:
      resonate_stream_http_advance (self);
      break;

    case RESONATE_STREAM_WEB_SOCKET:
      resonate_stream_ws_read (self);
      break;

    case RESONATE_STREAM_FINISHING:
    case RESONATE_STREAM_LINGERING:
      discard (self);
      break;

    case RESONATE_STREAM_CLOSED:
    default:
      break;
    }
}

/* The kernel does not tell again of what it has told. */
void
resonate_stream_read_later (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->phase != RESONATE_STREAM_CLOSED)
    resonate_hub_nudge (self->shared->hub, &self->watch, GO_ON);
}

/* What is wrong with a socket that is broken comes out of the next call. */
static void
on_events (gpointer owner, uint32_t events)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (owner));

  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
    {
      self->is_half_closed = TRUE;
      events |= EPOLLIN;
    }

  /* Who is gone for good waits for no answer. */
  if ((events & (EPOLLHUP | EPOLLERR)) != 0 && self->http != NULL && self->http->lane != NULL)
    {
      resonate_stream_close (self);
      return;
    }

  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0 && self->is_blocked)
    resonate_stream_flush (self);
  if ((events & EPOLLIN) != 0)
    self->can_read = TRUE;
  if ((events & (EPOLLIN | GO_ON)) != 0)
    read_on (self);
}

/*
 * GObject
 */
static void
resonate_stream_finalize (GObject *object)
{
  ResonateStream *self = RESONATE_STREAM (object);

  g_assert (self->phase == RESONATE_STREAM_CLOSED);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->remote_address, g_ref_string_release);

  G_OBJECT_CLASS (resonate_stream_parent_class)->finalize (object);
}

static void
resonate_stream_class_init (ResonateStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_stream_finalize;
}

static void
resonate_stream_init (ResonateStream *self)
{
  self->link.data = self;
  self->phase = RESONATE_STREAM_HANDSHAKE;
}

/* Whoever makes one keeps it until shared->closed () was called for it. */
ResonateStream *
resonate_stream_new (ResonateStreamShared *shared,
                     int fd,
                     char *address,
                     GTlsCertificate *certificate)
{
  ResonateStream *self;

  g_return_val_if_fail (shared != NULL, NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), NULL);

  self = g_object_new (RESONATE_TYPE_STREAM, NULL);
  self->shared = shared;
  self->remote_address = g_ref_string_acquire (address);
  self->watch.fd = fd;
  self->watch.func = on_events;
  self->watch.owner = self;

  if (certificate != NULL)
    {
      self->tls = g_new0 (ResonateStreamTls, 1);
      self->tls->certificate = g_object_ref (certificate);
    }

  return self;
}

void
resonate_stream_begin (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  self->phase = RESONATE_STREAM_HANDSHAKE;
  if (self->tls != NULL)
    resonate_stream_begin_tls (self);
  else
    resonate_stream_begin_http (self);

  /* What came with a header of the proxy's is told of already. */
  if (self->can_read)
    resonate_stream_read_later (self);
}

void
resonate_stream_start (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->is_timing = TRUE;
  resonate_stream_set_deadline (self, self->shared->header_timeout_us);

  if (self->phase == RESONATE_STREAM_PROXY_HEADER)
    resonate_hub_watch (self->shared->hub, &self->watch);
  else
    resonate_stream_begin (self);
}

/*
 * What others ask
 */
gboolean
resonate_stream_is_http (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->phase == RESONATE_STREAM_HTTP;
}

gboolean
resonate_stream_is_web_socket (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->phase == RESONATE_STREAM_WEB_SOCKET;
}

char *
resonate_stream_get_remote_address (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->remote_address;
}

void
resonate_stream_set_remote_address (ResonateStream *self, const char *address)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (address != NULL);

  g_clear_pointer (&self->remote_address, g_ref_string_release);
  self->remote_address = g_ref_string_new (address);
}

void
resonate_stream_set_trusted (ResonateStream *self, gboolean is_trusted)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->is_trusted = is_trusted;
}

gboolean
resonate_stream_is_trusted (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->is_trusted;
}

GList *
resonate_stream_get_link (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return &self->link;
}

ResonateOutbox *
resonate_stream_get_outbox (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->shared->outbox;
}

gpointer
resonate_stream_get_transport (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->hooks_owner;
}

/* Cancelled when the socket is closed. */
GCancellable *
resonate_stream_get_cancellable (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  if (self->cancellable == NULL)
    {
      self->cancellable = g_cancellable_new ();
      if (self->phase == RESONATE_STREAM_CLOSED)
        g_cancellable_cancel (self->cancellable);
    }

  return self->cancellable;
}

/*
 * The end
 */
void
resonate_stream_finish (ResonateStream *self)
{
  int64_t timeout_us;

  g_return_if_fail (RESONATE_IS_STREAM (self));

  if (self->phase >= RESONATE_STREAM_FINISHING || self->is_aborted)
    return;

  /* A slow reader of a long answer is given the time that an idle one is. */
  timeout_us = self->phase == RESONATE_STREAM_HTTP ? self->shared->idle_timeout_us
                                                   : RESONATE_STREAM_LINGER_US;
  self->phase = RESONATE_STREAM_FINISHING;
  resonate_stream_set_deadline (self, timeout_us);

  resonate_stream_end_http (self);
  resonate_stream_update_place (self);
  if (self->ws != NULL && self->ws->face != NULL)
    resonate_facade_wake (self->ws->face);
  if (self->ws != NULL)
    {
      g_byte_array_set_size (self->ws->raw, 0);
      self->ws->released = self->ws->taken = 0;
    }
  resonate_stream_flush (self);
  if (self->can_read)
    resonate_stream_read_later (self);
}

void
resonate_stream_abort (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  if (self->phase == RESONATE_STREAM_CLOSED)
    return;

  self->is_aborted = TRUE;
  resonate_stream_set_deadline (self, 0);
}
