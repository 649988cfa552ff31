/* resonate-audience.c: all who are sent the same
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-audience"

#include "config.h"

#include "resonate-audience-private.h"

#include "resonate-batch-private.h"
#include "resonate-stream-private.h"

/* With so few it is quickest to put a reference into every queue at once. */
#define MIN_SPREAD 64

/* How often the clock is looked at. */
#define LOOK_EVERY 32

/* Empty places are closed up when they are more than the taken ones, and not worth it below. */
#define MIN_GAPS 16

typedef struct
{
  ResonateSeat *seat;     /* (nullable): NULL once left */
  ResonateStream *stream; /* (nullable): what stands behind the transport, where something does */
  uint64_t heard;         /* the number of the last batch it has */
} Place;

/* A channel of ten thousand is a loop over an array: what was sent in a turn is one buffer, and
 * each member whose queue is empty is sent it with one call, without a reference or a list entry.
 * So a delivery costs little more than the call. The loop stops when its slice is over and goes on
 * in the next turn; who is caught up with meanwhile is known by its number.
 *
 * Places keep their order and their index while a batch is under way: who leaves leaves a gap. */
struct _ResonateAudience
{
  ResonateOutboxJob job;
  ResonateSeatFunc find;
  gpointer owner;

  GArray *places; /* (element-type Place) */
  guint n_gaps;

  ResonateOutbox *outbox; /* (nullable): of the streams, once there is one */
  gsize max_waiting;      /* bytes */
  GQueue batches;         /* (element-type ResonateBatch) (owned) */
  gsize waiting;          /* bytes in all batches */
  guint cursor;           /* how far the first one is */
};

static Place *
place_at (ResonateAudience *self, guint index)
{
  return &g_array_index (self->places, Place, index);
}

static ResonateBatch *
first_batch (ResonateAudience *self)
{
  return g_queue_peek_head (&self->batches);
}

/*
 * Spreading
 */
static void
deliver (ResonateAudience *self, Place *place, ResonateBatch *batch, gboolean is_alone)
{
  if (place->heard >= batch->number)
    return;

  /* What was said before, to another audience that it is of as well, has to be there first. */
  place->heard = batch->number;
  if (!is_alone)
    resonate_outbox_catch_up_before (self->outbox, &self->job, place->stream, batch->number);
  resonate_batch_send (batch, place->stream);
}

static void
end_first (ResonateAudience *self)
{
  ResonateBatch *batch = g_queue_pop_head (&self->batches);

  self->waiting -= batch->size;
  self->cursor = 0;
  resonate_batch_free (batch);
}

/* Sends the first batch to whoever is still to have it. TRUE when all have. */
static gboolean
spread_first (ResonateAudience *self, int64_t end_us)
{
  ResonateBatch *batch = first_batch (self);
  gboolean is_alone = resonate_outbox_is_alone (self->outbox, &self->job);

  resonate_batch_seal (batch);
  for (guint n = 1; self->cursor < self->places->len; n++)
    {
      Place *place = place_at (self, self->cursor++);

      if (place->seat != NULL)
        deliver (self, place, batch, is_alone);

      if (n % LOOK_EVERY == 0 && g_get_monotonic_time () >= end_us)
        return self->cursor == self->places->len;
    }

  return TRUE;
}

/* The name is one that tests/bench/instructions.py looks for. */
static gboolean
spread (gpointer owner, int64_t end_us)
{
  ResonateAudience *self = owner;

  while (!g_queue_is_empty (&self->batches))
    {
      if (!spread_first (self, end_us))
        return FALSE;
      end_first (self);
      if (g_get_monotonic_time () >= end_us)
        break;
    }

  return g_queue_is_empty (&self->batches);
}

static void
catch_up (gpointer owner, gpointer socket, uint64_t before)
{
  ResonateAudience *self = owner;
  const ResonateBatch *first = first_batch (self);
  ResonateTransport *transport;
  ResonateSeat *seat;
  gboolean is_alone;

  /* Where many audiences have something under way, each asks all others before each delivery, and
   * only few of them have said anything before it. */
  if (first == NULL || first->number >= before)
    return;

  transport = resonate_stream_get_transport (socket);
  seat = transport != NULL ? self->find (self->owner, transport) : NULL;
  if (seat == NULL)
    return;

  is_alone = resonate_outbox_is_alone (self->outbox, &self->job);
  for (GList *l = self->batches.head; l != NULL; l = l->next)
    {
      ResonateBatch *batch = l->data;

      if (batch->number >= before)
        break;
      resonate_batch_seal (batch);
      deliver (self, place_at (self, seat->index), batch, is_alone);
    }
}

/* Batches that wait are memory: when they are more than one slow client may have waiting, who
 * sends so much waits until the first of them is out. */
static void
keep_bound (ResonateAudience *self)
{
  while (self->waiting > self->max_waiting && g_queue_get_length (&self->batches) > 1)
    {
      spread_first (self, G_MAXINT64);
      end_first (self);
    }
}

/*
 * Places
 */
