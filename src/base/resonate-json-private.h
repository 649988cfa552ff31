/* resonate-json-private.h: reading JSON where it lies, without building a tree
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How deep a text may nest: PHP's limit for what is only relayed, ours wherever a tree is meant. */
#define RESONATE_JSON_DEPTH_RELAYED 511
#define RESONATE_JSON_DEPTH_TREE    64

/* What is relayed, in the two objects that nodes wrap around what was in one. */
#define RESONATE_JSON_DEPTH_ENVELOPE (RESONATE_JSON_DEPTH_RELAYED + 1)

typedef enum
{
  RESONATE_JSON_NULL,
  RESONATE_JSON_FALSE,
  RESONATE_JSON_TRUE,
  RESONATE_JSON_NUMBER,
  RESONATE_JSON_STRING,
  RESONATE_JSON_ARRAY,
  RESONATE_JSON_OBJECT,
} ResonateJsonKind;

/* A value is the stretch of text it was written as, quotes and brackets included. */
typedef struct
{
  const char *text; /* (unowned) */
  size_t length;
  ResonateJsonKind kind;
} ResonateJsonValue;

/* A walk over the members of an object or the elements of an array. */
typedef struct
{
  const char *at;
  const char *end;
} ResonateJsonIter;

gboolean resonate_json_scan (const char *text,
                             size_t length,
                             unsigned int max_depth,
                             ResonateJsonValue *value,
                             GError **error);

void resonate_json_iter_init (ResonateJsonIter *iter, const ResonateJsonValue *container);

gboolean resonate_json_iter_next_member (ResonateJsonIter *iter,
                                         ResonateJsonValue *name,
                                         ResonateJsonValue *value);

gboolean resonate_json_iter_next_element (ResonateJsonIter *iter, ResonateJsonValue *value);

void resonate_json_get_members (const ResonateJsonValue *object,
                                const char *const *names,
                                ResonateJsonValue *values,
                                size_t n);

gboolean resonate_json_get_member (const ResonateJsonValue *object,
                                   const char *name,
                                   ResonateJsonValue *value);

gboolean resonate_json_is_empty (const ResonateJsonValue *container);

gboolean resonate_json_string_equals (const ResonateJsonValue *string, const char *text);

char *resonate_json_dup_string (const ResonateJsonValue *string, size_t *length);

gboolean resonate_json_string_has_nul (const ResonateJsonValue *string);

char *resonate_json_dup_c_string (const ResonateJsonValue *string);

char *resonate_json_dup_text (const ResonateJsonValue *value);

gboolean resonate_json_is_zero (const ResonateJsonValue *number);

G_END_DECLS
