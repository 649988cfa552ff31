/* resonate-stream-http.c: a socket while it speaks HTTP
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-http"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include <errno.h>
#include <sys/socket.h>

#define MAX_ANSWER_AHEAD (256 * 1024)

/*
 * Who has not said all of a request costs a socket and a timer: the bytes of a head stay in the
 * kernel until the last of them is there, and each is looked at once. Only then is the request
 * copied, and only when its body is whole as well does libsoup see it.
 */

static void
move_to (ResonateStream *self, ResonateStreamPlace place)
{
  ResonateStreamPlace former = self->place;

  /* Who is counted is counted until it is closed. */
  if (former == place || former == RESONATE_STREAM_PLACE_COUNTED)
    return;

  self->place = place;
  self->shared->moved (self->shared->owner, self, former);
}

void
resonate_stream_update_place (ResonateStream *self)
{
  gboolean is_http = self->phase == RESONATE_STREAM_HTTP && self->http != NULL;

  g_assert (RESONATE_IS_STREAM (self));

  if (is_http && self->http->lane != NULL)
    move_to (self, RESONATE_STREAM_PLACE_ANSWERED);
  else if (is_http && self->has_served && !self->is_timing)
    move_to (self, RESONATE_STREAM_PLACE_BETWEEN);
  else if (self->phase == RESONATE_STREAM_LINGERING)
    move_to (self, RESONATE_STREAM_PLACE_LEAVING);
  else
    move_to (self, RESONATE_STREAM_PLACE_UNSERVED);
}

static void
refuse (ResonateStream *self, guint status, const char *text)
{
  g_autoptr (GBytes) answer = resonate_request_refusal (status, text);

  g_assert (RESONATE_IS_STREAM (self));

  resonate_stream_queue (self, answer);
  resonate_stream_finish (self);
}

/* Shows what has come, as recv(2) with MSG_PEEK does: at least as much as the longest head. */
static gssize
peek (ResonateStream *self, const char **bytes)
{
  ResonateStreamHttp *http = self->http;
  gssize n = 1;

  if (!resonate_stream_is_tls (self))
    {
      *bytes = (const char *) self->shared->scratch;
      return resonate_stream_read (self, self->shared->scratch, RESONATE_STREAM_SCRATCH_SIZE,
                                   MSG_PEEK);
    }

  /* What is decrypted cannot be put back. */
  if (http->plain == NULL)
    http->plain = g_byte_array_new ();
  while (n > 0 && http->plain->len < RESONATE_STREAM_SCRATCH_SIZE)
    {
      n = resonate_stream_read (self, self->shared->scratch,
                                RESONATE_STREAM_SCRATCH_SIZE - http->plain->len, 0);
      if (n > 0)
        g_byte_array_append (http->plain, self->shared->scratch, (guint) n);
    }

  if (n == 0 || (n < 0 && errno != EAGAIN))
    self->is_half_closed = TRUE;
  *bytes = (const char *) http->plain->data;

  return http->plain->len > 0 ? (gssize) http->plain->len : n;
}

/* Takes @n bytes off the front of what was peeked at. TCP only counts them. */
static void
consume (ResonateStream *self, gsize n)
{
  if (self->http->plain != NULL)
    g_byte_array_remove_range (self->http->plain, 0, (guint) n);
  else if (resonate_stream_read (self, self->shared->scratch, n, MSG_TRUNC) != (gssize) n)
    resonate_stream_abort (self);
}

static void
wait_for_more (ResonateStream *self, gboolean has_begun)
{
  gboolean is_idle = !has_begun && self->has_served;

  if (self->is_half_closed)
    {
      resonate_stream_finish (self);
      return;
    }

  /* Once per request: a byte now and then gains no time. */
  if (self->is_timing)
    return;

  self->is_timing = !is_idle;
  resonate_stream_set_deadline (self, is_idle ? self->shared->idle_timeout_us
                                              : self->shared->header_timeout_us);
  resonate_stream_update_place (self);
}

/* The request is whole: libsoup's turn. */
static void
release (ResonateStream *self)
{
  ResonateStreamHttp *http = self->http;
  const char *forwarded = NULL;

  if (self->is_trusted)
    forwarded = resonate_request_get_header (http->request, "X-Forwarded-For");
  if (!self->shared->admit (self->shared->owner, self, forwarded))
    {
      refuse (self, 503, "Too many connections.");
      return;
    }

  self->is_timing = FALSE;
  self->has_served = TRUE;
  resonate_wheel_disarm (&self->timer);

  http->lane = resonate_lanes_take (self->shared->lanes, self);
  resonate_stream_update_place (self);
  resonate_request_show (http->request, resonate_lane_get_request (http->lane));
  resonate_lane_wake (http->lane);
}

