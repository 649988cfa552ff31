/* resonate-send-queue-private.h: what could not be written yet
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  GQueue buffers; /* (element-type GBytes) (owned) */
  gsize offset;   /* of the first: what is out already */
  gsize bytes;
} ResonateSendQueue;

typedef enum
{
  RESONATE_SEND_DONE,
  RESONATE_SEND_BLOCKED,
  RESONATE_SEND_BROKEN,
} ResonateSendStatus;

ResonateSendQueue *resonate_send_queue_new (void);

void resonate_send_queue_free (ResonateSendQueue *self);

/* Behind all that waits. Takes a reference. */
void resonate_send_queue_push (ResonateSendQueue *self, GBytes *buffer);

/* Gives up the oldest buffer that is not under way; FALSE when there is none. */
gboolean resonate_send_queue_drop_oldest (ResonateSendQueue *self);

/* (transfer full): all that waits, the rest of what is under way first. */
GBytes *resonate_send_queue_dup_bytes (ResonateSendQueue *self);

ResonateSendStatus resonate_send_queue_flush (ResonateSendQueue *self, GPollableOutputStream *out);

/* The same for a plain socket. */
ResonateSendStatus resonate_send_queue_flush_socket (ResonateSendQueue *self, int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateSendQueue, resonate_send_queue_free)

G_END_DECLS
