/* resonate-limiter-private.h: so many in a window of time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

/* Held by value where it is needed; all zero is a limiter nobody has used. */
typedef struct
{
  int64_t window_end_us;
  unsigned int taken;
} ResonateLimiter;

gboolean
resonate_limiter_take (ResonateLimiter *self, int64_t now_us, unsigned int max, int64_t window_us);

/* How many more are allowed now. */
unsigned int
resonate_limiter_get_left (const ResonateLimiter *self, int64_t now_us, unsigned int max);

G_END_DECLS
