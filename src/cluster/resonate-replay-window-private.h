/* resonate-replay-window-private.h: which of the latest numbers have been seen
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

#define RESONATE_REPLAY_WINDOW_SIZE 1024

/* Held by value where it is needed; all zero has seen nothing. */
typedef struct
{
  uint64_t highest;
  uint64_t seen[RESONATE_REPLAY_WINDOW_SIZE / 64]; /* a bit for each number, by its remainder */
} ResonateReplayWindow;

gboolean resonate_replay_window_admit (ResonateReplayWindow *self, uint64_t number);

G_END_DECLS
