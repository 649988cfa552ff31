/* resonate-glob-private.h: patterns in which `*` stands for anything
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean resonate_glob_match (const char *pattern, const char *text);

G_END_DECLS
