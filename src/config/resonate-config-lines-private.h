/* resonate-config-lines-private.h: on which line of a file each key stands
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *group;
  char *key;   /* (nullable): NULL for the line of the group itself, as is @value */
  char *value; /* (nullable): with its escapes, and without blanks around it */
  unsigned int number;
} ResonateConfigLine;

gboolean resonate_config_lines_check_text (const char *file,
                                           const char *text,
                                           size_t length,
                                           GError **error);

GPtrArray *resonate_config_lines_scan (const char *file, const char *text, GError **error);

G_END_DECLS
