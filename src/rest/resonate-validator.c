/* resonate-validator.c: what is wrong with a body, in the words of Laravel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-validator"

#include "config.h"

#include "resonate-validator-private.h"

#include <string.h>

#include "../base/resonate-json-writer-private.h"

/* Publishers show these messages to people, so they are the ones that Laravel's validator gives in
 * English: one list of messages for each attribute, in the order of the rules (spec: events, 6.4).
 * An attribute that is missing has no other fault. */
struct _ResonateValidator
{
  GString *json;          /* `{"name":["…"]` without the end */
  GHashTable *attributes; /* (element-type utf8): those that have a message */
};

ResonateValidator *
resonate_validator_new (void)
{
  ResonateValidator *self = g_new0 (ResonateValidator, 1);

  self->json = g_string_new ("{");
  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
resonate_validator_free (ResonateValidator *self)
{
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  g_string_free (self->json, TRUE);
  g_free (self);
}

/* The first message of an attribute is the only one. */
static void
add (ResonateValidator *self, const char *attribute, const char *message)
{
  if (!g_hash_table_add (self->attributes, g_strdup (attribute)))
    return;

  resonate_json_append_name (self->json, attribute);
  g_string_append_c (self->json, '[');
  resonate_json_append_string (self->json, message, -1);
  g_string_append_c (self->json, ']');
}

static gboolean
is_blank_string (const ResonateJsonValue *value)
{
  g_autofree char *text = NULL;
  size_t length;

  if (value->kind != RESONATE_JSON_STRING)
    return FALSE;

  text = resonate_json_dup_string (value, &length);

  return strspn (text, " \t\n\r\v") == length;
}

/* Absent, null, a blank string and an empty list all count as not given. */
gboolean
resonate_validator_is_missing (const ResonateJsonValue *object, const char *name)
{
  ResonateJsonValue value;

  if (!resonate_json_get_member (object, name, &value))
    return TRUE;

  switch (value.kind)
    {
    case RESONATE_JSON_NULL:
      return TRUE;

    case RESONATE_JSON_STRING:
      return is_blank_string (&value);

    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
      return resonate_json_is_empty (&value);

    case RESONATE_JSON_FALSE:
    case RESONATE_JSON_TRUE:
    case RESONATE_JSON_NUMBER:
    default:
      return FALSE;
    }
}

void
resonate_validator_require (ResonateValidator *self,
                            const ResonateJsonValue *object,
                            const char *name,
                            const char *attribute)
{
  g_autofree char *message = NULL;

  if (!resonate_validator_is_missing (object, name))
    return;

  message = g_strdup_printf ("The %s field is required.", attribute);
  add (self, attribute, message);
}

/*
 * resonate_validator_require_without:
 * @other_missing: whether @other, which would do instead, is not given either
 *
 * For two attributes of which one must be given.
 */
void
resonate_validator_require_without (ResonateValidator *self,
                                    const ResonateJsonValue *object,
                                    const char *name,
                                    const char *attribute,
                                    const char *other,
                                    gboolean other_missing)
{
  g_autofree char *message = NULL;

  if (!resonate_validator_is_missing (object, name) || !other_missing)
    return;

  message = g_strdup_printf ("The %s field is required when %s is not present.", attribute, other);
  add (self, attribute, message);
}

/* A string with a NUL in it is not one that anything further on could use. */
gboolean
resonate_validator_is_string (const ResonateJsonValue *value)
{
  g_autofree char *text = NULL;
  size_t length;

  if (value->kind != RESONATE_JSON_STRING)
    return FALSE;

  text = resonate_json_dup_string (value, &length);

  return strlen (text) == length;
}

/*
 * resonate_validator_check_string:
 * @attribute: what the message is filed under
 * @shown: what the message calls it
 */
void
resonate_validator_check_string (ResonateValidator *self,
                                 const ResonateJsonValue *object,
                                 const char *name,
                                 const char *attribute,
                                 const char *shown)
{
  ResonateJsonValue value;
  g_autofree char *message = NULL;

  if (!resonate_json_get_member (object, name, &value) || resonate_validator_is_string (&value))
    return;

  /* A payload may hold anything that a JSON string can. */
  if (value.kind == RESONATE_JSON_STRING && g_str_equal (name, "data"))
    return;

  message = g_strdup_printf ("The %s field must be a string.", shown);
  add (self, attribute, message);
}

void
resonate_validator_check_array (ResonateValidator *self,
                                const ResonateJsonValue *object,
                                const char *name,
                                const char *attribute)
{
  ResonateJsonValue value;
  g_autofree char *message = NULL;

  if (!resonate_json_get_member (object, name, &value) || value.kind == RESONATE_JSON_ARRAY ||
      value.kind == RESONATE_JSON_OBJECT || is_blank_string (&value))
    return;

  message = g_strdup_printf ("The %s field must be an array.", attribute);
  add (self, attribute, message);
}

gboolean
resonate_validator_passes (ResonateValidator *self)
{
  return g_hash_table_size (self->attributes) == 0;
}

/* Returns the body of the 422. */
char *
resonate_validator_dup_json (ResonateValidator *self)
{
  return g_strconcat (self->json->str, "}", NULL);
}
