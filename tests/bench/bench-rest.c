/* bench-rest.c: signed events over HTTP to a channel that nobody is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench-frame.h"
#include "bench-run.h"

#define N_REQUESTS 16384

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
static GBytes *
make_request (const BenchApp *app, int number)
{
  g_autofree char *body =
    g_strdup_printf ("{\"name\":\"bench\",\"channel\":\"nobody\",\"data\":\"{\\\"n\\\":%d}\"}",
                     number);
  g_autofree char *target = bench_app_sign_event (app, body);
  char *request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: %s:%d\r\n"
                                   "Content-Type: application/json\r\n"
                                   "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                                   target, app->host, app->port, strlen (body), body);

  return g_bytes_new_take (request, strlen (request));
}

/* They are signed before anything is measured: the server shall be the one that is busy. */
static GPtrArray *
make_requests (const BenchOptions *options)
{
  int n = options->count > 0 ? MIN (options->count, N_REQUESTS) : N_REQUESTS;
  GPtrArray *requests = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (requests, make_request (&options->app, i));
  return requests;
}

/* When all were sent the first one comes again. */
static void
rest_send (RestConn *conn, GPtrArray *requests, uint64_t number)
{
  GBytes *request = g_ptr_array_index (requests, number % requests->len);

  conn->length = 0;
  bench_send (conn->fd, g_bytes_get_data (request, NULL), g_bytes_get_size (request));
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

/* Kept connections, each with one request on its way: HTTP, the signature, and the look for
 * subscribers. */
void
bench_measure_rest (const BenchOptions *options)
{
  unsigned int n_conns = options->n_conns;
  g_autoptr (GPtrArray) requests = make_requests (options);
  g_autofree RestConn *conns = g_new0 (RestConn, n_conns);
  g_autofree struct pollfd *ready = g_new0 (struct pollfd, n_conns);
  uint64_t n_sent = 0, n_accepted = 0;
  BenchRun run;

  for (unsigned int i = 0; i < n_conns; i++)
    {
      conns[i].fd = rest_connect (&options->app);
      ready[i] = (struct pollfd){ .fd = conns[i].fd, .events = POLLIN };
    }
  bench_run_begin (&run, options);
  for (unsigned int i = 0; i < n_conns && bench_run_wants (&run, n_sent); i++)
    rest_send (&conns[i], requests, n_sent++);
  while (n_accepted < n_sent)
    {
      if (poll (ready, n_conns, BENCH_DEADLINE_US / 1000) <= 0)
        bench_fail ("no answer for a minute");
      for (unsigned int i = 0; i < n_conns; i++)
        {
          if (ready[i].revents == 0 || !rest_read (&conns[i]))
            continue;
          n_accepted++;
          if (bench_run_wants (&run, n_sent))
            rest_send (&conns[i], requests, n_sent++);
        }
    }
  bench_run_end (&run);
  for (unsigned int i = 0; i < n_conns; i++)
    close (conns[i].fd);
  g_print ("{\"events\":%" G_GUINT64_FORMAT ",\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n",
           n_accepted, n_accepted / run.wall_s, n_accepted / run.busy_s);
}
