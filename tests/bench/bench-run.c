/* bench-run.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-run.h"

#include "bench-process.h"

void
bench_run_begin (BenchRun *run, const BenchOptions *options)
{
  int64_t now = g_get_monotonic_time ();

  *run = (BenchRun){
    .options = options,
    .start_us = now,
    .end_us = now + options->seconds * G_USEC_PER_SEC,
    .start_cpu_ns = bench_process_get_cpu_ns (options->pid),
  };
}

/* Whether there shall be more than the @n_done that there were. */
gboolean
bench_run_wants (const BenchRun *run, uint64_t n_done)
{
  if (run->options->count > 0)
    return n_done < (uint64_t) run->options->count;
  return g_get_monotonic_time () < run->end_us;
}

void
bench_run_end (BenchRun *run)
{
  run->wall_s = (g_get_monotonic_time () - run->start_us) / (double) G_USEC_PER_SEC;
  run->busy_s = (bench_process_get_cpu_ns (run->options->pid) - run->start_cpu_ns) / 1e9;
}

static int
compare (const void *a, const void *b)
{
  const int64_t *one = a, *two = b;

  return (*one > *two) - (*one < *two);
}

/* @samples: (element-type int64_t): at least one; they are sorted */
int64_t
bench_quantile (GArray *samples, double quantile)
{
  g_assert (samples->len > 0);

  g_array_sort (samples, compare);
  return g_array_index (samples, int64_t, (unsigned int) (samples->len * quantile));
}
