/* resonate-replay-window.c: which of the latest numbers have been seen
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-replay-window"

#include "config.h"

#include "resonate-replay-window-private.h"

#include <string.h>

static uint64_t *
word_of (ResonateReplayWindow *self, uint64_t number)
{
  return &self->seen[number % RESONATE_REPLAY_WINDOW_SIZE / 64];
}

static uint64_t
bit_of (uint64_t number)
{
  return (uint64_t) 1 << (number % 64);
}

/* What the numbers in between have left behind is of a window ago. */
static void
advance (ResonateReplayWindow *self, uint64_t number)
{
  if (number - self->highest >= RESONATE_REPLAY_WINDOW_SIZE)
    memset (self->seen, 0, sizeof self->seen);
  else
    for (uint64_t between = self->highest + 1; between <= number; between++)
      *word_of (self, between) &= ~bit_of (between);

  self->highest = number;
}

/*
 * resonate_replay_window_admit:
 * @number: from 1 on
 *
 * Numbers come in about their order: one that is missing may come later, as long as it is in the
 * window. Whether one that is older was seen is not known any more, so it counts as seen.
 *
 * Returns: whether @number is seen for the first time
 */
gboolean
resonate_replay_window_admit (ResonateReplayWindow *self, uint64_t number)
{
  uint64_t *word = word_of (self, number);

  if (number == 0 || number + RESONATE_REPLAY_WINDOW_SIZE <= self->highest)
    return FALSE;

  if (number > self->highest)
    advance (self, number);
  else if ((*word & bit_of (number)) != 0)
    return FALSE;

  *word |= bit_of (number);

  return TRUE;
}
