/* resonate-batch.c: frames that go to many as one buffer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-batch"

#include "config.h"

#include "resonate-batch-private.h"

/* One call to the kernel takes as much as this to a client that is well, and not much more. */
#define MAX_SIZE   (64 * 1024)
#define MAX_FRAMES 64

typedef struct
{
  GBytes *frame;
  ResonateStream *except; /* (nullable) */
} Part;

static void
part_clear (gpointer data)
{
  g_bytes_unref (((Part *) data)->frame);
}

static Part *
part_at (const ResonateBatch *self, guint i)
{
  return &g_array_index (self->frames, Part, i);
}

static void
append (ResonateBatch *self, GBytes *frame, ResonateStream *except)
{
  Part part = { g_bytes_ref (frame), except };

  g_array_append_val (self->frames, part);
  self->size += g_bytes_get_size (frame);

  if (except == NULL)
    return;
  if (self->excepted == NULL)
    self->excepted = g_ptr_array_new ();
  if (!g_ptr_array_find (self->excepted, except, NULL))
    g_ptr_array_add (self->excepted, except);
}

ResonateBatch *
resonate_batch_new (uint64_t number, GBytes *frame, ResonateStream *except)
{
  ResonateBatch *self;

  g_return_val_if_fail (frame != NULL, NULL);

  self = g_new0 (ResonateBatch, 1);
  self->number = number;
  self->frames = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (self->frames, part_clear);
  append (self, frame, except);

  return self;
}

void
resonate_batch_free (gpointer batch)
{
  ResonateBatch *self = batch;

  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->whole, g_bytes_unref);
  g_clear_pointer (&self->excepted, g_ptr_array_unref);
  g_clear_pointer (&self->frames, g_array_unref);
  g_free (self);
}

gboolean
resonate_batch_add (ResonateBatch *self, GBytes *frame, ResonateStream *except)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (frame != NULL, FALSE);

  if (self->whole != NULL || self->frames->len >= MAX_FRAMES ||
      self->size + g_bytes_get_size (frame) > MAX_SIZE)
    return FALSE;

  append (self, frame, except);

  return TRUE;
}

void
resonate_batch_seal (ResonateBatch *self)
{
  g_autoptr (GByteArray) joined = NULL;

  g_return_if_fail (self != NULL);

  if (self->whole != NULL)
    return;

  if (self->frames->len == 1)
    {
      self->whole = g_bytes_ref (part_at (self, 0)->frame);
      return;
    }

  joined = g_byte_array_sized_new ((guint) self->size);
  for (guint i = 0; i < self->frames->len; i++)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (part_at (self, i)->frame, &size);

      g_byte_array_append (joined, bytes, (guint) size);
    }
  self->whole = g_byte_array_free_to_bytes (g_steal_pointer (&joined));
}

static gboolean
is_for_all_but (const ResonateBatch *self, ResonateStream *stream)
{
  for (guint i = 0; self->excepted != NULL && i < self->excepted->len; i++)
    {
      if (self->excepted->pdata[i] == stream)
        return TRUE;
    }

  return FALSE;
}

void
resonate_batch_send (ResonateBatch *self, ResonateStream *stream)
{
  g_return_if_fail (self != NULL && self->whole != NULL);

  if (!is_for_all_but (self, stream))
    {
      resonate_stream_send_now (stream, self->whole);
      return;
    }

  for (guint i = 0; i < self->frames->len; i++)
    {
      if (part_at (self, i)->except != stream)
        resonate_stream_send_now (stream, part_at (self, i)->frame);
    }
}
