/* bench-process.h: what the kernel tells about the server's process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct
{
  uint64_t rss_bytes;
  uint64_t anonymous_bytes; /* of these: no file's */
} BenchMemory;

uint64_t bench_process_get_cpu_ns (GPid pid);
void bench_process_get_memory (GPid pid, BenchMemory *memory);
