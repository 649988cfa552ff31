/* raw-server.c: the yardstick: no protocol, no checks, only epoll and bytes that were made
 * beforehand
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * It greets, confirms whatever asks for a subscription, and hands each message of a client to all
 * others who asked for the same one. Nothing that also does the work of a server can be faster on
 * the same machine, so figures are told as parts of this one's.
 */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BURST     16
#define CHANNEL   "private-bench"
#define WEBSOCKET "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

typedef struct
{
  int fd;
  gboolean upgraded;
  guint8 bytes[1024]; /* a frame of the generator, and then some */
  size_t length;
  GPtrArray *room; /* (nullable) (element-type Client): all who asked for the same channel */
} Client;

static int epoll;
static GHashTable *rooms; /* (element-type utf8 GPtrArray) */
static GByteArray *greeting, *confirmation, *pong, *events;

static void
append_frame (GByteArray *out, const char *text)
{
  size_t length = strlen (text);
  guint8 head[4] = { 0x81, length < 126 ? length : 126, length >> 8, length & 0xff };

  g_byte_array_append (out, head, length < 126 ? 2 : 4);
  g_byte_array_append (out, (const guint8 *) text, length);
}

static void
make_frames (void)
{
  g_autofree char *payload = g_strnfill (100, 'x');
  g_autofree char *event = g_strdup_printf ("{\"event\":\"client-bench\",\"channel\":\"" CHANNEL
                                            "\",\"data\":{\"x\":\"%s\"}}",
                                            payload);

  greeting = g_byte_array_new ();
  append_frame (
    greeting,
    "{\"event\":\"pusher:connection_established\",\"data\":\"{\\\"socket_id\\\":\\\"1.1\\\","
    "\\\"activity_timeout\\\":30}\"}");
  confirmation = g_byte_array_new ();
  append_frame (
    confirmation,
    "{\"event\":\"pusher_internal:subscription_succeeded\",\"data\":\"{}\",\"channel\":\"" CHANNEL
    "\"}");
  pong = g_byte_array_new ();
  append_frame (pong, "{\"event\":\"pusher:pong\"}");
  events = g_byte_array_new ();
  for (int i = 0; i < BURST; i++)
    append_frame (events, event);
}

static void
send_all (int fd, const guint8 *bytes, size_t length)
{
  while (length > 0)
    {
      struct pollfd ready = { .fd = fd, .events = POLLOUT };
      ssize_t sent = send (fd, bytes, length, MSG_NOSIGNAL);

      if (sent < 0 && (errno != EAGAIN || poll (&ready, 1, 10000) <= 0))
        return;
      if (sent > 0)
        {
          bytes += sent;
          length -= sent;
        }
    }
}

static void
fan_out (Client *sender, size_t count)
{
  if (count == 0 || sender->room == NULL)
    return;
  for (unsigned int i = 0; i < sender->room->len; i++)
    {
      Client *client = g_ptr_array_index (sender->room, i);

      if (client != sender)
        send_all (client->fd, events->data, events->len / BURST * count);
    }
}

static gboolean
upgrade (Client *client)
{
  static const char name[] = "Sec-WebSocket-Key: ";
  char *end = memmem (client->bytes, client->length, "\r\n\r\n", 4);
  char *key = memmem (client->bytes, client->length, name, strlen (name));
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accept = NULL, *answer = NULL;
  guint8 digest[20];
  gsize size = sizeof digest;

  if (end == NULL || key == NULL)
    return FALSE;
  g_checksum_update (sum, (guchar *) key + strlen (name), 24);
  g_checksum_update (sum, (const guchar *) WEBSOCKET, -1);
  g_checksum_get_digest (sum, digest, &size);
  accept = g_base64_encode (digest, size);
  answer = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                            accept);
  send_all (client->fd, (guint8 *) answer, strlen (answer));
  send_all (client->fd, greeting->data, greeting->len);
  client->upgraded = TRUE;
  client->length = 0;
  return TRUE;
}

