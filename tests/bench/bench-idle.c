/* bench-idle.c: connections that come, and then say nothing
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-frame.h"
#include "bench-pool.h"
#include "bench-process.h"
#include "bench-run.h"

#define CHANNEL "private-bench"
#define PING    "{\"event\":\"pusher:ping\",\"data\":{}}"

/* Connections a second, each up to its connection_established. */
void
bench_measure_accept (const BenchOptions *options)
{
  BenchPool pool;
  BenchRun run;

  bench_pool_init (&pool, &options->app, options->n_conns);
  bench_run_begin (&run, options);
  bench_pool_open (&pool, options->window);
  bench_run_end (&run);
  g_print ("{\"connections\":%d,\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n", options->n_conns,
           options->n_conns / run.wall_s, options->n_conns / run.busy_s);
  bench_pool_clear (&pool);
}

static void
print_memory (const BenchOptions *options, const char *when, const BenchMemory *before)
{
  BenchMemory now;

  bench_process_get_memory (options->pid, &now);
  g_print (",\"%s_rss_bytes\":%.0f,\"%s_anonymous_bytes\":%.0f", when,
           ((double) now.rss_bytes - before->rss_bytes) / options->n_conns, when,
           ((double) now.anonymous_bytes - before->anonymous_bytes) / options->n_conns);
}

/* Bytes of memory that a subscribed connection costs: when it has had the time to fall asleep, just
 * after it has sent something, and asleep again. */
void
bench_measure_idle_memory (const BenchOptions *options)
{
  BenchMemory before;
  BenchPool pool;

  bench_process_get_memory (options->pid, &before);
  bench_pool_open_on (&pool, options, options->n_conns, CHANNEL);
  bench_pool_settle (&pool, options->pid, options->still_s);
  g_print ("{\"connections\":%d", options->n_conns);
  print_memory (options, "asleep", &before);
  for (unsigned int i = 0; i < pool.n_conns; i++)
    {
      bench_send_frame (pool.conns[i].fd, BENCH_FRAME_TEXT, PING);
      bench_pool_pump (&pool, 0);
    }
  bench_pool_wait (&pool, &pool.n_pongs, pool.n_conns, "pongs");
  print_memory (options, "awake", &before);
  bench_pool_settle (&pool, options->pid, options->nap_s);
  print_memory (options, "again", &before);
  g_print ("}\n");
  bench_pool_clear (&pool);
}

/* CPU time of the server while all clients are silent, but for the answers to its pings. */
void
bench_measure_idle_cpu (const BenchOptions *options)
{
  BenchPool pool;
  BenchRun run;

  bench_pool_open_on (&pool, options, options->n_conns, CHANNEL);
  bench_pool_settle (&pool, options->pid, options->still_s);
  bench_run_begin (&run, options);
  while (g_get_monotonic_time () < run.end_us)
    bench_pool_pump (&pool, 100);
  bench_run_end (&run);
  g_print ("{\"connections\":%d,\"seconds\":%.1f,\"pings\":%" G_GUINT64_FORMAT
           ",\"cpu_percent\":%.4f}\n",
           options->n_conns, run.wall_s, pool.n_pings, run.busy_s / run.wall_s * 100);
  bench_pool_clear (&pool);
}
