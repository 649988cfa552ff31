/* bench-fan-out.c: one of many speaks, all others hear
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define _GNU_SOURCE

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "bench-frame.h"
#include "bench-pool.h"
#include "bench-run.h"

#define CHANNEL   "private-bench"
#define PING      "{\"event\":\"pusher:ping\",\"data\":{}}"
#define NS_PER_US 1000
#define US_PER_S  G_USEC_PER_SEC

/* Rounds of some messages, each awaited: when the last delivery was there, the next one begins. */
void
bench_measure_fan_out (const BenchOptions *options)
{
  g_autoptr (GByteArray) frames = bench_frames_of_event (CHANNEL, options->n_messages);
  g_autoptr (GArray) rounds = g_array_new (FALSE, FALSE, sizeof (int64_t));
  uint64_t per_round = (uint64_t) options->n_conns * options->n_messages, expected = 0;
  BenchPool pool;
  BenchRun run;

  bench_pool_open_on (&pool, options, options->n_conns + 1, CHANNEL);
  bench_run_begin (&run, options);
  do
    {
      int64_t start = g_get_monotonic_time (), took;

      bench_send (pool.conns[0].fd, frames->data, frames->len);
      expected += per_round;
      bench_pool_wait (&pool, &pool.n_events, expected, "deliveries");
      took = g_get_monotonic_time () - start;
      g_array_append_val (rounds, took);
    }
  while (bench_run_wants (&run, rounds->len));
  bench_run_end (&run);
  if (pool.n_events != expected)
    bench_fail ("more was delivered than was sent");
  g_print ("{\"subscribers\":%d,\"messages\":%d,\"rounds\":%u,\"deliveries\":%" G_GUINT64_FORMAT
           ",\"last_ms\":%.3f,\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n",
           options->n_conns, options->n_messages, rounds->len, expected,
           bench_quantile (rounds, 0.5) / 1000.0, expected / run.wall_s, expected / run.busy_s);
  bench_pool_clear (&pool);
}

static int64_t
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

/* When the kernel received what there is to read, or 0. This process is busy with deliveries and
 * would only notice later. */
static int64_t
take_pong (int fd)
{
  char bytes[512], control[256];
  struct iovec into = { .iov_base = bytes, .iov_len = sizeof bytes };
  struct msghdr message = {
    .msg_iov = &into,
    .msg_iovlen = 1,
    .msg_control = control,
    .msg_controllen = sizeof control,
  };
  ssize_t length = recvmsg (fd, &message, MSG_DONTWAIT);
  struct cmsghdr *header;
  struct timespec came;

  if (length < 0 && errno == EAGAIN)
    return 0;
  if (length <= 0 || memmem (bytes, length, "\"pusher:pong\"", strlen ("\"pusher:pong\"")) == NULL)
    bench_fail ("a ping was not answered with a pong");
  header = CMSG_FIRSTHDR (&message);
  if (header == NULL || header->cmsg_type != SCM_TIMESTAMPNS)
    bench_fail ("the kernel does not say when a pong came");
  memcpy (&came, CMSG_DATA (header), sizeof came);
  return came.tv_sec * US_PER_S + came.tv_nsec / NS_PER_US;
}

/* Pings of one client, while all others have the next broadcast coming before the last one is
 * through. */
void
bench_measure_storm (const BenchOptions *options)
{
  g_autoptr (GByteArray) frames = bench_frames_of_event (CHANNEL, 1);
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (int64_t));
  uint64_t n_subscribers = options->n_conns, n_sent = 0;
  int64_t pinged_at = 0, came_at, took, end;
  BenchPool pool, other;
  BenchRun run;
  int yes = 1, fd;

  bench_pool_open_on (&pool, options, n_subscribers + 1, CHANNEL);
  bench_pool_init (&other, &options->app, 1);
  bench_pool_open (&other, 1);
  fd = other.conns[0].fd;
  setsockopt (fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
  bench_run_begin (&run, options);
  end = run.start_us + BENCH_DEADLINE_US;
  while (bench_run_wants (&run, samples->len) || pinged_at != 0)
    {
      for (; n_sent < 2 + pool.n_events / n_subscribers; n_sent++)
        bench_send (pool.conns[0].fd, frames->data, frames->len);
      if (pinged_at == 0)
        {
          pinged_at = now_us ();
          bench_send_frame (fd, BENCH_FRAME_TEXT, PING);
        }
      bench_pool_pump (&pool, 1);
      came_at = take_pong (fd);
      if (came_at != 0)
        {
          took = came_at - pinged_at;
          g_array_append_val (samples, took);
          pinged_at = 0;
        }
      if (g_get_monotonic_time () > end)
        bench_fail ("%u pongs within a minute", samples->len);
    }
  bench_run_end (&run);
  bench_pool_wait (&pool, &pool.n_events, n_sent * n_subscribers, "deliveries");
  g_print ("{\"subscribers\":%d,\"broadcasts\":%" G_GUINT64_FORMAT
           ",\"pings\":%u,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n",
           options->n_conns, n_sent, samples->len, bench_quantile (samples, 0.5) / 1000.0,
           bench_quantile (samples, 0.99) / 1000.0);
  bench_pool_clear (&other);
  bench_pool_clear (&pool);
}
