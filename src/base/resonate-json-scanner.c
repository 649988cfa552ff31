/* resonate-json-scanner.c: is this text JSON?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-json-scanner"

#include "config.h"

#include "resonate-json-scanner-private.h"

#include <string.h>

#include "resonate-error.h"
#include "resonate-octets-private.h"
#include "resonate-unicode-private.h"

/* One pass, no recursion: a hundred thousand brackets cost a hundred thousand steps and no stack.
 * What each open container is, is one bit. */
typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  const char *problem; /* (nullable): what is wrong at @at */
  unsigned int depth;
  unsigned int max_depth;
  guint8 is_object[(RESONATE_JSON_DEPTH_ENVELOPE + 7) / 8];
} Scan;

static gboolean
fail (Scan *scan, const char *problem)
{
  scan->problem = problem;

  return FALSE;
}

static gboolean
in_object (const Scan *scan)
{
  unsigned int top = scan->depth - 1;

  return (scan->is_object[top / 8] >> (top % 8)) & 1;
}

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end &&
         (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
    scan->at++;
}

ResonateJsonKind
resonate_json_scanner_kind_of (char first)
{
  switch (first)
    {
    case '"':
      return RESONATE_JSON_STRING;
    case '{':
      return RESONATE_JSON_OBJECT;
    case '[':
      return RESONATE_JSON_ARRAY;
    case 't':
      return RESONATE_JSON_TRUE;
    case 'f':
      return RESONATE_JSON_FALSE;
    case 'n':
      return RESONATE_JSON_NULL;
    default:
      return RESONATE_JSON_NUMBER;
    }
}

static gboolean
scan_hex (Scan *scan, gunichar *c)
{
  if (scan->end - scan->at < 4)
    return fail (scan, "an unfinished \\u escape");

  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (scan->at[i]))
        return fail (scan, "a \\u escape without four hexadecimal digits");
    }

  *c = resonate_unicode_from_hex (scan->at);
  scan->at += 4;

  return TRUE;
}

/* @at is behind the backslash. */
static gboolean
scan_escape (Scan *scan)
{
  gunichar c, low;

  if (scan->at == scan->end)
    return fail (scan, "an unfinished escape");

  if (*scan->at != 'u')
    {
      if (strchr ("\"\\/bfnrt", *scan->at) == NULL || *scan->at == '\0')
        return fail (scan, "an unknown escape");
      scan->at++;
      return TRUE;
    }

  scan->at++;
  if (!scan_hex (scan, &c))
    return FALSE;

  if (c >= 0xdc00 && c <= 0xdfff)
    return fail (scan, "a lone surrogate");
  if (c < 0xd800 || c > 0xdbff)
    return TRUE;

  if (scan->end - scan->at < 2 || scan->at[0] != '\\' || scan->at[1] != 'u')
    return fail (scan, "a lone surrogate");
  scan->at += 2;
  if (!scan_hex (scan, &low))
    return FALSE;

  return low >= 0xdc00 && low <= 0xdfff ? TRUE : fail (scan, "a lone surrogate");
}

/* Passes what means itself in a string. */
static void
skip_plain (Scan *scan)
{
  while (scan->end - scan->at >= (gssize) sizeof (ResonateOctets))
    {
      ResonateOctets octets = resonate_octets_load (scan->at);
      ResonateOctets found = resonate_octets_equal (octets, '"') |
                             resonate_octets_equal (octets, '\\') |
                             resonate_octets_below (octets, 0x20) |
                             resonate_octets_above_ascii (octets);

      if (found != 0)
        {
          scan->at += resonate_octets_first (found);
          return;
        }
      scan->at += sizeof octets;
    }

  while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\' &&
         (guint8) *scan->at >= 0x20 && (guint8) *scan->at < 0x80)
    scan->at++;
}

/* @at is at a byte above ASCII. Passes it and all that follows up to a mark that means something.
 */
static gboolean
scan_utf8 (Scan *scan)
{
  const char *start = scan->at;
  const char *invalid;

  while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\' &&
         (guint8) *scan->at >= 0x20)
    scan->at++;

  if (g_utf8_validate_len (start, scan->at - start, &invalid))
    return TRUE;

  scan->at = invalid;

  return fail (scan, "bytes that are not UTF-8");
}

static gboolean
scan_string (Scan *scan)
{
  scan->at++;
  for (;;)
    {
      skip_plain (scan);
      if (scan->at == scan->end)
        return fail (scan, "an unfinished string");

      if (*scan->at == '"')
        {
          scan->at++;
          return TRUE;
        }

      if ((guint8) *scan->at >= 0x80)
        {
          if (!scan_utf8 (scan))
            return FALSE;
          continue;
        }

      if (*scan->at != '\\')
        return fail (scan, "a control character in a string");
      scan->at++;
      if (!scan_escape (scan))
        return FALSE;
    }
}

