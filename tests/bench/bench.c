/* bench.c: takes one measurement of a running server and prints it as one line of JSON
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdlib.h>
#include <sys/resource.h>

#include "bench-options.h"

static BenchOptions options = {
  .app = { .host = "127.0.0.1", .id = "bench", .key = "bench", .secret = "bench" },
  .n_conns = 1000,
  .n_messages = 1,
  .window = 100,
  .seconds = 2,
  .still_s = 2,
  .nap_s = 6,
};

static const GOptionEntry entries[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &options.app.port, "Port of the server", "N" },
  { "pid", 0, 0, G_OPTION_ARG_INT, &options.pid,
    "Process of the server, for its CPU time and memory", "PID" },
  { "app-id", 0, 0, G_OPTION_ARG_STRING, &options.app.id, "Application", "ID" },
  { "key", 0, 0, G_OPTION_ARG_STRING, &options.app.key, "Its key", "KEY" },
  { "secret", 0, 0, G_OPTION_ARG_STRING, &options.app.secret, "Its secret", "SECRET" },
  { "connections", 'n', 0, G_OPTION_ARG_INT, &options.n_conns, "Connections, or subscribers", "N" },
  { "messages", 'm', 0, G_OPTION_ARG_INT, &options.n_messages, "Messages in a round of fan-out",
    "N" },
  { "window", 'w', 0, G_OPTION_ARG_INT, &options.window, "Connections being opened at a time",
    "N" },
  { "seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options.seconds, "How long to measure", "S" },
  { "count", 'c', 0, G_OPTION_ARG_INT, &options.count,
    "Rounds, messages, events or clients, in place of a time", "N" },
  { "still", 0, 0, G_OPTION_ARG_DOUBLE, &options.still_s,
    "How long memory stays the same before it is taken for settled", "S" },
  { "nap", 0, 0, G_OPTION_ARG_DOUBLE, &options.nap_s, "The same, after every connection has spoken",
    "S" },
  { NULL },
};

static const struct
{
  const char *name;
  BenchMeasureFunc measure;
} measurements[] = {
  { "accept", bench_measure_accept },     { "churn", bench_measure_churn },
  { "echo", bench_measure_echo },         { "fan-out", bench_measure_fan_out },
  { "idle-cpu", bench_measure_idle_cpu }, { "idle-memory", bench_measure_idle_memory },
  { "incoming", bench_measure_incoming }, { "rest", bench_measure_rest },
  { "storm", bench_measure_storm },       { "turn", bench_measure_turn },
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
  g_autoptr (GOptionContext) context = g_option_context_new ("MEASUREMENT - measure a server");
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "Measurements: accept, churn, echo, fan-out, idle-cpu, "
                                         "idle-memory, incoming, rest, storm, turn");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    bench_fail ("%s", error->message);
  if (argc != 2 || options.app.port < 1 || options.app.port > G_MAXUINT16 || options.pid < 1 ||
      options.n_conns < 1 || options.n_messages < 1 || options.window < 1 || options.count < 0)
    bench_fail ("wrong usage; see --help");
  raise_descriptor_limit ();
  for (size_t i = 0; i < G_N_ELEMENTS (measurements); i++)
    {
      if (g_str_equal (argv[1], measurements[i].name))
        {
          measurements[i].measure (&options);
          return EXIT_SUCCESS;
        }
    }
  bench_fail ("nothing is measured by the name of %s", argv[1]);
}
