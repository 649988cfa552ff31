/* resonate-limiter.c: so many in a window of time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-limiter"

#include "config.h"

#include "resonate-limiter-private.h"

/*
 * resonate_limiter_take:
 *
 * Says whether one more is allowed, and counts it if so.
 *
 * The window is fixed: the first one opens it, what is refused does not prolong it, and the first
 * one of a window always passes, even with a @max of 0 (spec: rate limiting of Reverb).
 */
gboolean
resonate_limiter_take (ResonateLimiter *self, int64_t now_us, unsigned int max, int64_t window_us)
{
  if (self->taken == 0 || now_us >= self->window_end_us)
    {
      self->window_end_us = now_us + window_us;
      self->taken = 1;
      return TRUE;
    }

  if (self->taken >= max)
    return FALSE;

  self->taken++;

  return TRUE;
}

unsigned int
resonate_limiter_get_left (const ResonateLimiter *self, int64_t now_us, unsigned int max)
{
  if (self->taken == 0 || now_us >= self->window_end_us)
    return MAX (max, 1);

  return max > self->taken ? max - self->taken : 0;
}
