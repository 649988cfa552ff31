/* bench-rest.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define _GNU_SOURCE

#include "bench-rest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench-pool.h"

typedef struct
{
  int fd;
  char answer[2048];
  size_t length;
} RestConn;

static int
rest_connect (const BenchApp *app)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (app->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int yes = 1;

  inet_pton (AF_INET, app->host, &address.sin_addr);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    bench_fail ("connect: %s", g_strerror (errno));
  return fd;
}

/* Every event says something else, so that every one has a signature of its own. */
static void
rest_send (const BenchApp *app, RestConn *conn, uint64_t number)
{
  g_autofree char *body = g_strdup_printf (
    "{\"name\":\"bench\",\"channel\":\"nobody\",\"data\":\"{\\\"n\\\":%" G_GUINT64_FORMAT "}\"}",
    number);
  g_autofree char *target = bench_app_sign_event (app, body);
  g_autofree char *request =
    g_strdup_printf ("POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\n"
                     "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                     target, app->host, app->port, strlen (body), body);

  conn->length = 0;
  bench_send (conn->fd, request, strlen (request));
}

/* Whether the answer is here in whole; one that is not 200 ends the run. */
static gboolean
rest_answered (RestConn *conn)
{
  const char *end, *length;

  conn->answer[conn->length] = '\0';
  end = strstr (conn->answer, "\r\n\r\n");
  if (end == NULL)
    return FALSE;
  length = strcasestr (conn->answer, "\r\nContent-Length:");
  if (!g_str_has_prefix (conn->answer, "HTTP/1.1 200 ") || length == NULL || length > end)
    bench_fail ("not published: %s", conn->answer);
  return (size_t) (conn->answer + conn->length - (end + 4)) >=
         g_ascii_strtoull (length + strlen ("\r\nContent-Length:"), NULL, 10);
}

static gboolean
rest_read (RestConn *conn)
{
  ssize_t length = recv (conn->fd, conn->answer + conn->length,
                         sizeof conn->answer - 1 - conn->length, 0);

  if (length <= 0)
    bench_fail ("the connection ended before the answer did");
  conn->length += length;
  return rest_answered (conn);
}

/* Publishes for @duration_us on @n_conns kept connections. Returns how many events were accepted.
 */
uint64_t
bench_rest_run (const BenchApp *app, unsigned int n_conns, int64_t duration_us)
{
  g_autofree RestConn *conns = g_new0 (RestConn, n_conns);
  g_autofree struct pollfd *ready = g_new0 (struct pollfd, n_conns);
  int64_t end = g_get_monotonic_time () + duration_us;
  uint64_t n_sent = 0, n_accepted = 0;

  for (unsigned int i = 0; i < n_conns; i++)
    {
      conns[i].fd = rest_connect (app);
      ready[i] = (struct pollfd){ .fd = conns[i].fd, .events = POLLIN };
      rest_send (app, &conns[i], n_sent++);
    }
  while (n_accepted < n_sent)
    {
      if (poll (ready, n_conns, BENCH_DEADLINE_US / 1000) <= 0)
        bench_fail ("no answer for a minute");
      for (unsigned int i = 0; i < n_conns; i++)
        {
          if (ready[i].revents == 0 || !rest_read (&conns[i]))
            continue;
          n_accepted++;
          if (g_get_monotonic_time () < end)
            rest_send (app, &conns[i], n_sent++);
        }
    }
  for (unsigned int i = 0; i < n_conns; i++)
    close (conns[i].fd);
  return n_accepted;
}
