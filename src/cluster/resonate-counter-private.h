/* resonate-counter-private.h: a counter, as the files that it lies in see it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-store-private.h"

G_BEGIN_DECLS

struct _ResonateCounter
{
  GObject parent_instance;

  ResonateStore *store;
  char *name;
  int64_t initial;
  gboolean is_created; /* or nobody has to */
};

/* A task for what is asked, after the counter was made where that is still to do. NULL if it was
 * cancelled before it began. */
GTask *resonate_counter_begin (ResonateCounter *self,
                               gpointer tag,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

gboolean resonate_counter_finish_boolean (ResonateCounter *self,
                                          GAsyncResult *result,
                                          gpointer tag,
                                          GError **error);

/* Returns: (transfer full): what was counted, or NULL with an error */
ResonateCount *resonate_counter_finish_count (ResonateCounter *self,
                                              GAsyncResult *result,
                                              gpointer tag,
                                              GError **error);

G_END_DECLS
