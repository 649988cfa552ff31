/* event-printer.h: what happens on a server, a line each
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

typedef struct _EventPrinter EventPrinter;

EventPrinter *event_printer_new (gboolean json);

void event_printer_free (EventPrinter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventPrinter, event_printer_free)

/* Another server tells from here on. */
void event_printer_print_gap (EventPrinter *self);

void event_printer_print (EventPrinter *self, GVariant *events, guint64 n_dropped);
