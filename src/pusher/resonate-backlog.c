/* resonate-backlog.c: messages that wait for a decision about an earlier one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-backlog"

#include "config.h"

#include "resonate-backlog-private.h"

/* What one client may have waiting. Decisions take milliseconds; who sends more than this meanwhile
 * does not wait for answers. */
#define MAX_BYTES    (1024 * 1024)
#define MAX_MESSAGES 256

void
resonate_backlog_clear (ResonateBacklog *self)
{
  if (self->messages != NULL)
    g_queue_free_full (self->messages, (GDestroyNotify) g_bytes_unref);
  self->messages = NULL;
  self->bytes = 0;
}

void
resonate_backlog_freeze (ResonateBacklog *self)
{
  self->freezes++;
}

/* Returns whether that was the last freeze, and what waits may go on. */
gboolean
resonate_backlog_thaw (ResonateBacklog *self)
{
  g_assert (self->freezes > 0);

  return --self->freezes == 0;
}

gboolean
resonate_backlog_is_frozen (const ResonateBacklog *self)
{
  return self->freezes > 0;
}

/* Returns FALSE, and keeps nothing, when the client has too much waiting. */
gboolean
resonate_backlog_push (ResonateBacklog *self, GBytes *message)
{
  size_t size = g_bytes_get_size (message);

  if (self->messages == NULL)
    self->messages = g_queue_new ();
  if (self->bytes + size > MAX_BYTES || self->messages->length >= MAX_MESSAGES)
    return FALSE;

  g_queue_push_tail (self->messages, g_bytes_ref (message));
  self->bytes += size;

  return TRUE;
}

/* Returns the next message for the caller to unref, or NULL. */
GBytes *
resonate_backlog_pop (ResonateBacklog *self)
{
  GBytes *message = self->messages != NULL ? g_queue_pop_head (self->messages) : NULL;

  if (message != NULL)
    self->bytes -= g_bytes_get_size (message);
  if (self->bytes == 0 && message == NULL)
    resonate_backlog_clear (self);

  return message;
}
