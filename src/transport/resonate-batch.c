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
  GBytes *deflated;       /* (nullable) */
  ResonateStream *except; /* (nullable) */
} Part;

static void
part_clear (gpointer data)
{
  Part *part = data;

  g_clear_pointer (&part->deflated, g_bytes_unref);
  g_clear_pointer (&part->frame, g_bytes_unref);
}

static Part *
part_at (const ResonateBatch *self, guint i)
{
  return &g_array_index (self->frames, Part, i);
}

static void
append (ResonateBatch *self, GBytes *frame, ResonateStream *except)
{
  Part part = { g_bytes_ref (frame), NULL, except };

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

  g_clear_pointer (&self->deflated, g_bytes_unref);
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

/* One behind the other: each as it is, or compressed where it is. */
static GBytes *
join (const ResonateBatch *self, gboolean deflated)
{
  GByteArray *joined;

  if (self->frames->len == 1 && !deflated)
    return g_bytes_ref (part_at (self, 0)->frame);

  joined = g_byte_array_sized_new ((guint) self->size);
  for (guint i = 0; i < self->frames->len; i++)
    {
      const Part *part = part_at (self, i);
      GBytes *frame = deflated && part->deflated != NULL ? part->deflated : part->frame;
      gsize size;
      const guint8 *bytes = g_bytes_get_data (frame, &size);

      g_byte_array_append (joined, bytes, (guint) size);
    }

  return g_byte_array_free_to_bytes (joined);
}

void
resonate_batch_seal (ResonateBatch *self)
{
  g_return_if_fail (self != NULL);

  if (self->whole == NULL)
    self->whole = join (self, FALSE);
}

/* Each frame is compressed once, however many there are who are sent it. */
static GBytes *
get_deflated (ResonateBatch *self, ResonateDeflate *deflate)
{
  if (self->deflated != NULL)
    return self->deflated;

  for (guint i = 0; i < self->frames->len; i++)
    {
      Part *part = part_at (self, i);

      part->deflated = resonate_deflate_frame (deflate, part->frame);
    }
  self->deflated = join (self, TRUE);

  return self->deflated;
}

static gboolean
is_for_all_but (const ResonateBatch *self, ResonateStream *stream)
{
  for (guint i = 0; i < self->excepted->len; i++)
    {
      if (self->excepted->pdata[i] == stream)
        return TRUE;
    }

  return FALSE;
}

/* Each of the frames that are not for all but @stream. */
static void
send_parts (const ResonateBatch *self, ResonateStream *stream, gboolean deflated)
{
  for (guint i = 0; i < self->frames->len; i++)
    {
      const Part *part = part_at (self, i);
      GBytes *frame = deflated && part->deflated != NULL ? part->deflated : part->frame;

      if (part->except != stream)
        resonate_stream_send_now (stream, frame, 1);
    }
}

void
resonate_batch_send (ResonateBatch *self, ResonateStream *stream)
{
  ResonateDeflate *deflate = resonate_stream_get_deflate (stream);
  GBytes *whole = deflate != NULL ? get_deflated (self, deflate) : self->whole;

  g_assert (whole != NULL);

  if (self->excepted == NULL || !is_for_all_but (self, stream))
    resonate_stream_send_now (stream, whole, self->frames->len);
  else
    send_parts (self, stream, deflate != NULL);
}