static gboolean
scan_digits (Scan *scan)
{
  const char *first = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;

  return scan->at > first ? TRUE : fail (scan, "no value");
}

static gboolean
scan_number (Scan *scan)
{
  if (*scan->at == '-')
    scan->at++;

  if (scan->at < scan->end && *scan->at == '0')
    scan->at++;
  else if (!scan_digits (scan))
    return FALSE;

  if (scan->at < scan->end && *scan->at == '.')
    {
      scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }

  if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E'))
    {
      scan->at++;
      if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
        scan->at++;
      return scan_digits (scan);
    }

  return TRUE;
}

static gboolean
scan_word (Scan *scan, const char *word)
{
  size_t length = strlen (word);

  if ((size_t) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return fail (scan, "no value");
  scan->at += length;

  return TRUE;
}

static gboolean
open_container (Scan *scan)
{
  guint8 bit = 1 << (scan->depth % 8);

  if (scan->depth == scan->max_depth)
    return fail (scan, "nesting that is too deep");

  if (*scan->at == '{')
    scan->is_object[scan->depth / 8] |= bit;
  else
    scan->is_object[scan->depth / 8] &= ~bit;
  scan->depth++;
  scan->at++;

  return TRUE;
}

static gboolean
scan_scalar (Scan *scan)
{
  switch (resonate_json_scanner_kind_of (*scan->at))
    {
    case RESONATE_JSON_STRING:
      return scan_string (scan);
    case RESONATE_JSON_TRUE:
      return scan_word (scan, "true");
    case RESONATE_JSON_FALSE:
      return scan_word (scan, "false");
    case RESONATE_JSON_NULL:
      return scan_word (scan, "null");
    case RESONATE_JSON_NUMBER:
      return scan_number (scan);
    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
scan_name (Scan *scan)
{
  skip_space (scan);
  if (scan->at == scan->end || *scan->at != '"')
    return fail (scan, "no member name");
  if (!scan_string (scan))
    return FALSE;

  skip_space (scan);
  if (scan->at == scan->end || *scan->at != ':')
    return fail (scan, "no colon after a member name");
  scan->at++;

  return TRUE;
}

/* Scans one value up to its first scalar or its empty container: whatever stays open is on the
 * stack. */
static gboolean
scan_value (Scan *scan)
{
  for (;;)
    {
      char first, closer;

      skip_space (scan);
      if (scan->at == scan->end)
        return fail (scan, "the end of the text");

      first = *scan->at;
      if (first != '{' && first != '[')
        return scan_scalar (scan);

      if (!open_container (scan))
        return FALSE;

      skip_space (scan);
      closer = first == '{' ? '}' : ']';
      if (scan->at < scan->end && *scan->at == closer)
        {
          scan->at++;
          scan->depth--;
          return TRUE;
        }

      if (first == '{' && !scan_name (scan))
        return FALSE;
    }
}

/* After a value: closes what ends here. Returns FALSE with no problem when the document is over. */
static gboolean
scan_next (Scan *scan)
{
  while (scan->depth > 0)
    {
      skip_space (scan);
      if (scan->at == scan->end)
        return fail (scan, "the end of the text");

      if (*scan->at == ',')
        {
          scan->at++;
          return in_object (scan) ? scan_name (scan) : TRUE;
        }

      if (*scan->at != (in_object (scan) ? '}' : ']'))
        return fail (scan, "neither a comma nor the end of the container");
      scan->at++;
      scan->depth--;
    }

  return FALSE;
}

/*
 * resonate_json_scanner_check:
 * @value: (out): the document
 *
 * Says whether @text is one JSON document, see resonate_json_scan ().
 */
gboolean
resonate_json_scanner_check (
  const char *text, size_t length, unsigned int max_depth, ResonateJsonValue *value, GError **error)
{
  Scan scan = { .max_depth = max_depth };
  const char *first, *last;

  /* The data of an empty GBytes is NULL, and NULL has no end. */
  scan.start = text != NULL ? text : "";
  scan.at = scan.start;
  scan.end = scan.start + length;

  skip_space (&scan);
  first = scan.at;
  while (scan_value (&scan) && scan_next (&scan))
    continue;
  last = scan.at;

  if (scan.problem == NULL)
    {
      skip_space (&scan);
      if (scan.at < scan.end)
        fail (&scan, "something after the end of the document");
    }

  if (scan.problem == NULL)
    {
      *value = (ResonateJsonValue){ first, last - first, resonate_json_scanner_kind_of (*first) };
      return TRUE;
    }

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX,
               "Not JSON: %s at byte %" G_GSIZE_FORMAT, scan.problem,
               (gsize) (scan.at - scan.start));

  return FALSE;
}
