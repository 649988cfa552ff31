/* resonate-message-private.h: the parts of a message, for the protocol
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-json-private.h"
#include "resonate-message.h"

G_BEGIN_DECLS

const ResonateJsonValue *resonate_message_get_data (ResonateMessage *self);

gboolean resonate_message_has_protocol_data (ResonateMessage *self);

gboolean resonate_message_is_protocol_event (ResonateMessage *self);

gboolean resonate_message_is_blank (const char *text);

G_END_DECLS
