/* resonate-claim-pass-private.h: where in its streams a consumer looks for what others have left
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One stream after the other, each up to its end or up to the last page of this pass, from where
 * the next pass goes on. */
typedef struct
{
  char **cursors; /* one for each stream */
  unsigned int n_streams;
  unsigned int n_pages;     /* that are left of this pass */
  unsigned int n_unclaimed; /* streams that may have more */
  unsigned int stream;      /* the one that is being looked through */
} ResonateClaimPass;

void resonate_claim_pass_init (ResonateClaimPass *self, unsigned int n_streams);
void resonate_claim_pass_clear (ResonateClaimPass *self);

void resonate_claim_pass_begin (ResonateClaimPass *self);
void resonate_claim_pass_end (ResonateClaimPass *self);

/* After a page that said that the next one begins at @cursor. */
void resonate_claim_pass_go_on (ResonateClaimPass *self, const char *cursor);

static inline gboolean
resonate_claim_pass_is_over (const ResonateClaimPass *self)
{
  return self->n_unclaimed == 0;
}

static inline const char *
resonate_claim_pass_get_cursor (const ResonateClaimPass *self)
{
  return self->cursors[self->stream];
}

G_END_DECLS
