/* bench-pool.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define _GNU_SOURCE

#include "bench-pool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench-frame.h"
#include "bench-process.h"

#define EVENTS_PER_TURN 512
#define READ_SIZE       (256 * 1024)
#define N_SOURCES       8
#define SETTLES_US      (20 * G_USEC_PER_SEC)

#define PONG "{\"event\":\"pusher:pong\"}"

void
bench_pool_init (BenchPool *pool, const BenchApp *app, unsigned int n_conns)
{
  *pool = (BenchPool){
    .app = app,
    .address = { .sin_family = AF_INET, .sin_port = htons (app->port) },
    .epoll = epoll_create1 (EPOLL_CLOEXEC),
    .conns = g_new0 (BenchConn, n_conns),
    .n_conns = n_conns,
  };
  if (inet_pton (AF_INET, app->host, &pool->address.sin_addr) != 1)
    bench_fail ("%s is no IPv4 address", app->host);
}

static void
reset (int fd)
{
  struct linger at_once = { .l_onoff = 1 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close (fd);
}

/* Closes with a reset: thousands of ports in TIME_WAIT would be missing in the next measurement. */
void
bench_pool_clear (BenchPool *pool)
{
  for (unsigned int i = 0; i < pool->n_conns; i++)
    {
      if (pool->conns[i].state != BENCH_CONN_UNUSED && pool->conns[i].state != BENCH_CONN_ENDED)
        reset (pool->conns[i].fd);
      g_clear_pointer (&pool->conns[i].rest, g_byte_array_unref);
    }
  close (pool->epoll);
  g_free (pool->conns);
}

/* Clients have addresses of their own, and one address has not ports enough for all. */
static void
bind_source (int fd, unsigned int number)
{
  struct sockaddr_in source = {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK + 1 + number % N_SOURCES),
  };
  int yes = 1;

  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  if (bind (fd, (struct sockaddr *) &source, sizeof source) != 0)
    bench_fail ("bind: %s", g_strerror (errno));
}

/* @conn is new, or has ended. */
void
bench_conn_start (BenchPool *pool, BenchConn *conn)
{
  struct epoll_event event = { .events = EPOLLOUT, .data.ptr = conn };
  int yes = 1;

  g_clear_pointer (&conn->rest, g_byte_array_unref);
  conn->state = BENCH_CONN_CONNECTING;
  conn->fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (conn->fd < 0)
    bench_fail ("socket: %s", g_strerror (errno));
  bind_source (conn->fd, conn - pool->conns);
  setsockopt (conn->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect (conn->fd, (struct sockaddr *) &pool->address, sizeof pool->address) != 0 &&
      errno != EINPROGRESS)
    bench_fail ("connect: %s", g_strerror (errno));
  epoll_ctl (pool->epoll, EPOLL_CTL_ADD, conn->fd, &event);
  pool->n_started++;
}

static void
conn_upgrade (BenchPool *pool, BenchConn *conn)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = conn };
  g_autofree char *request =
    g_strdup_printf ("GET /app/%s?protocol=7&client=js&version=8.6.0&flash=false HTTP/1.1\r\n"
                     "Host: %s:%d\r\n"
                     "Connection: Upgrade\r\n"
                     "Upgrade: websocket\r\n"
                     "Origin: http://localhost\r\n"
                     "Sec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n\r\n",
                     pool->app->key, pool->app->host, pool->app->port);

  bench_send (conn->fd, request, strlen (request));
  conn->state = BENCH_CONN_UPGRADING;
  epoll_ctl (pool->epoll, EPOLL_CTL_MOD, conn->fd, &event);
}

static gboolean
starts_with (const char *text, size_t length, const char *start)
{
  return length >= strlen (start) && memcmp (text, start, strlen (start)) == 0;
}

static void
call (BenchPool *pool, BenchConnFunc func, BenchConn *conn)
{
  if (func != NULL)
    func (pool, conn);
}

static void
conn_greeted (BenchPool *pool, BenchConn *conn, const char *text, size_t length)
{
  static const char before[] = "socket_id\\\":\\\"";
  const char *id = memmem (text, length, before, strlen (before));
  const char *end;

  if (id == NULL)
    bench_fail ("not established: %.*s", (int) length, text);
  id += strlen (before);
  end = memchr (id, '\\', length - (id - text));
  if (end == NULL || (size_t) (end - id) >= sizeof conn->socket_id)
    bench_fail ("no socket id: %.*s", (int) length, text);
  memcpy (conn->socket_id, id, end - id);
  conn->socket_id[end - id] = '\0';
  conn->state = BENCH_CONN_OPEN;
  pool->n_open++;
  call (pool, pool->on_open, conn);
}

