/* bench-options.h: what to measure, and of which process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bench-app.h"

typedef struct
{
  BenchApp app;
  int pid;
  int n_conns;
  int n_messages;
  int window; /* connections on their way at a time */
  int count;  /* how many of what is measured; 0: as many as there is time for */
  double seconds;
  double still_s; /* how long memory has to stay the same before it counts as settled */
  double nap_s;   /* the same, after every connection has spoken */
} BenchOptions;

typedef void (*BenchMeasureFunc) (const BenchOptions *options);

void bench_measure_accept (const BenchOptions *options);
void bench_measure_churn (const BenchOptions *options);
void bench_measure_echo (const BenchOptions *options);
void bench_measure_fan_out (const BenchOptions *options);
void bench_measure_idle_cpu (const BenchOptions *options);
void bench_measure_idle_memory (const BenchOptions *options);
void bench_measure_incoming (const BenchOptions *options);
void bench_measure_rest (const BenchOptions *options);
void bench_measure_storm (const BenchOptions *options);
void bench_measure_turn (const BenchOptions *options);
