/* resonate-outbox-private.h: who has something to send, and when it is sent
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateOutbox ResonateOutbox;

/* Sends what waits in a socket, as far as it goes. */
typedef void (*ResonateOutboxFunc) (gpointer socket);

/* Something that sends to many, over several turns if it has to. Held by value, in a list of the
 * outbox while it has something to do. */
typedef struct
{
  GList link; /* with the owner as its data */

  /* Goes on until all is done, which is TRUE, or until the time is over. */
  gboolean (*run) (gpointer owner, int64_t end_us);

  /* Sees to it that @socket has all that was to be sent to it with a number below @before. */
  void (*catch_up) (gpointer owner, gpointer socket, uint64_t before);

  gboolean is_listed;
} ResonateOutboxJob;

/* Waits in the default context of the thread. */
ResonateOutbox *resonate_outbox_new (ResonateOutboxFunc func);

void resonate_outbox_free (ResonateOutbox *self);

/* The turn is over: sends what there is, for as long as a turn may send. Comes by itself later.
 * TRUE when there is more. */
gboolean resonate_outbox_run (gpointer outbox);

/* @socket is sent for before the loop sleeps, once, however often it is added. @place is the
 * socket's to keep, and 0 at first. */
void resonate_outbox_add (ResonateOutbox *self, uint32_t *place, gpointer socket);

void resonate_outbox_remove (ResonateOutbox *self, uint32_t *place, gpointer socket);

void resonate_outbox_add_job (ResonateOutbox *self, ResonateOutboxJob *job);

void resonate_outbox_remove_job (ResonateOutbox *self, ResonateOutboxJob *job);

/* A number for what a job begins to send: the order in which it was said. */
uint64_t resonate_outbox_next_number (ResonateOutbox *self);

/* Whether nothing was numbered after @number. */
gboolean resonate_outbox_is_last (ResonateOutbox *self, uint64_t number);

/* Whether no other job has something to do. */
gboolean resonate_outbox_is_alone (ResonateOutbox *self, const ResonateOutboxJob *job);

/* Before something is sent to @socket that must not overtake what jobs still have for it. */
void resonate_outbox_catch_up (ResonateOutbox *self, gpointer socket);

/* The same from inside of a job, for what was said before @number. */
void resonate_outbox_catch_up_before (ResonateOutbox *self,
                                      const ResonateOutboxJob *job,
                                      gpointer socket,
                                      uint64_t number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateOutbox, resonate_outbox_free)

G_END_DECLS