static void
join (Client *client, const char *subscription)
{
  static const char name[] = "\"channel\":\"";
  const char *start = strstr (subscription, name);
  g_autofree char *channel = NULL;

  if (start == NULL || client->room != NULL)
    return;
  start += strlen (name);
  channel = g_strndup (start, strcspn (start, "\""));
  client->room = g_hash_table_lookup (rooms, channel);
  if (client->room == NULL)
    {
      client->room = g_ptr_array_new ();
      g_hash_table_insert (rooms, g_steal_pointer (&channel), client->room);
    }
  g_ptr_array_add (client->room, client);
  send_all (client->fd, confirmation->data, confirmation->len);
}

/* What a whole masked frame says. Returns its size, 0 while it is not whole. */
static size_t
take_frame (Client *client, size_t at, size_t *n_events)
{
  guint8 *bytes = client->bytes + at;
  size_t length = client->length - at, head = 2, payload;
  char text[sizeof client->bytes];

  if (length < 4)
    return 0;
  payload = bytes[1] & 0x7f;
  if (payload == 126)
    {
      payload = bytes[2] << 8 | bytes[3];
      head = 4;
    }
  if (length < head + 4 + payload)
    return 0;
  for (size_t i = 0; i < payload; i++)
    text[i] = bytes[head + 4 + i] ^ bytes[head + i % 4];
  text[payload] = '\0';
  if (g_str_has_prefix (text, "{\"event\":\"client-"))
    *n_events += 1;
  else if (g_str_has_prefix (text, "{\"event\":\"pusher:subsc"))
    join (client, text);
  else if (g_str_has_prefix (text, "{\"event\":\"pusher:ping\""))
    send_all (client->fd, pong->data, pong->len);
  return head + 4 + payload;
}

static void
leave (Client *client)
{
  close (client->fd);
  if (client->room != NULL)
    g_ptr_array_remove_fast (client->room, client);
  g_free (client);
}

static void
serve (Client *client)
{
  ssize_t length = recv (client->fd, client->bytes + client->length,
                         sizeof client->bytes - client->length, 0);
  size_t done = 0, taken, n_events = 0;

  if (length < 0 && errno == EAGAIN)
    return;
  if (length <= 0)
    {
      leave (client);
      return;
    }
  client->length += length;
  if (!client->upgraded)
    {
      upgrade (client);
      return;
    }
  while ((taken = take_frame (client, done, &n_events)) > 0)
    {
      done += taken;
      if (n_events == BURST)
        {
          fan_out (client, n_events);
          n_events = 0;
        }
    }
  memmove (client->bytes, client->bytes + done, client->length - done);
  client->length -= done;
  fan_out (client, n_events);
}

static void
accept_all (int listener)
{
  int fd, yes = 1;

  while ((fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    {
      Client *client = g_new0 (Client, 1);
      struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

      client->fd = fd;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      epoll_ctl (epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void
stop (int signum)
{
  _exit (EXIT_SUCCESS);
}

static int
listen_on_loopback (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      listen (fd, SOMAXCONN) != 0 || getsockname (fd, (struct sockaddr *) &address, &size) != 0)
    g_error ("listen: %s", g_strerror (errno));
  g_print ("Serving on http://127.0.0.1:%d\n", ntohs (address.sin_port));
  return fd;
}

int
main (void)
{
  struct rlimit limit;
  struct epoll_event event = { .events = EPOLLIN }, ready[512];
  int listener = listen_on_loopback ();

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  signal (SIGTERM, stop);
  make_frames ();
  rooms = g_hash_table_new (g_str_hash, g_str_equal);
  epoll = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;)
    {
      int n = epoll_wait (epoll, ready, G_N_ELEMENTS (ready), -1);

      for (int i = 0; i < n; i++)
        {
          if (ready[i].data.ptr == NULL)
            accept_all (listener);
          else
            serve (ready[i].data.ptr);
        }
    }
}
