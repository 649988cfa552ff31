/* resonate-transport.c: one WebSocket as the floors above see it: messages in, frames out
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-transport"

#include "config.h"

#include "resonate-transport-private.h"

/*
 * ResonateTransport:
 *
 * The abstract end of one WebSocket.
 *
 * What goes out is a whole server frame (see resonate_frame_new_text ()), so that one buffer is
 * shared by all who are sent the same. What comes in is a whole message, already checked to be
 * UTF-8 where the client called it text.
 *
 * The end is told exactly once, nothing is delivered after it, and nothing at all after the
 * closing handshake has begun.
 */
typedef struct
{
  const ResonateTransportListener *listener; /* (nullable) */
  gpointer listener_data;
  guint64 max_message_size;
  guint drops_oldest : 1;
  guint closing : 1;
  guint closed : 1;
} ResonateTransportPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ResonateTransport, resonate_transport, G_TYPE_OBJECT)

static ResonateTransportPrivate *
get_private (ResonateTransport *self)
{
  return resonate_transport_get_instance_private (self);
}

static void
resonate_transport_class_init (ResonateTransportClass *klass)
{
}

static void
resonate_transport_init (ResonateTransport *self)
{
}

/* Queues @frame, or writes it where nothing waits. Once the transport closes, frames are dropped
 * without a word: a broadcast and a close may cross. */
void
resonate_transport_send (ResonateTransport *self, GBytes *frame)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));
  g_return_if_fail (frame != NULL);

  if (resonate_transport_is_open (self))
    RESONATE_TRANSPORT_GET_CLASS (self)->send (self, frame);
}

/* Sends a ping frame; the answer is a "control" of opcode 10. */
void
resonate_transport_ping (ResonateTransport *self)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  if (resonate_transport_is_open (self))
    RESONATE_TRANSPORT_GET_CLASS (self)->ping (self);
}

/* Whether this is the first close, which is the one that counts. */
static gboolean
begin_closing (ResonateTransport *self)
{
  ResonateTransportPrivate *priv = get_private (self);

  if (priv->closing || priv->closed)
    return FALSE;

  priv->closing = TRUE;

  return TRUE;
}

/* Sends what is queued, then a close frame, and waits a bounded time for the client's. @code 0 is a
 * close frame without a code; @reason may be NULL. A second close changes nothing. */
void
resonate_transport_close (ResonateTransport *self, guint code, const char *reason)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));
  g_return_if_fail (code == 0 || (code >= 1000 && code < 5000));

  if (begin_closing (self))
    RESONATE_TRANSPORT_GET_CLASS (self)->close (self, code, reason);
}

/* The same for a client that is not expected to answer: nothing is waited for. */
void
resonate_transport_hang_up (ResonateTransport *self, guint code, const char *reason)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));
  g_return_if_fail (code == 0 || (code >= 1000 && code < 5000));

  if (begin_closing (self))
    RESONATE_TRANSPORT_GET_CLASS (self)->hang_up (self, code, reason);
}

/* Ends the connection without a word, also while it closes. */
void
resonate_transport_abort (ResonateTransport *self)
{
  ResonateTransportPrivate *priv;

  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  priv = get_private (self);
  if (priv->closed)
    return;

  priv->closing = TRUE;
  RESONATE_TRANSPORT_GET_CLASS (self)->abort (self);
}

/* What was sent and has not reached the kernel. */
gsize
resonate_transport_get_queued_bytes (ResonateTransport *self)
{
  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), 0);

  return RESONATE_TRANSPORT_GET_CLASS (self)->get_queued_bytes (self);
}

/* FALSE as soon as either side has begun to close. */
gboolean
resonate_transport_is_open (ResonateTransport *self)
{
  ResonateTransportPrivate *priv;

  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), FALSE);

  priv = get_private (self);

  return !priv->closing && !priv->closed;
}

/* An address in words, without a port. */
const char *
resonate_transport_get_remote_address (ResonateTransport *self)
{
  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), NULL);

  return RESONATE_TRANSPORT_GET_CLASS (self)->get_remote_address (self);
}

