/* resonate-dbus-gate.h: who may call which method
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ResonateDbusGate ResonateDbusGate;

ResonateDbusGate *resonate_dbus_gate_new (GBusType bus);

void resonate_dbus_gate_free (ResonateDbusGate *self);

/* From the class_init () of a skeleton: its methods are the gate's to let through. */
void resonate_dbus_gate_guard_class (gpointer skeleton_class);

/* Without one a skeleton of such a class answers nobody. @gate outlives it. */
void resonate_dbus_gate_guard (ResonateDbusGate *self, gpointer skeleton);

/* How many calls wait for an answer of polkit. */
guint resonate_dbus_gate_get_n_waiting (ResonateDbusGate *self);

/* Whether whoever called may change how the server runs. Waits for the answer; for any thread. */
gboolean resonate_dbus_gate_may_manage (GBusType bus,
                                        GDBusMethodInvocation *invocation,
                                        GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDbusGate, resonate_dbus_gate_free)

G_END_DECLS
