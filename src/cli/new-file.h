/* new-file.h: files that are not there yet, and hold secrets
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

gboolean new_file_write (const char *file, const char *text, gboolean *written, GError **error);