static void
conn_text (BenchPool *pool, BenchConn *conn, const char *text, size_t length)
{
  if (starts_with (text, length, "{\"event\":\"pusher:error\""))
    bench_fail ("refused: %.*s", (int) length, text);
  if (conn->state == BENCH_CONN_GREETED)
    {
      conn_greeted (pool, conn, text, length);
    }
  else if (starts_with (text, length, "{\"event\":\"pusher_internal:subscription_succeeded\""))
    {
      conn->state = BENCH_CONN_JOINED;
      pool->n_joined++;
      call (pool, pool->on_joined, conn);
    }
  else if (starts_with (text, length, "{\"event\":\"client-"))
    {
      pool->n_events++;
      call (pool, pool->on_event, conn);
    }
  else if (starts_with (text, length, "{\"event\":\"pusher:pong\""))
    {
      pool->n_pongs++;
    }
  else if (starts_with (text, length, "{\"event\":\"pusher:ping\""))
    {
      pool->n_pings++;
      bench_send_frame (conn->fd, BENCH_FRAME_TEXT, PONG);
    }
}

/* The answer to the upgrade. Returns how many bytes it took, 0 while it is not whole. */
static size_t
conn_head (BenchConn *conn, const char *bytes, size_t length)
{
  const char *end = memmem (bytes, length, "\r\n\r\n", 4);

  if (end == NULL)
    return 0;
  if (!starts_with (bytes, length, "HTTP/1.1 101 "))
    bench_fail ("no upgrade: %.*s", (int) (end - bytes), bytes);
  conn->state = BENCH_CONN_GREETED;
  return end + 4 - bytes;
}

/* One frame of the server. Returns how many bytes it took, 0 while it is not whole. */
static size_t
conn_frame (BenchPool *pool, BenchConn *conn, const guint8 *bytes, size_t length)
{
  size_t head = 2, payload;

  if (length < 2)
    return 0;
  payload = bytes[1] & 0x7f;
  head += payload == 126 ? 2 : payload == 127 ? 8 : 0;
  if (length < head)
    return 0;
  if (payload >= 126)
    {
      payload = 0;
      for (size_t i = 2; i < head; i++)
        payload = payload << 8 | bytes[i];
    }
  if (length - head < payload)
    return 0;
  if (bytes[0] == BENCH_FRAME_CLOSE && conn->state != BENCH_CONN_CLOSING)
    bench_fail ("closed by the server");
  if (bytes[0] == BENCH_FRAME_TEXT)
    conn_text (pool, conn, (const char *) bytes + head, payload);
  return head + payload;
}

/* Returns how many of @bytes were whole and are done with. */
static size_t
conn_consume (BenchPool *pool, BenchConn *conn, const guint8 *bytes, size_t length)
{
  size_t done = 0, taken;

  do
    {
      if (conn->state == BENCH_CONN_UPGRADING)
        taken = conn_head (conn, (const char *) bytes + done, length - done);
      else
        taken = conn_frame (pool, conn, bytes + done, length - done);
      done += taken;
    }
  while (taken > 0 && conn->state != BENCH_CONN_ENDED);
  return done;
}

static void
conn_end (BenchPool *pool, BenchConn *conn)
{
  conn->state = BENCH_CONN_ENDED;
  call (pool, pool->on_ended, conn);
}

/* Says that it leaves, and waits for the server to close. */
void
bench_conn_close (BenchPool *pool, BenchConn *conn)
{
  static const char normal[] = { 0x03, (char) 0xe8, '\0' };

  conn->state = BENCH_CONN_CLOSING;
  bench_send_frame (conn->fd, BENCH_FRAME_CLOSE, normal);
}

/* Is gone without a word. */
void
bench_conn_reset (BenchPool *pool, BenchConn *conn)
{
  reset (conn->fd);
  conn_end (pool, conn);
}

