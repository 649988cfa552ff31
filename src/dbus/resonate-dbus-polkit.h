/* resonate-dbus-polkit.h: asks polkit whether a caller may do something
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  RESONATE_POLKIT_YES,
  RESONATE_POLKIT_NO,
  RESONATE_POLKIT_CANCELLED,
} ResonatePolkitAnswer;

typedef void (*ResonatePolkitFunc) (ResonatePolkitAnswer answer, gpointer user_data);

/* Where nobody answers for polkit, root may and others may not. */
void resonate_polkit_ask (GDBusMethodInvocation *invocation,
                          const char *action,
                          GCancellable *cancellable,
                          ResonatePolkitFunc answered,
                          gpointer user_data);

/* The same for a thread that may wait. */
gboolean resonate_polkit_ask_sync (GDBusMethodInvocation *invocation,
                                   const char *action,
                                   GCancellable *cancellable);

G_END_DECLS
