/* resonate-log-private.h: what may be told, and what not
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-log.h"

G_BEGIN_DECLS

char *resonate_log_redact (const char *text, size_t length);

G_END_DECLS
