/* resonate-echoes-private.h: what this node has published and not heard back yet
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "resonate-interest-private.h"

G_BEGIN_DECLS

/* More than that is not waited for: the oldest are delivered without having come back. */
#define RESONATE_ECHOES_MAX       16384
#define RESONATE_ECHOES_MAX_BYTES ((size_t) 64 * 1024 * 1024)

typedef struct _ResonateEchoes ResonateEchoes;

/* Delivers here what does not come back. */
typedef void (*ResonateEchoesFunc) (ResonateInterest *interest, GBytes *bytes);

ResonateEchoes *resonate_echoes_new (ResonateEchoesFunc give_up);

void resonate_echoes_free (ResonateEchoes *self);

void resonate_echoes_expect (ResonateEchoes *self,
                             uint64_t seq,
                             ResonateInterest *interest,
                             GBytes *bytes);

gboolean resonate_echoes_take (ResonateEchoes *self, uint64_t seq, int64_t *since_us);

void resonate_echoes_give_up (ResonateEchoes *self, int64_t before_us);

unsigned int resonate_echoes_get_size (ResonateEchoes *self);

G_END_DECLS
