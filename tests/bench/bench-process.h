/* bench-process.h: what a process costs, as the kernel counts it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>
#include <glib.h>

uint64_t bench_process_get_cpu_ns (GPid pid);
uint64_t bench_process_get_rss_bytes (GPid pid);
