/* resonate-stream-http.c: a socket while it speaks HTTP
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-http"

#include "config.h"

#include "resonate-stream-parts-private.h"

#define MAX_ANSWER_AHEAD (256 * 1024)

static void
refuse (ResonateStream *self, guint status, const char *text)
{
  g_autoptr (GBytes) answer = resonate_request_reader_refusal (status, text);

  g_assert (RESONATE_IS_STREAM (self));

  resonate_stream_queue (self, answer);
  resonate_stream_finish (self);
}

static void
set_deadline (ResonateStream *self)
{
  gboolean is_idle = self->raw->len == 0 && self->has_served;

  g_assert (RESONATE_IS_STREAM (self));

  /* Once per request: a byte now and then gains no time. */
  if (self->is_timing)
    return;

  self->is_timing = !is_idle;
  resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self,
                          is_idle ? self->shared->idle_timeout_us
                                  : self->shared->header_timeout_us);
}

static void
release (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (!self->shared->admit (self->shared->owner, self, self->reader.forwarded))
    {
      g_byte_array_set_size (self->request, 0);
      refuse (self, 503, "Too many connections.");
      return;
    }

  self->is_wanted = FALSE;
  self->is_timing = FALSE;
  self->has_served = TRUE;
  resonate_deadlines_disarm (self->shared->deadlines, &self->deadline);
  resonate_facade_wake (self->face);
}

/* Releases the next request when libsoup asks for it and all of it is here. A refusal waits for
 * that moment as well: the answers to the requests before it go out first. */
void
resonate_stream_http_advance (ResonateStream *self)
{
  ResonateRequestHead *head;

  g_assert (RESONATE_IS_STREAM (self));

  if (!self->is_wanted || self->is_aborted || self->phase != RESONATE_STREAM_HTTP)
    return;

  if (self->is_ending)
    {
      resonate_stream_finish (self);
      return;
    }

  head = &self->reader.head;

  switch (resonate_request_reader_step (&self->reader, self->raw, self->shared->max_request_size,
                                        self->request))
    {
    case RESONATE_REQUEST_HEAD_ACCEPTED:
      release (self);
      break;

    case RESONATE_REQUEST_HEAD_REFUSED:
      refuse (self, head->refused_status, head->refused_text);
      break;

    case RESONATE_REQUEST_HEAD_INCOMPLETE:
    default:
      if (self->eof)
        resonate_stream_finish (self);
      else
        set_deadline (self);
      break;
    }
}

void
resonate_stream_http_timed_out (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  /* Who never said anything is told nothing. */
  if (self->is_timing && self->raw->len > 0)
    refuse (self, 408, "Request timeout.");
  else
    resonate_stream_finish (self);
}

/*
 * The face
 */
static void
http_asked (gpointer owner)
{
  ResonateStream *self = RESONATE_STREAM (owner);

  /* libsoup asks when all that it wrote before is in our queue. */
  if (self->phase != RESONATE_STREAM_HTTP)
    return;
  if (self->request_taken < self->request->len || self->is_wanted)
    return;

  g_byte_array_set_size (self->request, 0);
  self->request_taken = 0;
  self->is_wanted = TRUE;
  resonate_stream_http_advance (self);
  resonate_stream_update_reading (self);
}

static gboolean
http_is_readable (gpointer owner)
{
  ResonateStream *self = RESONATE_STREAM (owner);

  return self->request_taken < self->request->len || self->phase != RESONATE_STREAM_HTTP;
}

static gssize
http_read (gpointer owner, void *buffer, gsize count)
{
  ResonateStream *self = RESONATE_STREAM (owner);
  gsize n;

  http_asked (self);

  n = MIN (count, self->request->len - self->request_taken);
  if (n == 0)
    return self->phase == RESONATE_STREAM_HTTP ? RESONATE_FACADE_WOULD_BLOCK : 0;

  memcpy (buffer, self->request->data + self->request_taken, n);
  self->request_taken += n;

  return (gssize) n;
}

static gboolean
http_is_writable (gpointer owner)
{
  ResonateStream *self = RESONATE_STREAM (owner);

  return self->queue.bytes < MAX_ANSWER_AHEAD || self->phase != RESONATE_STREAM_HTTP;
}

static gssize
http_write (gpointer owner, const void *buffer, gsize count)
{
  ResonateStream *self = RESONATE_STREAM (owner);
  g_autoptr (GBytes) bytes = NULL;

  if (self->phase != RESONATE_STREAM_HTTP || self->is_aborted)
    return RESONATE_FACADE_BROKEN;
  if (!http_is_writable (self))
    return RESONATE_FACADE_WOULD_BLOCK;

  bytes = g_bytes_new (buffer, count);
  resonate_stream_queue (self, bytes);

  return (gssize) count;
}

static void
http_closed (gpointer owner)
{
  resonate_stream_finish (RESONATE_STREAM (owner));
}

static const ResonateFacadeFuncs http_funcs = { http_read,        http_write,       http_asked,
                                                http_is_readable, http_is_writable, http_closed };

/*
 * The beginning
 */
void
resonate_stream_begin_http (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  self->phase = RESONATE_STREAM_HTTP;
  self->face = resonate_facade_new (&http_funcs, self);
  resonate_facade_set_farewell (self->face);
  resonate_stream_update_reading (self);
  self->shared->ready (self->shared->owner, self);
}

void
resonate_stream_start (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  resonate_deadlines_arm (self->shared->deadlines, &self->deadline, self,
                          self->shared->header_timeout_us);

  if (self->certificate != NULL)
    resonate_stream_begin_tls (self);
  else
    resonate_stream_begin_http (self);
}

const char *
resonate_stream_get_method (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->reader.method;
}

const char *
resonate_stream_get_target (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->reader.target;
}

const char *
resonate_stream_get_host (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->reader.host;
}

const char *
resonate_stream_get_remote_address (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->remote_address;
}

void
resonate_stream_set_remote_address (ResonateStream *self, const char *address)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  g_free (self->remote_address);
  self->remote_address = g_strdup (address);
}

void
resonate_stream_set_trusted (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->is_trusted = TRUE;
}

gboolean
resonate_stream_is_trusted (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), FALSE);

  return self->is_trusted;
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

void
resonate_stream_finish_http (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->is_ending = TRUE;

  if (self->phase == RESONATE_STREAM_HANDSHAKE)
    resonate_stream_abort (self);
  else
    resonate_stream_http_advance (self);
}
