/* bench-churn.c: clients that come in pairs, speak to each other, and leave
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-frame.h"
#include "bench-pool.h"
#include "bench-run.h"

#define RESETS_EVERY 2 /* of so many pairs, one is half gone without a word */

/* Two connections, on a channel that nobody was on before. */
typedef struct
{
  char channel[32];
  unsigned int number;
  unsigned int n_joined;
  unsigned int n_heard;
  unsigned int n_ended;
} Pair;

typedef struct
{
  BenchPool pool;
  Pair *pairs;
  GQueue ended; /* (element-type Pair) */
  unsigned int n_pairs;
  uint64_t n_resets;
} Churn;

static Pair *
pair_of (BenchPool *pool, BenchConn *conn)
{
  Churn *churn = pool->data;

  return &churn->pairs[(conn - pool->conns) / 2];
}

static BenchConn *
first_of (Churn *churn, Pair *pair)
{
  return &churn->pool.conns[(pair - churn->pairs) * 2];
}

static void
pair_start (Churn *churn, Pair *pair)
{
  BenchConn *conn = first_of (churn, pair);

  *pair = (Pair){ .number = churn->n_pairs++ };
  g_snprintf (pair->channel, sizeof pair->channel, "private-churn-%u", pair->number);
  bench_conn_start (&churn->pool, &conn[0]);
  bench_conn_start (&churn->pool, &conn[1]);
}

static void
on_open (BenchPool *pool, BenchConn *conn)
{
  bench_conn_join (pool, conn, pair_of (pool, conn)->channel);
}

static void
on_joined (BenchPool *pool, BenchConn *conn)
{
  Churn *churn = pool->data;
  Pair *pair = pair_of (pool, conn);
  g_autoptr (GByteArray) frame = NULL;

  if (++pair->n_joined < 2)
    return;
  frame = bench_frames_of_event (pair->channel, 1);
  bench_send (first_of (churn, pair)[0].fd, frame->data, frame->len);
  bench_send (first_of (churn, pair)[1].fd, frame->data, frame->len);
}

static void
on_event (BenchPool *pool, BenchConn *conn)
{
  Churn *churn = pool->data;
  Pair *pair = pair_of (pool, conn);
  BenchConn *both = first_of (churn, pair);

  if (++pair->n_heard < 2)
    return;
  bench_conn_close (pool, &both[0]);
  if (pair->number % RESETS_EVERY != 0)
    {
      bench_conn_close (pool, &both[1]);
      return;
    }
  churn->n_resets++;
  bench_conn_reset (pool, &both[1]);
}

static void
on_ended (BenchPool *pool, BenchConn *conn)
{
  Churn *churn = pool->data;
  Pair *pair = pair_of (pool, conn);

  if (++pair->n_ended == 2)
    g_queue_push_tail (&churn->ended, pair);
}

/* @count connections, @n_conns at a time; every one is opened, subscribed, says something, hears
 * something, and is closed. */
void
bench_measure_churn (const BenchOptions *options)
{
  unsigned int n_slots = options->n_conns / 2, n_wanted = options->count / 2, n_done = 0;
  g_autofree Pair *pairs = g_new0 (Pair, n_slots);
  Churn churn = { .pairs = pairs, .ended = G_QUEUE_INIT };
  int64_t progress;
  Pair *pair;
  BenchRun run;

  bench_pool_init (&churn.pool, &options->app, n_slots * 2);
  churn.pool.on_open = on_open;
  churn.pool.on_joined = on_joined;
  churn.pool.on_event = on_event;
  churn.pool.on_ended = on_ended;
  churn.pool.data = &churn;
  bench_run_begin (&run, options);
  for (unsigned int i = 0; i < n_slots && churn.n_pairs < n_wanted; i++)
    pair_start (&churn, &pairs[i]);
  progress = run.start_us;
  while (n_done < n_wanted)
    {
      bench_pool_pump (&churn.pool, 100);
      for (; (pair = g_queue_pop_head (&churn.ended)) != NULL; n_done++)
        {
          progress = g_get_monotonic_time ();
          if (churn.n_pairs < n_wanted)
            pair_start (&churn, pair);
        }
      if (g_get_monotonic_time () > progress + BENCH_DEADLINE_US)
        bench_fail ("%u of %u pairs have left, and no more for a minute", n_done, n_wanted);
    }
  bench_run_end (&run);
  if (churn.pool.n_events != n_wanted * 2)
    bench_fail ("%" G_GUINT64_FORMAT " events arrived", churn.pool.n_events);
  g_print ("{\"connections\":%u,\"resets\":%" G_GUINT64_FORMAT ",\"events\":%" G_GUINT64_FORMAT
           ",\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n",
           n_wanted * 2, churn.n_resets, churn.pool.n_events, n_wanted * 2 / run.wall_s,
           n_wanted * 2 / run.busy_s);
  bench_pool_clear (&churn.pool);
}
