/* resonate-clock-private.h: the one clock of the library, in microseconds
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

int64_t resonate_clock_now_us (void);

int64_t resonate_clock_realtime_us (void);

void resonate_clock_set_for_test (int64_t monotonic_us, int64_t realtime_us);

void resonate_clock_unset_for_test (void);

G_END_DECLS
