/* bench.c: takes one measurement of a running server and prints it as one line of JSON
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench-pool.h"
#include "bench-process.h"
#include "bench-rest.h"

#define CHANNEL      "private-bench"
#define MAX_SAMPLES  200000
#define WARM_UP_US   (G_USEC_PER_SEC / 4)
#define PAYLOAD_SIZE 100
#define REST_CONNS   4

static BenchApp app = { .host = "127.0.0.1", .id = "bench", .key = "bench", .secret = "bench" };
static int pid;
static int n_conns = 1000;
static int n_messages = 1;
static int window = 100;
static double seconds = 2;

static const GOptionEntry options[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &app.port, "Port of the server", "N" },
  { "pid", 0, 0, G_OPTION_ARG_INT, &pid, "Process of the server, for its CPU time and memory",
    "PID" },
  { "app-id", 0, 0, G_OPTION_ARG_STRING, &app.id, "Application", "ID" },
  { "key", 0, 0, G_OPTION_ARG_STRING, &app.key, "Its key", "KEY" },
  { "secret", 0, 0, G_OPTION_ARG_STRING, &app.secret, "Its secret", "SECRET" },
  { "connections", 'n', 0, G_OPTION_ARG_INT, &n_conns, "Connections, or subscribers", "N" },
  { "messages", 'm', 0, G_OPTION_ARG_INT, &n_messages, "Messages in a round of fan-out", "N" },
  { "window", 'w', 0, G_OPTION_ARG_INT, &window, "Connections being opened at a time", "N" },
  { "seconds", 's', 0, G_OPTION_ARG_DOUBLE, &seconds, "How long to measure", "S" },
  { NULL },
};

static double
elapsed_s (int64_t since)
{
  return (g_get_monotonic_time () - since) / (double) G_USEC_PER_SEC;
}

static double
cpu_s (uint64_t since_ns)
{
  return (bench_process_get_cpu_ns (pid) - since_ns) / 1e9;
}

/* Connections a second, each up to its connection_established. */
static void
measure_accept (void)
{
  BenchPool pool;
  uint64_t cpu = bench_process_get_cpu_ns (pid);
  int64_t start = g_get_monotonic_time ();
  double wall, busy;

  bench_pool_init (&pool, &app, CHANNEL, n_conns);
  bench_pool_open (&pool, window);
  wall = elapsed_s (start);
  busy = cpu_s (cpu);
  g_print ("{\"connections\":%d,\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n", n_conns,
           n_conns / wall, n_conns / busy);
  bench_pool_clear (&pool);
}

/* Bytes of memory that a subscribed connection costs while nothing happens. */
static void
measure_idle (void)
{
  BenchPool pool;
  uint64_t before = bench_process_get_rss_bytes (pid);

  bench_pool_init (&pool, &app, CHANNEL, n_conns);
  bench_pool_open (&pool, window);
  bench_pool_join (&pool);
  g_print ("{\"connections\":%d,\"rss_bytes_per_connection\":%.0f}\n", n_conns,
           ((double) bench_process_get_rss_bytes (pid) - before) / n_conns);
  bench_pool_clear (&pool);
}

static GByteArray *
client_event (int count)
{
  GByteArray *frames = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (PAYLOAD_SIZE, 'x');
  g_autofree char *text = g_strdup_printf ("{\"event\":\"client-bench\",\"channel\":\"" CHANNEL
                                           "\",\"data\":{\"x\":\"%s\"}}",
                                           payload);

  for (int i = 0; i < count; i++)
    bench_frame_append (frames, text);
  return frames;
}

/* One of many speaks, all others hear: rounds of some messages, each round awaited. */
static void
measure_fan_out (void)
{
  g_autoptr (GByteArray) frames = client_event (n_messages);
  uint64_t per_round = (uint64_t) n_conns * n_messages, n_rounds = 0, expected = 0, cpu;
  int64_t start;
  double wall, busy;
  BenchPool pool;

  bench_pool_init (&pool, &app, CHANNEL, n_conns + 1);
  bench_pool_open (&pool, window);
  bench_pool_join (&pool);
  cpu = bench_process_get_cpu_ns (pid);
  start = g_get_monotonic_time ();
  do
    {
      bench_send (pool.conns[0].fd, frames->data, frames->len);
      expected += per_round;
      bench_pool_wait (&pool, &pool.n_events, expected, "deliveries");
      n_rounds++;
    }
  while (elapsed_s (start) < seconds);
  wall = elapsed_s (start);
  busy = cpu_s (cpu);
  if (pool.n_events != expected)
    bench_fail ("more was delivered than was sent");
  g_print ("{\"subscribers\":%d,\"messages\":%d,\"rounds\":%" G_GUINT64_FORMAT
           ",\"deliveries\":%" G_GUINT64_FORMAT ",\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n",
           n_conns, n_messages, n_rounds, expected, expected / wall, expected / busy);
  bench_pool_clear (&pool);
}

