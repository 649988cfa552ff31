/* daemon-swap.h: the process that goes on where this one stops, and the one before
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <resonate.h>

typedef struct _DaemonSwap DaemonSwap;

typedef struct
{
  int pid;
  unsigned int handed_over;
  unsigned int staying;
  int64_t gap_us;
} DaemonSwapReport;

DaemonSwap *daemon_swap_new (char *argv[]);

void daemon_swap_free (DaemonSwap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DaemonSwap, daemon_swap_free)

GSocket *daemon_swap_get_predecessor (DaemonSwap *self);

void daemon_swap_run_async (DaemonSwap *self,
                            ResonateServer *server,
                            int64_t health_timeout_us,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

gboolean daemon_swap_run_finish (ResonateServer *server,
                                 GAsyncResult *result,
                                 DaemonSwapReport *report,
                                 GError **error);

GVariant *daemon_swap_report_to_variant (const DaemonSwapReport *report);
