/* bench-frame.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "bench-app.h"

#define MASKED       0x80
#define PAYLOAD_SIZE 100

/* Appends @payload as one masked frame that begins with the byte @first. */
void
bench_frame_append (GByteArray *out, guint8 first, const char *payload)
{
  size_t length = strlen (payload);
  guint32 mask = g_random_int ();
  guint8 head[4] = { first };
  size_t start;

  g_assert (length <= G_MAXUINT16);
  if (length < 126)
    {
      head[1] = MASKED | length;
      g_byte_array_append (out, head, 2);
    }
  else
    {
      head[1] = MASKED | 126;
      head[2] = length >> 8;
      head[3] = length & 0xff;
      g_byte_array_append (out, head, 4);
    }
  g_byte_array_append (out, (guint8 *) &mask, sizeof mask);
  start = out->len;
  g_byte_array_append (out, (const guint8 *) payload, length);
  for (size_t i = 0; i < length; i++)
    out->data[start + i] ^= ((guint8 *) &mask)[i % 4];
}

/* @count client events for all others on @channel. */
GByteArray *
bench_frames_of_event (const char *channel, int count)
{
  GByteArray *frames = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (PAYLOAD_SIZE, 'x');
  g_autofree char *text =
    g_strdup_printf ("{\"event\":\"client-bench\",\"channel\":\"%s\",\"data\":{\"x\":\"%s\"}}",
                     channel, payload);

  for (int i = 0; i < count; i++)
    bench_frame_append (frames, BENCH_FRAME_TEXT, text);
  return frames;
}

/* Sends all of it; a socket that takes nothing for a minute ends the run. */
void
bench_send (int fd, const void *bytes, size_t length)
{
  const char *next = bytes;

  while (length > 0)
    {
      struct pollfd ready = { .fd = fd, .events = POLLOUT };
      ssize_t sent = send (fd, next, length, MSG_NOSIGNAL);

      if (sent < 0 && errno != EAGAIN)
        bench_fail ("send: %s", g_strerror (errno));
      if (sent < 0 && poll (&ready, 1, BENCH_DEADLINE_US / 1000) == 0)
        bench_fail ("the server does not read");
      if (sent > 0)
        {
          next += sent;
          length -= sent;
        }
    }
}

void
bench_send_frame (int fd, guint8 first, const char *payload)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  bench_frame_append (frame, first, payload);
  bench_send (fd, frame->data, frame->len);
}
