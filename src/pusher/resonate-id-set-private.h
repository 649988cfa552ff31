/* resonate-id-set-private.h: many ids, each once, in the order of their bytes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "../base/resonate-json-private.h"

G_BEGIN_DECLS

typedef struct _ResonateIdSet ResonateIdSet;

ResonateIdSet *resonate_id_set_new (void);

void resonate_id_set_free (ResonateIdSet *self);

/* Whether that can be an id at all: a string or a number. */
gboolean resonate_id_set_may_hold (const ResonateJsonValue *id);

/* Returns how many bytes more it takes; 0 when it was there. */
size_t resonate_id_set_add (ResonateIdSet *self, const ResonateJsonValue *id);

unsigned int resonate_id_set_get_size (ResonateIdSet *self);

/* The first, as JSON, or NULL. */
const char *resonate_id_set_peek (ResonateIdSet *self);

/* Forgets up to @n of the first. */
void resonate_id_set_drop (ResonateIdSet *self, unsigned int n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateIdSet, resonate_id_set_free)

G_END_DECLS
