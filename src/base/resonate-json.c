/* resonate-json.c: reading JSON where it lies, without building a tree
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-json"

#include "config.h"

#include "resonate-json-private.h"

#include <string.h>

#include "resonate-json-scanner-private.h"
#include "resonate-octets-private.h"
#include "resonate-unicode-private.h"

/* What a client sends is read in two steps. resonate_json_scan () proves once that the whole text
 * is JSON; everything below may then walk it without a check, because it is never called on a text
 * that was not scanned. Nothing is copied until somebody asks for a string. */

static const char *
skip_space (const char *at)
{
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
    at++;

  return at;
}

static const char *
find_quote_or_escape (const char *at, const char *end)
{
  while (end - at >= (gssize) sizeof (ResonateOctets))
    {
      ResonateOctets octets = resonate_octets_load (at);
      ResonateOctets found = resonate_octets_equal (octets, '"') |
                             resonate_octets_equal (octets, '\\');

      if (found != 0)
        return at + resonate_octets_first (found);
      at += sizeof octets;
    }

  while (*at != '"' && *at != '\\')
    at++;

  return at;
}

/* @at is at the opening quote; returns what follows the closing one. */
static const char *
skip_string (const char *at, const char *end)
{
  at = find_quote_or_escape (at + 1, end);
  while (*at == '\\')
    at = find_quote_or_escape (at + 2, end);

  return at + 1;
}

static const char *
skip_container (const char *at, const char *end)
{
  unsigned int depth = 0;

  do
    {
      if (*at == '"')
        {
          at = skip_string (at, end);
          continue;
        }

      if (*at == '{' || *at == '[')
        depth++;
      else if (*at == '}' || *at == ']')
        depth--;
      at++;
    }
  while (depth > 0);

  return at;
}

static const char *
skip_scalar (const char *at, const char *end)
{
  while (at < end && *at != ',' && *at != ']' && *at != '}' && (guint8) *at > ' ')
    at++;

  return at;
}

/* Reads the value at @at, which is not white space. */
static const char *
take_value (const char *at, const char *end, ResonateJsonValue *value)
{
  const char *start = at;

  value->text = start;
  value->kind = resonate_json_scanner_kind_of (*start);

  if (value->kind == RESONATE_JSON_STRING)
    at = skip_string (at, end);
  else if (value->kind == RESONATE_JSON_ARRAY || value->kind == RESONATE_JSON_OBJECT)
    at = skip_container (at, end);
  else
    at = skip_scalar (at, end);

  value->length = at - start;

  return at;
}

/*
 * resonate_json_scan:
 * @text: (array length=length): need not end in NUL
 * @max_depth: how many containers may be open at once
 * @value: (out): the document without the white space around it
 *
 * Proves that @text is one JSON document of RFC 8259 in UTF-8. As PHP does, it refuses a byte order
 * mark, raw control characters and lone surrogates.
 *
 * Fails with %RESONATE_ERROR_SYNTAX and a message that names the byte.
 */