static void
tell_limits (ResonateTransport *self)
{
  ResonateTransportClass *klass = RESONATE_TRANSPORT_GET_CLASS (self);

  if (klass->limits_changed != NULL)
    klass->limits_changed (self);
}

/* 0 is no limit but the hard one of the implementation. Holds from the next message on. */
void
resonate_transport_set_max_message_size (ResonateTransport *self, guint64 max_message_size)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  get_private (self)->max_message_size = max_message_size;
  tell_limits (self);
}

guint64
resonate_transport_get_max_message_size (ResonateTransport *self)
{
  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), 0);

  return get_private (self)->max_message_size;
}

void
resonate_transport_set_drops_oldest (ResonateTransport *self, gboolean drops_oldest)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  get_private (self)->drops_oldest = drops_oldest;
  tell_limits (self);
}

gboolean
resonate_transport_get_drops_oldest (ResonateTransport *self)
{
  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), FALSE);

  return get_private (self)->drops_oldest;
}

ResonateStream *
resonate_transport_get_stream (ResonateTransport *self)
{
  ResonateTransportClass *klass;

  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), NULL);

  klass = RESONATE_TRANSPORT_GET_CLASS (self);

  return klass->get_stream != NULL ? klass->get_stream (self) : NULL;
}

void
resonate_transport_listen (ResonateTransport *self,
                           const ResonateTransportListener *listener,
                           gpointer user_data)
{
  ResonateTransportPrivate *priv;

  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  priv = get_private (self);
  priv->listener = listener;
  priv->listener_data = user_data;
}

gpointer
resonate_transport_get_listener_data (ResonateTransport *self)
{
  g_return_val_if_fail (RESONATE_IS_TRANSPORT (self), NULL);

  return get_private (self)->listener_data;
}

/* Calls a slot of the listener, which may drop the transport; @... are what the slot is given. */
#define TELL(self, slot, ...)                                                 \
  G_STMT_START                                                                \
  {                                                                           \
    const ResonateTransportListener *listener = get_private (self)->listener; \
    g_autoptr (ResonateTransport) kept = g_object_ref (self);                 \
                                                                              \
    if (listener != NULL && listener->slot != NULL)                           \
      listener->slot (kept, __VA_ARGS__);                                     \
  }                                                                           \
  G_STMT_END

void
resonate_transport_emit_message (ResonateTransport *self, GBytes *payload, gboolean is_binary)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));
  g_return_if_fail (payload != NULL);

  if (resonate_transport_is_open (self))
    TELL (self, message, payload, is_binary, get_private (self)->listener_data);
}

void
resonate_transport_emit_oversized (ResonateTransport *self, guint64 size, guint64 limit)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  if (resonate_transport_is_open (self))
    TELL (self, oversized, size, limit, get_private (self)->listener_data);
}

void
resonate_transport_emit_control (ResonateTransport *self, guint opcode)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  if (resonate_transport_is_open (self))
    TELL (self, control, opcode, get_private (self)->listener_data);
}

void
resonate_transport_emit_pressure (ResonateTransport *self, gboolean under_pressure)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  if (resonate_transport_is_open (self))
    TELL (self, pressure, under_pressure, get_private (self)->listener_data);
}

void
resonate_transport_emit_overflow (ResonateTransport *self)
{
  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  if (resonate_transport_is_open (self))
    TELL (self, overflow, get_private (self)->listener_data);
}

/* Later calls are ignored, so an implementation may report each way an end shows itself. */
void
resonate_transport_emit_closed (ResonateTransport *self,
                                guint code,
                                const char *reason,
                                gboolean clean)
{
  ResonateTransportPrivate *priv;

  g_return_if_fail (RESONATE_IS_TRANSPORT (self));

  priv = get_private (self);
  if (priv->closed)
    return;

  priv->closing = TRUE;
  priv->closed = TRUE;
  TELL (self, closed, code, reason != NULL ? reason : "", clean, priv->listener_data);
}
