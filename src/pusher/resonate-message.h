/* resonate-message.h: one message a client sent, decoded once
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_MESSAGE (resonate_message_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateMessage, resonate_message, RESONATE, MESSAGE, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateMessage *resonate_message_new (GBytes *text, GError **error);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_message_get_event (ResonateMessage *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_message_get_channel (ResonateMessage *self);

RESONATE_AVAILABLE_IN_1_0
char *resonate_message_dup_data (ResonateMessage *self);

RESONATE_AVAILABLE_IN_1_0
GBytes *resonate_message_get_text (ResonateMessage *self);

G_END_DECLS