static void
read_body (ResonateStream *self)
{
  gsize left;
  guint8 *space = resonate_request_get_space (self->http->request, &left);

  while (left > 0)
    {
      gssize n;

      if (self->http->plain != NULL && self->http->plain->len > 0)
        {
          n = (gssize) MIN (left, self->http->plain->len);
          memcpy (space, self->http->plain->data, (gsize) n);
          consume (self, (gsize) n);
        }
      else
        n = resonate_stream_read (self, space, left, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        {
          self->can_read = FALSE;
          wait_for_more (self, TRUE);
          return;
        }
      if (n <= 0)
        {
          resonate_stream_finish (self);
          return;
        }

      resonate_request_add_body (self->http->request, (gsize) n);
      space = resonate_request_get_space (self->http->request, &left);
    }

  release (self);
}

/* Takes a head that was accepted, with what of its body came with it. */
static void
begin_request (ResonateStream *self, const char *bytes, gsize length)
{
  ResonateStreamHttp *http = self->http;
  gsize with_head;
  gsize left;
  guint8 *space;

  if (http->head.content_length > self->shared->max_request_size)
    {
      refuse (self, 413, "Payload too large.");
      return;
    }

  http->request = resonate_request_new (&http->head, bytes);
  space = resonate_request_get_space (http->request, &left);
  with_head = MIN (left, length - http->head.length);
  if (with_head > 0)
    memcpy (space, bytes + http->head.length, with_head);
  resonate_request_add_body (http->request, with_head);

  consume (self, http->head.length + with_head);

  /* What filled the whole of the room may be the beginning of more. */
  self->can_read = length > http->head.length + with_head || self->is_half_closed ||
                   with_head < left || length >= RESONATE_STREAM_SCRATCH_SIZE ||
                   resonate_stream_is_tls (self);
  http->head = (ResonateRequestHead){ 0 };

  if (!self->is_aborted)
    read_body (self);
}

static void
read_head (ResonateStream *self)
{
  ResonateStreamHttp *http = self->http;
  const char *bytes;
  gssize n = peek (self, &bytes);

  if (n < 0 && errno == EINTR)
    {
      resonate_stream_read_later (self);
      return;
    }

  if (n == 0 || (n < 0 && errno != EAGAIN))
    {
      resonate_stream_finish (self);
      return;
    }

  if (n < 0)
    {
      self->can_read = FALSE;
      wait_for_more (self, FALSE);
      return;
    }

  switch (resonate_request_head_parse (&http->head, bytes, (gsize) n))
    {
    case RESONATE_REQUEST_HEAD_ACCEPTED:
      begin_request (self, bytes, (gsize) n);
      break;

    case RESONATE_REQUEST_HEAD_REFUSED:
      refuse (self, http->head.refused_status, http->head.refused_text);
      break;

    case RESONATE_REQUEST_HEAD_INCOMPLETE:
    default:
      self->can_read = FALSE;
      wait_for_more (self, TRUE);
      break;
    }
}

/* Goes on with the next request, once the one before is answered. */
void
resonate_stream_http_advance (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  if (self->is_aborted || self->phase != RESONATE_STREAM_HTTP ||
      (self->http != NULL && self->http->lane != NULL))
    return;

  if (self->is_ending)
    {
      resonate_stream_finish (self);
      return;
    }

  if (!self->can_read)
    {
      wait_for_more (self, self->http != NULL && self->http->request != NULL);
      return;
    }

  if (self->http == NULL)
    self->http = g_new0 (ResonateStreamHttp, 1);
  if (self->http->request != NULL)
    read_body (self);
  else
    read_head (self);
}

void
resonate_stream_http_timed_out (ResonateStream *self)
{
  gboolean has_begun = self->http != NULL &&
                       (self->http->request != NULL || self->http->head.scanned > 0);

  g_assert (RESONATE_IS_STREAM (self));

  /* Who never said anything is told nothing. */
  if (self->is_timing && has_begun)
    refuse (self, 408, "Request timeout.");
  else
    resonate_stream_finish (self);
}

/*
 * The lane
 */
static gboolean
http_is_writable (gpointer client)
{
  ResonateStream *self = RESONATE_STREAM (client);

  return self->queue == NULL || self->queue->bytes < MAX_ANSWER_AHEAD ||
         self->phase != RESONATE_STREAM_HTTP;
}

/* A request that is being answered has no deadline, but a client that reads nothing of the answer
 * would be given all the time there is. */
static void
await_reader (ResonateStream *self)
{
  if (!resonate_timer_is_armed (&self->timer))
    resonate_stream_set_deadline (self, self->shared->idle_timeout_us);
}

static gssize
http_write (gpointer client, const void *buffer, gsize count)
{
  ResonateStream *self = RESONATE_STREAM (client);
  g_autoptr (GBytes) bytes = NULL;

  if (self->phase != RESONATE_STREAM_HTTP || self->is_aborted)
    return RESONATE_FACADE_BROKEN;
  if (!http_is_writable (self))
    {
      await_reader (self);
      return RESONATE_FACADE_WOULD_BLOCK;
    }

  /* The client has read some: the next wait is a new one. */
  resonate_wheel_disarm (&self->timer);
  bytes = g_bytes_new (buffer, count);
  resonate_stream_queue (self, bytes);

  return (gssize) count;
}

static void
leave_lane (ResonateStream *self)
{
  self->http->lane = NULL;
  g_clear_pointer (&self->http->request, resonate_request_free);
  resonate_stream_update_place (self);
}

static void
http_answered (gpointer client)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (client));

  leave_lane (self);

  /* A pipeline is served a request a turn, and waits for its answers to be read. */
  if (self->can_read && !self->is_ending)
    resonate_stream_read_later (self);
  else
    resonate_stream_http_advance (self);
}

