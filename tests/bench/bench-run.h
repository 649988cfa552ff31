/* bench-run.h: one stretch of measured time: how long it goes on, and what it cost
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "bench-options.h"

typedef struct
{
  const BenchOptions *options;
  int64_t end_us;
  int64_t start_us;
  uint64_t start_cpu_ns;
  double wall_s; /* both are known once it has ended */
  double busy_s; /* of the server */
} BenchRun;

void bench_run_begin (BenchRun *run, const BenchOptions *options);
gboolean bench_run_wants (const BenchRun *run, uint64_t n_done);
void bench_run_end (BenchRun *run);

int64_t bench_quantile (GArray *samples, double quantile);