ResonateAudience *
resonate_audience_new (ResonateSeatFunc find, gpointer owner)
{
  ResonateAudience *self;

  g_return_val_if_fail (find != NULL, NULL);

  self = g_new0 (ResonateAudience, 1);
  self->find = find;
  self->owner = owner;
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->job.link.data = self;
  self->job.run = spread;
  self->job.catch_up = catch_up;

  return self;
}

void
resonate_audience_free (ResonateAudience *self)
{
  g_return_if_fail (self != NULL);

  if (self->outbox != NULL)
    resonate_outbox_remove_job (self->outbox, &self->job);
  g_queue_clear_full (&self->batches, resonate_batch_free);
  g_clear_pointer (&self->places, g_array_unref);
  g_free (self);
}

static void
close_gaps (ResonateAudience *self)
{
  guint to = 0;

  for (guint from = 0; from < self->places->len; from++)
    {
      Place *place = place_at (self, from);

      if (place->seat == NULL)
        continue;

      place->seat->index = to;
      *place_at (self, to++) = *place;
    }

  g_array_set_size (self->places, to);
  self->n_gaps = 0;
}

void
resonate_audience_add (ResonateAudience *self, ResonateSeat *seat)
{
  Place place = { .seat = seat };
  ResonateBatch *last;

  g_return_if_fail (self != NULL);
  g_return_if_fail (seat != NULL && RESONATE_IS_TRANSPORT (seat->transport));

  place.stream = resonate_transport_get_stream (seat->transport);
  if (place.stream != NULL && self->outbox == NULL)
    {
      self->outbox = resonate_stream_get_outbox (place.stream);
      self->max_waiting = resonate_stream_get_max_queued_bytes (place.stream);
    }

  /* What is said from here on goes into another batch than what it does not hear. */
  last = g_queue_peek_tail (&self->batches);
  if (last != NULL)
    {
      resonate_batch_seal (last);
      place.heard = last->number;
    }

  seat->index = self->places->len;
  g_array_append_val (self->places, place);
}

void
resonate_audience_remove (ResonateAudience *self, ResonateSeat *seat)
{
  Place *place;

  g_return_if_fail (self != NULL);
  g_return_if_fail (seat != NULL && seat->index < self->places->len);

  place = place_at (self, seat->index);
  g_return_if_fail (place->seat == seat);

  place->seat = NULL;
  place->stream = NULL;
  self->n_gaps++;
  if (g_queue_is_empty (&self->batches) && self->n_gaps >= MIN_GAPS &&
      self->n_gaps > self->places->len / 2)
    close_gaps (self);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  guint first = ((const Place *) a)->seat->index;
  guint second = ((const Place *) b)->seat->index;

  return (first > second) - (first < second);
}

void
resonate_audience_put_in_order (ResonateAudience *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->n_gaps == 0 && g_queue_is_empty (&self->batches));

  g_array_sort (self->places, compare_places);
  for (guint i = 0; i < self->places->len; i++)
    place_at (self, i)->seat->index = i;
}

guint
resonate_audience_get_size (ResonateAudience *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->places->len - self->n_gaps;
}

/* Positions are for those who look on, and the first look may close the gaps. */
ResonateSeat *
resonate_audience_get_seat (ResonateAudience *self, guint position)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->n_gaps > 0 && g_queue_is_empty (&self->batches))
    close_gaps (self);

  for (guint i = self->n_gaps == 0 ? position : 0; i < self->places->len; i++)
    {
      ResonateSeat *seat = place_at (self, i)->seat;

      if (seat != NULL && (self->n_gaps == 0 || position-- == 0))
        return seat;
    }

  return NULL;
}

guint
resonate_audience_get_position (ResonateAudience *self, ResonateSeat *seat)
{
  guint position = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (seat != NULL, 0);

  if (self->n_gaps == 0)
    return seat->index;

  for (guint i = 0; i < seat->index; i++)
    position += place_at (self, i)->seat != NULL;

  return position;
}

/*
 * Sending
 */
static void
send_at_once (ResonateAudience *self, GBytes *frame, ResonateTransport *except)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      ResonateSeat *seat = place_at (self, i)->seat;

      if (seat != NULL && seat->transport != except)
        resonate_transport_send (seat->transport, frame);
    }
}

void
resonate_audience_send (ResonateAudience *self, GBytes *frame, ResonateTransport *except)
{
  ResonateStream *excepted = except != NULL ? resonate_transport_get_stream (except) : NULL;
  ResonateBatch *last;

  g_return_if_fail (self != NULL);
  g_return_if_fail (frame != NULL);

  if (self->outbox == NULL || self->places->len < MIN_SPREAD)
    {
      send_at_once (self, frame, except);
      return;
    }

  /* What follows at once goes with it, unless something else was said in between. */
  last = g_queue_peek_tail (&self->batches);
  if (last == NULL || !resonate_outbox_is_last (self->outbox, last->number) ||
      !resonate_batch_add (last, frame, excepted))
    {
      last = resonate_batch_new (resonate_outbox_next_number (self->outbox), frame, excepted);
      g_queue_push_tail (&self->batches, last);
    }

  self->waiting += g_bytes_get_size (frame);
  resonate_outbox_add_job (self->outbox, &self->job);
  keep_bound (self);
}
