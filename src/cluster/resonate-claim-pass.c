/* resonate-claim-pass.c: where in its streams a consumer looks for what others have left
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-claim-pass"

#include "config.h"

#include "resonate-claim-pass-private.h"

/* How many pages are looked at in each pass. */
#define PAGES_PER_PASS 16

#define FIRST_CURSOR "0-0"

void
resonate_claim_pass_init (ResonateClaimPass *self, unsigned int n_streams)
{
  *self = (ResonateClaimPass){ .n_streams = n_streams };
  self->cursors = g_new0 (char *, n_streams + 1);
  for (unsigned int i = 0; i < n_streams; i++)
    self->cursors[i] = g_strdup (FIRST_CURSOR);
}

void
resonate_claim_pass_clear (ResonateClaimPass *self)
{
  g_clear_pointer (&self->cursors, g_strfreev);
}

void
resonate_claim_pass_begin (ResonateClaimPass *self)
{
  self->n_pages = PAGES_PER_PASS;
  self->n_unclaimed = self->n_streams;
}

void
resonate_claim_pass_end (ResonateClaimPass *self)
{
  self->n_unclaimed = 0;
}

/* A page may be empty in the middle of a stream: only the cursor says that it is over. */
void
resonate_claim_pass_go_on (ResonateClaimPass *self, const char *cursor)
{
  g_free (self->cursors[self->stream]);
  self->cursors[self->stream] = g_strdup (cursor);
  if (g_str_equal (cursor, FIRST_CURSOR))
    {
      self->stream = (self->stream + 1) % self->n_streams;
      self->n_unclaimed--;
    }

  if (--self->n_pages == 0)
    resonate_claim_pass_end (self);
}
