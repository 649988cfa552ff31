/* resonate-dialogue-private.h: what two processes of this program say to each other in a swap
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* The order of the words, and what they mean. A record has a version of its own. */
#define RESONATE_DIALOGUE_VERSION 1

/* The version, and whether somebody else has bound the sockets. */
#define RESONATE_DIALOGUE_OFFER "(ub)"

/* What one message can carry (SCM_MAX_FD), and less, so that both sides work at the same time. */
#define RESONATE_DIALOGUE_MAX_FDS 128

typedef enum
{
  RESONATE_WORD_OFFER,     /* old: the version; the listening sockets are with it */
  RESONATE_WORD_READY,     /* new: it could serve now */
  RESONATE_WORD_FAILED,    /* new: why it could not */
  RESONATE_WORD_STATE,     /* old: a document; what the apps remember */
  RESONATE_WORD_BATCH,     /* old: a document, and a socket for each of its records */
  RESONATE_WORD_KEPT,      /* new: a batch is installed, but for the places that are named */
  RESONATE_WORD_DONE,      /* old: a document; that was the last batch, and who stays */
  RESONATE_WORD_INSTALLED, /* new: all is in its place */
  RESONATE_WORD_GO,        /* old: it is yours */
  RESONATE_WORD_TAKEN,     /* new: before it touches anything */
} ResonateWord;

typedef struct
{
  ResonateWord word;
  GVariant *argument;
  int fds[RESONATE_DIALOGUE_MAX_FDS + 1];
  unsigned int n_fds;
} ResonateUtterance;

/* Closes what nobody took: a descriptor that was taken is -1. */
void resonate_utterance_clear (ResonateUtterance *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ResonateUtterance, resonate_utterance_clear)

/* @argument: (transfer floating) (nullable). Waits for room for as long as the other may take. */
gboolean resonate_dialogue_say (GSocket *socket,
                                ResonateWord word,
                                GVariant *argument,
                                const int *fds,
                                unsigned int n_fds,
                                GError **error);

/* The next utterance, into what is all zero. Fails with %G_IO_ERROR_WOULD_BLOCK when none is there
 * after @timeout_us, and with %G_IO_ERROR_CONNECTION_CLOSED when the other has gone. */
gboolean resonate_dialogue_hear (GSocket *socket,
                                 int64_t timeout_us,
                                 ResonateUtterance *utterance,
                                 GError **error);

/* The same, when it has to be @word. What the other says of its failure becomes the error. */
gboolean resonate_dialogue_expect (GSocket *socket,
                                   ResonateWord word,
                                   int64_t timeout_us,
                                   ResonateUtterance *utterance,
                                   GError **error);

/* A document is a variant in memory that a descriptor stands for, however long it is.
 *
 * @variant: (transfer floating). Returns the descriptor, or -1. */
int resonate_dialogue_write (GVariant *variant, GError **error);

/* (transfer full) */
GVariant *resonate_dialogue_read (int fd, const char *type, GError **error);

G_END_DECLS
