/* import.h: what the three importers share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

/* What becomes of a leaf of the other server's configuration. */
typedef enum
{
  IMPORT_TEXT,          /* as it is: durations are seconds, sizes are bytes */
  IMPORT_LIST,          /* an array of strings */
  IMPORT_MS,            /* a number of milliseconds */
  IMPORT_KIB,           /* a number of KiB */
  IMPORT_MIB,           /* a number of MiB */
  IMPORT_CLIENT_EVENTS, /* true or false */
  IMPORT_KEEP,          /* nothing is lost: it concerns the other side only, or is read elsewhere */
} ImportHow;

typedef struct
{
  const char *path; /* dotted */
  const char *name; /* (nullable): a key; NULL where nothing is equal */
  ImportHow how;
  const char *note; /* (nullable): why, or what to do instead */
} ImportRule;

typedef struct
{
  GKeyFile *file;
  GPtrArray *notes; /* (element-type utf8): what was left behind */
} Import;

gboolean import_reverb (Import *self, JsonObject *root, GError **error);

gboolean import_soketi (Import *self, JsonObject *root, GError **error);

gboolean import_env (Import *self, const char *file, GError **error);

JsonNode *import_parse (const char *file, const char *text, size_t length, GError **error);

JsonNode *import_lookup (JsonObject *root, const char *path);

char *import_dup_text (JsonNode *node);

void import_write (Import *self, const char *group, const char *name, const char *value);

gboolean import_set (Import *self,
                     const char *group,
                     const char *where,
                     const char *name,
                     const char *value,
                     GError **error);

gboolean import_by_rules (Import *self,
                          JsonObject *root,
                          const char *prefix,
                          const char *group,
                          const ImportRule *rules,
                          size_t n_rules,
                          GError **error);

char *import_dup_group (
  Import *self, JsonObject *app, const char *where, const char *id_name, GError **error);
