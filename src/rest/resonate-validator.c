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
  GString *json;          /* (nullable): `{"name":["…"]` without the end */
  GHashTable *attributes; /* (element-type utf8) (nullable): those that have a message */
};

ResonateValidator *
resonate_validator_new (void)
{
  return g_new0 (ResonateValidator, 1);
}

void
resonate_validator_free (ResonateValidator *self)
{
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  if (self->json != NULL)
    g_string_free (self->json, TRUE);
  g_free (self);
}

/* The first message of an attribute is the only one. */
static void
add (ResonateValidator *self, const char *attribute, const char *message)
{
  if (self->json == NULL)
    {
      self->json = g_string_new ("{");
      self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    }

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

  /* White space is written as it is or as an escape, so nearly every string is known by its first
   * byte. */
  if (strchr ("\" \\", value->text[1]) == NULL)
    return FALSE;

  text = resonate_json_dup_string (value, &length);

  return strspn (text, " \t\n\r\v") == length;
}

/* Absent, null, a blank string and an empty list all count as not given. */
gboolean
resonate_validator_is_missing (const ResonateJsonValue *value)
{
  if (value->text == NULL)
    return TRUE;

  switch (value->kind)
    {
    case RESONATE_JSON_NULL:
      return TRUE;

    case RESONATE_JSON_STRING:
      return is_blank_string (value);

    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
      return resonate_json_is_empty (value);

    case RESONATE_JSON_FALSE:
    case RESONATE_JSON_TRUE:
    case RESONATE_JSON_NUMBER:
    default:
      return FALSE;
    }
}

void
resonate_validator_require (ResonateValidator *self,
                            const ResonateJsonValue *value,
                            const char *attribute)
{
  g_autofree char *message = NULL;

  if (!resonate_validator_is_missing (value))
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
                                    const ResonateJsonValue *value,
                                    const char *attribute,
                                    const char *other,
                                    gboolean other_missing)
{
  g_autofree char *message = NULL;

  if (!resonate_validator_is_missing (value) || !other_missing)
    return;

  message = g_strdup_printf ("The %s field is required when %s is not present.", attribute, other);
  add (self, attribute, message);
}

/* A string with a NUL in it is not one that anything further on could use. */
gboolean
resonate_validator_is_string (const ResonateJsonValue *value)
{
  return value->kind == RESONATE_JSON_STRING && !resonate_json_string_has_nul (value);
}

static void
add_no_string (ResonateValidator *self, const char *attribute, const char *shown)
{
  g_autofree char *message = g_strdup_printf ("The %s field must be a string.", shown);

  add (self, attribute, message);
}

/*
 * resonate_validator_check_string:
 * @attribute: what the message is filed under
 * @shown: what the message calls it
 */
void
resonate_validator_check_string (ResonateValidator *self,
                                 const ResonateJsonValue *value,
                                 const char *attribute,
                                 const char *shown)
{
  if (value->text != NULL && !resonate_validator_is_string (value))
    add_no_string (self, attribute, shown);
}

/* A payload may hold anything that a JSON string can. */
void
resonate_validator_check_payload (ResonateValidator *self,
                                  const ResonateJsonValue *value,
                                  const char *attribute,
                                  const char *shown)
{
  if (value->text != NULL && value->kind != RESONATE_JSON_STRING)
    add_no_string (self, attribute, shown);
}

void
resonate_validator_check_array (ResonateValidator *self,
                                const ResonateJsonValue *value,
                                const char *attribute)
{
  g_autofree char *message = NULL;

  if (value->text == NULL || value->kind == RESONATE_JSON_ARRAY ||
      value->kind == RESONATE_JSON_OBJECT || is_blank_string (value))
    return;

  message = g_strdup_printf ("The %s field must be an array.", attribute);
  add (self, attribute, message);
}

gboolean
resonate_validator_passes (ResonateValidator *self)
{
  return self->json == NULL;
}

/* Returns the body of the 422, for what does not pass. */
char *
resonate_validator_dup_json (ResonateValidator *self)
{
  return g_strconcat (self->json->str, "}", NULL);
}