static void
conn_read (BenchPool *pool, BenchConn *conn)
{
  static guint8 buffer[READ_SIZE];
  ssize_t length = recv (conn->fd, buffer, sizeof buffer, 0);
  size_t done;

  if (length < 0 && errno == EAGAIN)
    return;
  if (length == 0 && conn->state == BENCH_CONN_CLOSING)
    {
      close (conn->fd);
      conn_end (pool, conn);
      return;
    }
  if (length <= 0)
    bench_fail ("a connection ended: %s", length < 0 ? g_strerror (errno) : "end of stream");
  if (conn->rest == NULL)
    {
      done = conn_consume (pool, conn, buffer, length);
      if (done < (size_t) length)
        {
          conn->rest = g_byte_array_new ();
          g_byte_array_append (conn->rest, buffer + done, length - done);
        }
      return;
    }
  g_byte_array_append (conn->rest, buffer, length);
  done = conn_consume (pool, conn, conn->rest->data, conn->rest->len);
  g_byte_array_remove_range (conn->rest, 0, done);
  if (conn->rest->len == 0)
    g_clear_pointer (&conn->rest, g_byte_array_unref);
}

/* One turn of the loop. */
void
bench_pool_pump (BenchPool *pool, int timeout_ms)
{
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait (pool->epoll, events, G_N_ELEMENTS (events), timeout_ms);

  for (int i = 0; i < n; i++)
    {
      BenchConn *conn = events[i].data.ptr;

      /* It was ended by what another one of this turn brought. */
      if (conn->state == BENCH_CONN_ENDED)
        continue;
      if (conn->state == BENCH_CONN_CONNECTING && (events[i].events & (EPOLLERR | EPOLLHUP)))
        bench_fail ("a connection was refused");
      if (conn->state == BENCH_CONN_CONNECTING)
        conn_upgrade (pool, conn);
      else
        conn_read (pool, conn);
    }
}

/* Turns the loop until @counter has reached @target, for a minute at most. */
void
bench_pool_wait (BenchPool *pool, const uint64_t *counter, uint64_t target, const char *what)
{
  int64_t end = g_get_monotonic_time () + BENCH_DEADLINE_US;

  while (*counter < target)
    {
      bench_pool_pump (pool, 100);
      if (g_get_monotonic_time () > end)
        bench_fail ("%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, what, *counter, target);
    }
}

/* Turns the loop until the memory of the server has not changed for @still_s, 20 seconds at most.
 */
void
bench_pool_settle (BenchPool *pool, GPid pid, double still_s)
{
  int64_t still_us = still_s * G_USEC_PER_SEC, now = g_get_monotonic_time ();
  int64_t end = now + SETTLES_US, changed_at = now;
  BenchMemory last, memory;

  bench_process_get_memory (pid, &last);
  while (now < end && now - changed_at < still_us)
    {
      bench_pool_pump (pool, 100);
      bench_process_get_memory (pid, &memory);
      now = g_get_monotonic_time ();
      if (memory.rss_bytes != last.rss_bytes)
        changed_at = now;
      last = memory;
    }
}

/* Opens all connections, at most @window of them on their way at a time. */
void
bench_pool_open (BenchPool *pool, unsigned int window)
{
  int64_t end = g_get_monotonic_time () + BENCH_DEADLINE_US;

  while (pool->n_open < pool->n_conns)
    {
      while (pool->n_started < pool->n_conns && pool->n_started - pool->n_open < window)
        bench_conn_start (pool, &pool->conns[pool->n_started]);
      bench_pool_pump (pool, 100);
      if (g_get_monotonic_time () > end)
        bench_fail ("opened %" G_GUINT64_FORMAT " of %u", pool->n_open, pool->n_conns);
    }
}

void
bench_conn_join (BenchPool *pool, BenchConn *conn, const char *channel)
{
  g_autofree char *auth = bench_app_sign_channel (pool->app, conn->socket_id, channel);
  g_autofree char *text = g_strdup_printf (
    "{\"event\":\"pusher:subscribe\",\"data\":{\"auth\":\"%s\",\"channel\":\"%s\"}}", auth,
    channel);

  bench_send_frame (conn->fd, BENCH_FRAME_TEXT, text);
}

/* Subscribes all connections to @channel. */
void
bench_pool_join (BenchPool *pool, const char *channel)
{
  for (unsigned int i = 0; i < pool->n_conns; i++)
    {
      bench_conn_join (pool, &pool->conns[i], channel);
      bench_pool_pump (pool, 0);
    }
  bench_pool_wait (pool, &pool->n_joined, pool->n_conns, "subscriptions");
}

/* All of it: @n_conns connections, subscribed to @channel. */
void
bench_pool_open_on (BenchPool *pool,
                    const BenchOptions *options,
                    unsigned int n_conns,
                    const char *channel)
{
  bench_pool_init (pool, &options->app, n_conns);
  bench_pool_open (pool, options->window);
  bench_pool_join (pool, channel);
}