gboolean
resonate_json_scan (
  const char *text, size_t length, unsigned int max_depth, ResonateJsonValue *value, GError **error)
{
  g_return_val_if_fail (text != NULL || length == 0, FALSE);
  g_return_val_if_fail (max_depth <= RESONATE_JSON_DEPTH_ENVELOPE, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return resonate_json_scanner_check (text, length, max_depth, value, error);
}

void
resonate_json_iter_init (ResonateJsonIter *iter, const ResonateJsonValue *container)
{
  g_assert (container->kind == RESONATE_JSON_OBJECT || container->kind == RESONATE_JSON_ARRAY);

  iter->at = skip_space (container->text + 1);
  iter->end = container->text + container->length - 1;
}

/* Leaves @iter at the next name or element, or at the end. */
static void
pass_comma (ResonateJsonIter *iter)
{
  iter->at = skip_space (iter->at);
  if (iter->at < iter->end && *iter->at == ',')
    iter->at = skip_space (iter->at + 1);
}

gboolean
resonate_json_iter_next_member (ResonateJsonIter *iter,
                                ResonateJsonValue *name,
                                ResonateJsonValue *value)
{
  if (iter->at >= iter->end)
    return FALSE;

  iter->at = skip_space (take_value (iter->at, iter->end, name));
  g_assert (*iter->at == ':');
  iter->at = take_value (skip_space (iter->at + 1), iter->end, value);
  pass_comma (iter);

  return TRUE;
}

gboolean
resonate_json_iter_next_element (ResonateJsonIter *iter, ResonateJsonValue *value)
{
  if (iter->at >= iter->end)
    return FALSE;

  iter->at = take_value (iter->at, iter->end, value);
  pass_comma (iter);

  return TRUE;
}

/*
 * resonate_json_get_members:
 * @object: any value; what is no object has no members
 * @names: (array length=n)
 * @values: (out) (array length=n): a text of NULL stands for a member that is not there
 *
 * Looks for all of @names in one walk. Of members with one name the last counts, as in PHP and in
 * json-glib.
 */
void
resonate_json_get_members (const ResonateJsonValue *object,
                           const char *const *names,
                           ResonateJsonValue *values,
                           size_t n)
{
  ResonateJsonIter iter;
  ResonateJsonValue name, value;

  for (size_t i = 0; i < n; i++)
    values[i] = (ResonateJsonValue){ NULL };
  if (object->kind != RESONATE_JSON_OBJECT)
    return;

  resonate_json_iter_init (&iter, object);
  while (resonate_json_iter_next_member (&iter, &name, &value))
    {
      for (size_t i = 0; i < n; i++)
        {
          if (resonate_json_string_equals (&name, names[i]))
            values[i] = value;
        }
    }
}

/* The same for one member; @value is left as it is when there is none. */
gboolean
resonate_json_get_member (const ResonateJsonValue *object,
                          const char *name,
                          ResonateJsonValue *value)
{
  ResonateJsonValue found;

  resonate_json_get_members (object, &name, &found, 1);
  if (found.text == NULL)
    return FALSE;

  *value = found;

  return TRUE;
}

gboolean
resonate_json_is_empty (const ResonateJsonValue *container)
{
  ResonateJsonIter iter;

  resonate_json_iter_init (&iter, container);

  return iter.at >= iter.end;
}

gboolean
resonate_json_string_equals (const ResonateJsonValue *string, const char *text)
{
  g_autofree char *decoded = NULL;
  size_t length = strlen (text);
  size_t decoded_length;

  /* No string is longer than it is written. */
  if (string->kind != RESONATE_JSON_STRING || string->length < length + 2)
    return FALSE;

  /* Nearly every name is written without an escape, and then needs no copy. */
  if (memchr (string->text, '\\', string->length) == NULL)
    return string->length == length + 2 && memcmp (string->text + 1, text, length) == 0;

  decoded = resonate_json_dup_string (string, &decoded_length);

  return decoded_length == length && memcmp (decoded, text, length) == 0;
}

/* @at is behind the `\u`; returns what follows the escape, the second half of a pair included. */
static const char *
decode_unicode (const char *at, char **out)
{
  gunichar c = resonate_unicode_from_hex (at);

  at += 4;
  if (c >= 0xd800 && c <= 0xdbff)
    {
      c = 0x10000 + ((c - 0xd800) << 10) + (resonate_unicode_from_hex (at + 2) - 0xdc00);
      at += 6;
    }

  *out += g_unichar_to_utf8 (c, *out);

  return at;
}

static const char *
decode_escape (const char *at, char **out)
{
  static const char names[] = "bfnrt";
  static const char bytes[] = "\b\f\n\r\t";
  const char *found;

  if (*at == 'u')
    return decode_unicode (at + 1, out);

  found = strchr (names, *at);
  *(*out)++ = found != NULL ? bytes[found - names] : *at;

  return at + 1;
}

/*
 * resonate_json_dup_string:
 * @length: (out) (optional): the length in bytes
 *
 * Decodes a string. The result may hold NUL bytes, which @length counts: a caller that goes on with
 * C strings asks resonate_json_string_has_nul () first.
 */
char *
resonate_json_dup_string (const ResonateJsonValue *string, size_t *length)
{
  const char *at = string->text + 1;
  const char *end = string->text + string->length - 1;
  char *decoded, *out;

  g_assert (string->kind == RESONATE_JSON_STRING);

  /* An escape is longer than what it stands for. */
  decoded = out = g_malloc (end - at + 1);
  while (at < end)
    {
      const char *escape = memchr (at, '\\', end - at);
      size_t plain = (escape != NULL ? escape : end) - at;

      memcpy (out, at, plain);
      out += plain;
      at = escape != NULL ? decode_escape (escape + 1, &out) : end;
    }
  *out = '\0';

  if (length != NULL)
    *length = out - decoded;

  return decoded;
}

/* Whether a string holds a NUL, which can only have been written as an escape. */
gboolean
resonate_json_string_has_nul (const ResonateJsonValue *string)
{
  const char *at = string->text + 1;
  const char *end = string->text + string->length - 1;

  g_assert (string->kind == RESONATE_JSON_STRING);

  while ((at = memchr (at, '\\', end - at)) != NULL)
    {
      if (at[1] == 'u' && memcmp (at + 2, "0000", 4) == 0)
        return TRUE;
      at += 2;
    }

  return FALSE;
}

/* Decodes a string that is to be a C string, or returns NULL for one that cannot be. */
char *
resonate_json_dup_c_string (const ResonateJsonValue *string)
{
  if (string->kind != RESONATE_JSON_STRING || resonate_json_string_has_nul (string))
    return NULL;

  return resonate_json_dup_string (string, NULL);
}

char *
resonate_json_dup_text (const ResonateJsonValue *value)
{
  return g_strndup (value->text, value->length);
}

/* Whether a number is 0, -0, 0.00 or 0e7: what PHP takes for false. */
gboolean
resonate_json_is_zero (const ResonateJsonValue *number)
{
  g_assert (number->kind == RESONATE_JSON_NUMBER);

  for (size_t i = 0; i < number->length && number->text[i] != 'e' && number->text[i] != 'E'; i++)
    {
      if (number->text[i] >= '1' && number->text[i] <= '9')
        return FALSE;
    }

  return TRUE;
}
