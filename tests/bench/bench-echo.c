/* bench-echo.c: messages from one member to the only other one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-frame.h"
#include "bench-pool.h"
#include "bench-run.h"

#define CHANNEL      "private-bench"
#define IDLE_CHANNEL "private-idle"
#define WARM_UP_S    0.25
#define N_STRETCHES  20

typedef struct
{
  BenchPool pool;
  GByteArray *frame;
  GArray *samples; /* (element-type int64_t) µs */
  int64_t sent_at;
  BenchRun run;
  uint64_t finished;
} Echo;

static void
echo_send (Echo *echo)
{
  echo->sent_at = g_get_monotonic_time ();
  bench_send (echo->pool.conns[0].fd, echo->frame->data, echo->frame->len);
}

static void
echo_heard (BenchPool *pool, BenchConn *conn)
{
  Echo *echo = pool->data;
  int64_t took = g_get_monotonic_time () - echo->sent_at;

  g_array_append_val (echo->samples, took);
  if (bench_run_wants (&echo->run, echo->samples->len))
    echo_send (echo);
  else
    echo->finished = 1;
}

static void
echo_open (Echo *echo, const BenchOptions *options)
{
  *echo = (Echo){
    .frame = bench_frames_of_event (CHANNEL, 1),
    .samples = g_array_new (FALSE, FALSE, sizeof (int64_t)),
  };
  bench_pool_open_on (&echo->pool, options, 2, CHANNEL);
  echo->pool.on_event = echo_heard;
  echo->pool.data = echo;
}

static void
echo_clear (Echo *echo)
{
  bench_pool_clear (&echo->pool);
  g_array_unref (echo->samples);
  g_byte_array_unref (echo->frame);
}

/* One message is on its way at a time, for @seconds. */
static void
echo_run (Echo *echo, const BenchOptions *options, double seconds)
{
  BenchOptions stretch = *options;

  stretch.seconds = seconds;
  g_array_set_size (echo->samples, 0);
  echo->finished = 0;
  bench_run_begin (&echo->run, &stretch);
  echo_send (echo);
  bench_pool_wait (&echo->pool, &echo->finished, 1, "echoes");
  bench_run_end (&echo->run);
}

/* How long it takes. */
void
bench_measure_echo (const BenchOptions *options)
{
  Echo echo;

  echo_open (&echo, options);
  echo_run (&echo, options, WARM_UP_S);
  echo_run (&echo, options, options->seconds);
  g_print ("{\"messages\":%u,\"p50_us\":%" G_GINT64_FORMAT ",\"p99_us\":%" G_GINT64_FORMAT "}\n",
           echo.samples->len, bench_quantile (echo.samples, 0.5),
           bench_quantile (echo.samples, 0.99));
  echo_clear (&echo);
}

/* CPU time of the server for one message: the least of some stretches, for what other processes do
 * to its caches can only add to it. */
static double
echo_cost_us (Echo *echo, const BenchOptions *options)
{
  double least = G_MAXDOUBLE;

  echo_run (echo, options, WARM_UP_S);
  for (int i = 0; i < N_STRETCHES; i++)
    {
      echo_run (echo, options, options->seconds / N_STRETCHES);
      least = MIN (least, echo->run.busy_s * 1e6 / echo->samples->len);
    }
  return least;
}

/* What a turn of the server's loop costs more when others are connected and say nothing. */
void
bench_measure_turn (const BenchOptions *options)
{
  double alone, among_others;
  BenchPool others;
  Echo echo;

  echo_open (&echo, options);
  alone = echo_cost_us (&echo, options);
  bench_pool_open_on (&others, options, options->n_conns, IDLE_CHANNEL);
  bench_pool_settle (&others, options->pid, options->still_s);
  among_others = echo_cost_us (&echo, options);
  g_print ("{\"idle\":%d,\"alone_us\":%.3f,\"among_others_us\":%.3f,\"extra_us\":%.3f}\n",
           options->n_conns, alone, among_others, among_others - alone);
  bench_pool_clear (&others);
  echo_clear (&echo);
}

typedef struct
{
  BenchRun run;
  GPtrArray *frames; /* (element-type GByteArray): one for each pair */
  uint64_t n_sent;
} Pairs;

static void
pairs_speak (BenchPool *pool, BenchConn *conn)
{
  Pairs *pairs = pool->data;
  GByteArray *frame = g_ptr_array_index (pairs->frames, (conn - pool->conns) / 2);

  if (!bench_run_wants (&pairs->run, pairs->n_sent))
    return;
  pairs->n_sent++;
  bench_send (conn->fd, frame->data, frame->len);
}

/* Many pairs at once, each with one message on its way: whoever hears it answers. */
void
bench_measure_incoming (const BenchOptions *options)
{
  g_autoptr (GPtrArray)
    frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  Pairs pairs = { .frames = frames };
  BenchPool pool;

  bench_pool_init (&pool, &options->app, options->n_conns / 2 * 2);
  bench_pool_open (&pool, options->window);
  for (unsigned int i = 0; i < pool.n_conns; i += 2)
    {
      g_autofree char *channel = g_strdup_printf ("private-pair-%u", i / 2);

      bench_conn_join (&pool, &pool.conns[i], channel);
      bench_conn_join (&pool, &pool.conns[i + 1], channel);
      g_ptr_array_add (frames, bench_frames_of_event (channel, 1));
    }
  bench_pool_wait (&pool, &pool.n_joined, pool.n_conns, "subscriptions");
  pool.on_event = pairs_speak;
  pool.data = &pairs;
  bench_run_begin (&pairs.run, options);
  for (unsigned int i = 0; i < pool.n_conns; i += 2)
    pairs_speak (&pool, &pool.conns[i]);
  while (pool.n_events < pairs.n_sent)
    bench_pool_wait (&pool, &pool.n_events, pairs.n_sent, "messages");
  bench_run_end (&pairs.run);
  g_print ("{\"pairs\":%u,\"messages\":%" G_GUINT64_FORMAT
           ",\"per_second\":%.0f,\"cpu_us_per_message\":%.3f}\n",
           pool.n_conns / 2, pairs.n_sent, pairs.n_sent / pairs.run.wall_s,
           pairs.run.busy_s * 1e6 / pairs.n_sent);
  bench_pool_clear (&pool);
}