typedef struct
{
  GByteArray *frame;
  GArray *samples; /* (element-type int64_t) µs */
  int64_t sent_at;
  int64_t end_at;
  uint64_t finished;
} Echo;

static void
echo_send (BenchPool *pool)
{
  Echo *echo = pool->data;

  echo->sent_at = g_get_monotonic_time ();
  bench_send (pool->conns[0].fd, echo->frame->data, echo->frame->len);
}

static void
echo_heard (BenchPool *pool, BenchConn *conn)
{
  Echo *echo = pool->data;
  int64_t now = g_get_monotonic_time ();
  int64_t took = now - echo->sent_at;

  g_array_append_val (echo->samples, took);
  if (now < echo->end_at && echo->samples->len < MAX_SAMPLES)
    echo_send (pool);
  else
    echo->finished = 1;
}

static int
compare_times (const void *a, const void *b)
{
  const int64_t *one = a, *two = b;

  return (*one > *two) - (*one < *two);
}

/* A client event from one member to the only other one, again and again. */
static void
measure_echo (void)
{
  g_autoptr (GByteArray) frame = client_event (1);
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (int64_t));
  Echo echo = { .frame = frame, .samples = samples };
  BenchPool pool;

  bench_pool_init (&pool, &app, CHANNEL, 2);
  bench_pool_open (&pool, window);
  bench_pool_join (&pool);
  pool.on_event = echo_heard;
  pool.data = &echo;
  echo.end_at = g_get_monotonic_time () + WARM_UP_US;
  echo_send (&pool);
  bench_pool_wait (&pool, &echo.finished, 1, "the warm-up");

  g_array_set_size (samples, 0);
  echo.finished = 0;
  echo.end_at = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  echo_send (&pool);
  bench_pool_wait (&pool, &echo.finished, 1, "echoes");
  g_array_sort (samples, compare_times);
  g_print ("{\"messages\":%u,\"p50_us\":%" G_GINT64_FORMAT ",\"p99_us\":%" G_GINT64_FORMAT "}\n",
           samples->len, g_array_index (samples, int64_t, samples->len / 2),
           g_array_index (samples, int64_t, (uint64_t) samples->len * 99 / 100));
  bench_pool_clear (&pool);
}

/* Signed events to a channel that nobody is on: HTTP, the signature, and the look for subscribers.
 */
static void
measure_rest (void)
{
  uint64_t cpu = bench_process_get_cpu_ns (pid);
  int64_t start = g_get_monotonic_time ();
  uint64_t n_events = bench_rest_run (&app, REST_CONNS, seconds * G_USEC_PER_SEC);
  double wall = elapsed_s (start), busy = cpu_s (cpu);

  g_print ("{\"events\":%" G_GUINT64_FORMAT ",\"per_second\":%.0f,\"per_cpu_second\":%.0f}\n",
           n_events, n_events / wall, n_events / busy);
}

static const struct
{
  const char *name;
  void (*measure) (void);
} measurements[] = {
  { "accept", measure_accept }, { "fan-out", measure_fan_out }, { "echo", measure_echo },
  { "idle", measure_idle },     { "rest", measure_rest },
};

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext)
    context = g_option_context_new ("accept|fan-out|echo|idle|rest - measure a server");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    bench_fail ("%s", error->message);
  if (argc != 2 || app.port < 1 || app.port > G_MAXUINT16 || pid < 1 || n_conns < 1 ||
      n_messages < 1 || window < 1)
    bench_fail ("wrong usage; see --help");
  raise_descriptor_limit ();
  for (size_t i = 0; i < G_N_ELEMENTS (measurements); i++)
    {
      if (g_str_equal (argv[1], measurements[i].name))
        {
          measurements[i].measure ();
          return EXIT_SUCCESS;
        }
    }
  bench_fail ("nothing is measured by the name of %s", argv[1]);
}
