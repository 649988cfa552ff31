/* resonate-front-adopt.c: sockets that go from the front of one process to that of the next
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-front"

#include "config.h"

#include "resonate-front-private.h"

#include "resonate-front-parts-private.h"

#include "resonate-stream-record-private.h"

/* The lists lose their members while they are gone through. */
GPtrArray *
resonate_front_list_streams (ResonateFront *self)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (RESONATE_IS_FRONT (self), streams);

  for (guint place = 0; place < RESONATE_STREAM_N_PLACES; place++)
    {
      for (GList *l = self->streams[place].head; l != NULL; l = l->next)
        g_ptr_array_add (streams, g_object_ref (l->data));
    }

  return streams;
}

/* Does now what would be done in the next turns of the loop, but for what it waits for: answers
 * what has been asked, and sends what has been said. Also when that takes until @end_us. */
void
resonate_front_settle (ResonateFront *self, int64_t end_us)
{
  gboolean has_more = TRUE;

  g_return_if_fail (RESONATE_IS_FRONT (self));

  while (has_more && g_get_monotonic_time () < end_us)
    {
      has_more = resonate_lanes_run (self->shared.lanes);
      has_more |= resonate_outbox_run (self->shared.outbox);
    }
}

/* Nobody is accepted, and what is adopted is left alone, until resonate_front_resume (). */
void
resonate_front_hold (ResonateFront *self)
{
  g_return_if_fail (RESONATE_IS_FRONT (self));

  for (guint i = 0; i < self->listeners->len; i++)
    resonate_listener_pause (g_ptr_array_index (self->listeners, i));
}

ResonateStream *
resonate_front_adopt (ResonateFront *self, int fd, GVariant *record)
{
  ResonateStream *stream;

  g_return_val_if_fail (RESONATE_IS_FRONT (self), NULL);

  stream = resonate_stream_restore (&self->shared, fd, record);
  if (stream == NULL)
    return NULL;

  /* It was let in by then, and is not sent away because there is less room here. */
  resonate_address_book_insert (self->addresses, resonate_stream_get_remote_address (stream));
  g_queue_push_tail_link (&self->streams[resonate_stream_get_place (stream)],
                          resonate_stream_get_link (stream));
  if (resonate_stream_is_web_socket (stream))
    resonate_stream_set_counted (stream);

  return stream;
}

void
resonate_front_resume (ResonateFront *self)
{
  g_autoptr (GPtrArray) streams = NULL;

  g_return_if_fail (RESONATE_IS_FRONT (self));

  streams = resonate_front_list_streams (self);
  for (guint i = 0; i < streams->len; i++)
    resonate_stream_resume (g_ptr_array_index (streams, i));
  for (guint i = 0; i < self->listeners->len; i++)
    resonate_listener_resume (g_ptr_array_index (self->listeners, i));
}
