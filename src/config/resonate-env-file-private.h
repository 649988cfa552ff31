/* resonate-env-file-private.h: the `.env` of a Laravel application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *value; /* (nullable): NULL for a name without `=` */
  unsigned int number;
} ResonateEnvEntry;

GPtrArray *resonate_env_file_parse (const char *file,
                                    const char *text,
                                    const char *const *environment,
                                    GError **error);

GPtrArray *
resonate_env_file_load (const char *file, const char *const *environment, GError **error);

const ResonateEnvEntry *resonate_env_file_find (GPtrArray *entries, const char *name);

char *resonate_env_dup_converted (const char *value);

G_END_DECLS
