/* bench-rest.h: signed events over HTTP, one after another on a few connections
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "bench-app.h"

uint64_t bench_rest_run (const BenchApp *app, unsigned int n_conns, int64_t duration_us);
