/* resonate-echoes.c: what this node has published and not heard back yet
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-echoes"

#include "config.h"

#include "resonate-echoes-private.h"

#include "../base/resonate-clock-private.h"

/* An event is delivered when it comes back, so that its place among all others is the same on every
 * node. One that does not come back is delivered all the same; should it still come, nobody expects
 * it any more. */

typedef struct
{
  GList link; /* in the order of publishing */
  uint64_t seq;
  int64_t at_us;
  ResonateInterest *interest; /* (owned) */
  GBytes *bytes;
} Echo;

struct _ResonateEchoes
{
  ResonateEchoesFunc give_up;
  GHashTable *by_seq; /* (element-type uint64 Echo) */
  GQueue order;       /* (element-type Echo): oldest first */
  size_t n_bytes;
};

static void
echo_free (Echo *echo)
{
  g_bytes_unref (echo->bytes);
  resonate_interest_unref (echo->interest);
  g_free (echo);
}

ResonateEchoes *
resonate_echoes_new (ResonateEchoesFunc give_up)
{
  ResonateEchoes *self = g_new0 (ResonateEchoes, 1);

  self->give_up = give_up;
  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify) echo_free);

  return self;
}

void
resonate_echoes_free (ResonateEchoes *self)
{
  g_clear_pointer (&self->by_seq, g_hash_table_unref);
  g_free (self);
}

static Echo *
steal (ResonateEchoes *self, Echo *echo)
{
  g_queue_unlink (&self->order, &echo->link);
  g_hash_table_steal (self->by_seq, &echo->seq);
  self->n_bytes -= g_bytes_get_size (echo->bytes);

  return echo;
}

static void
give_up_oldest (ResonateEchoes *self)
{
  Echo *echo = steal (self, g_queue_peek_head (&self->order));

  self->give_up (echo->interest, echo->bytes);
  echo_free (echo);
}

/* @seq is above all before it. */
void
resonate_echoes_expect (ResonateEchoes *self,
                        uint64_t seq,
                        ResonateInterest *interest,
                        GBytes *bytes)
{
  Echo *echo = g_new0 (Echo, 1);

  echo->link.data = echo;
  echo->seq = seq;
  echo->at_us = resonate_clock_now_us ();
  echo->interest = resonate_interest_ref (interest);
  echo->bytes = g_bytes_ref (bytes);
  g_hash_table_insert (self->by_seq, &echo->seq, echo);
  g_queue_push_tail_link (&self->order, &echo->link);
  self->n_bytes += g_bytes_get_size (bytes);

  while (self->order.length > RESONATE_ECHOES_MAX ||
         (self->order.length > 1 && self->n_bytes > RESONATE_ECHOES_MAX_BYTES))
    give_up_oldest (self);
}

/*
 * resonate_echoes_take:
 * @since_us: (out): when it was published
 *
 * Returns: whether it was expected; it is not from now on
 */
gboolean
resonate_echoes_take (ResonateEchoes *self, uint64_t seq, int64_t *since_us)
{
  Echo *echo = g_hash_table_lookup (self->by_seq, &seq);

  if (echo == NULL)
    return FALSE;

  *since_us = echo->at_us;
  echo_free (steal (self, echo));

  return TRUE;
}

/* Delivers what was published before @before_us. */
void
resonate_echoes_give_up (ResonateEchoes *self, int64_t before_us)
{
  Echo *oldest;

  while ((oldest = g_queue_peek_head (&self->order)) != NULL && oldest->at_us < before_us)
    give_up_oldest (self);
}

unsigned int
resonate_echoes_get_size (ResonateEchoes *self)
{
  return self->order.length;
}