static void
http_closed (gpointer client)
{
  g_autoptr (ResonateStream) self = g_object_ref (RESONATE_STREAM (client));

  leave_lane (self);
  resonate_stream_finish (self);
}

const ResonateLaneFuncs resonate_stream_lane_funcs = { http_write, http_is_writable, http_answered,
                                                       http_closed };

/*
 * The beginning and the end
 */
void
resonate_stream_begin_http (ResonateStream *self)
{
  g_assert (RESONATE_IS_STREAM (self));

  self->phase = RESONATE_STREAM_HTTP;
  resonate_hub_watch (self->shared->hub, &self->watch);

  /* TLS may have read more than its handshake. */
  if (self->tls != NULL)
    {
      self->can_read = TRUE;
      resonate_stream_read_later (self);
    }
}

void
resonate_stream_end_http (ResonateStream *self)
{
  ResonateStreamHttp *http = g_steal_pointer (&self->http);

  g_assert (RESONATE_IS_STREAM (self));

  if (http == NULL)
    return;

  /* After an upgrade the lane is still good; where the client left in the middle it is not. */
  if (http->lane != NULL && self->phase == RESONATE_STREAM_WEB_SOCKET)
    resonate_lane_release (http->lane);
  else if (http->lane != NULL)
    resonate_lane_break (http->lane);
  g_clear_pointer (&http->request, resonate_request_free);
  g_clear_pointer (&http->plain, g_byte_array_unref);
  g_free (http);
}

void
resonate_stream_send_head (ResonateStream *self, GBytes *head)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (self->phase == RESONATE_STREAM_HTTP);

  resonate_stream_queue (self, head);
}

void
resonate_stream_set_counted (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  move_to (self, RESONATE_STREAM_PLACE_COUNTED);
}

ResonateStreamPlace
resonate_stream_get_place (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), RESONATE_STREAM_PLACE_UNSERVED);

  return self->place;
}

ResonateLanes *
resonate_stream_get_lanes (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->phase != RESONATE_STREAM_CLOSED ? self->shared->lanes : NULL;
}

ResonateRequest *
resonate_stream_take_request (ResonateStream *self)
{
  g_return_val_if_fail (RESONATE_IS_STREAM (self), NULL);

  return self->http != NULL ? g_steal_pointer (&self->http->request) : NULL;
}

void
resonate_stream_finish_http (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));

  self->is_ending = TRUE;

  if (self->phase <= RESONATE_STREAM_HANDSHAKE)
    resonate_stream_abort (self);
  else
    resonate_stream_http_advance (self);
}
