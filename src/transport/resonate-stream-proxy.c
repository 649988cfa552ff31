/* resonate-stream-proxy.c: a socket before its proxy has named the client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-proxy"

#include "config.h"

#include "resonate-stream-parts-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "resonate-proxy-header-private.h"

/*
 * TLS or HTTP begins with the byte behind the header, and each of them reads the socket itself. So
 * the header is looked at while it is in the kernel, and taken out when all of it is there, it and
 * nothing else.
 */

void
resonate_stream_refuse_proxy_header (ResonateStream *self, const char *problem)
{
  g_assert (RESONATE_IS_STREAM (self));

  g_debug ("A connection from %s is closed for its PROXY header: %s", self->remote_address,
           problem);
  resonate_stream_abort (self);
}

static void
take (ResonateStream *self, const ResonateProxyHeader *header)
{
  guint8 bytes[RESONATE_PROXY_HEADER_MAX_SIZE];

  if (resonate_stream_read (self, bytes, header->length, 0) != (gssize) header->length)
    {
      resonate_stream_refuse_proxy_header (self, "it cannot be read");
      return;
    }

  if (header->address[0] != '\0' &&
      !self->shared->named (self->shared->owner, self, header->address))
    {
      resonate_stream_refuse_proxy_header (self, "its client has too many connections");
      return;
    }

  resonate_stream_begin (self);
}

void
resonate_stream_read_proxy_header (ResonateStream *self)
{
  guint8 bytes[RESONATE_PROXY_HEADER_MAX_SIZE];
  ResonateProxyHeader header;
  gssize n;

  g_assert (RESONATE_IS_STREAM (self));

  if (self->is_aborted)
    return;

  n = resonate_stream_read (self, bytes, sizeof (bytes), MSG_PEEK);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    {
      resonate_stream_refuse_proxy_header (self, "there is none");
      return;
    }

  switch (resonate_proxy_header_parse (&header, bytes, n > 0 ? (gsize) n : 0))
    {
    case RESONATE_PROXY_HEADER_ACCEPTED:
      take (self, &header);
      break;

    case RESONATE_PROXY_HEADER_REFUSED:
      resonate_stream_refuse_proxy_header (self, header.problem);
      break;

    case RESONATE_PROXY_HEADER_INCOMPLETE:
    default:
      /* The hub tells when more comes. */
      if (self->is_half_closed)
        resonate_stream_refuse_proxy_header (self, "it ends too early");
      break;
    }
}

/* Before the stream is started. */
void
resonate_stream_expect_proxy_header (ResonateStream *self)
{
  g_return_if_fail (RESONATE_IS_STREAM (self));
  g_return_if_fail (self->phase == RESONATE_STREAM_HANDSHAKE);

  self->phase = RESONATE_STREAM_PROXY_HEADER;
}
