/* resonate-request-grammar.c: what the parts of a request head may look like
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-request-grammar"

#include "config.h"

#include "resonate-request-grammar-private.h"

#include <string.h>

#define MAX_PORT_DIGITS 5

/* What names are made of (RFC 9110, 5.6.2). */
static const guint8 token_bytes[256] = {
  ['0' ... '9'] = TRUE, ['A' ... 'Z'] = TRUE, ['a' ... 'z'] = TRUE, ['!'] = TRUE,  ['#'] = TRUE,
  ['$'] = TRUE,         ['%'] = TRUE,         ['&'] = TRUE,         ['\''] = TRUE, ['*'] = TRUE,
  ['+'] = TRUE,         ['-'] = TRUE,         ['.'] = TRUE,         ['^'] = TRUE,  ['_'] = TRUE,
  ['`'] = TRUE,         ['|'] = TRUE,         ['~'] = TRUE,
};

gboolean
resonate_request_is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!token_bytes[(guchar) text[i]])
        return FALSE;
    }

  return length > 0;
}

gboolean
resonate_request_span_equals (ResonateRequestSpan span, const char *word)
{
  return span.length == strlen (word) && g_ascii_strncasecmp (span.text, word, span.length) == 0;
}

ResonateRequestSpan
resonate_request_strip (const char *text, gsize length)
{
  while (length > 0 && (text[0] == ' ' || text[0] == '\t'))
    {
      text++;
      length--;
    }

  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
    length--;

  return (ResonateRequestSpan){ text, length };
}

gboolean
resonate_request_list_contains (ResonateRequestSpan list, const char *word)
{
  while (list.length > 0)
    {
      const char *comma = memchr (list.text, ',', list.length);
      gsize length = comma != NULL ? (gsize) (comma - list.text) : list.length;

      if (resonate_request_span_equals (resonate_request_strip (list.text, length), word))
        return TRUE;

      if (comma == NULL)
        return FALSE;

      list.text += length + 1;
      list.length -= length + 1;
    }

  return FALSE;
}

static gboolean
is_port (const char *text, gsize length)
{
  guint port = 0;

  if (length > MAX_PORT_DIGITS)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      port = port * 10 + (guint) (text[i] - '0');
    }

  return port <= G_MAXUINT16;
}

/* A name or a literal address, and perhaps a port. No comma: that is how two hosts look when they
 * have been joined on the way here. */
gboolean
resonate_request_is_authority (ResonateRequestSpan host)
{
  gsize end = 0;

  if (host.length > 0 && host.text[0] == '[')
    {
      const char *bracket = memchr (host.text, ']', host.length);

      if (bracket == NULL)
        return FALSE;

      end = (gsize) (bracket - host.text);
      for (gsize i = 1; i < end; i++)
        {
          if (!g_ascii_isxdigit (host.text[i]) && strchr (":.", host.text[i]) == NULL)
            return FALSE;
        }
      end++;
    }
  else
    {
      while (end < host.length &&
             (g_ascii_isalnum (host.text[end]) ||
              (host.text[end] != '\0' && strchr ("-._~", host.text[end]) != NULL)))
        end++;
    }

  if (end == 0)
    return FALSE;

  return end == host.length ||
         (host.text[end] == ':' && is_port (host.text + end + 1, host.length - end - 1));
}

/* ASCII that is seen, without the mark that begins a fragment. */
static const guint8 target_bytes[256] = { ['!' ... '"'] = TRUE, ['$' ... '~'] = TRUE };

/* A path, `*`, or a whole URI as a proxy is sent it. */
gboolean
resonate_request_is_target (const char *text, gsize length)
{
  gsize scheme = 0;
  gsize end;

  for (gsize i = 0; i < length; i++)
    {
      if (!target_bytes[(guchar) text[i]])
        return FALSE;
    }

  if (length == 0)
    return FALSE;
  if (text[0] == '/')
    return TRUE;
  if (length == 1 && text[0] == '*')
    return TRUE;
  if (length > 7 && g_ascii_strncasecmp (text, "http://", 7) == 0)
    scheme = 7;
  else if (length > 8 && g_ascii_strncasecmp (text, "https://", 8) == 0)
    scheme = 8;
  else
    return FALSE;

  end = scheme;
  while (end < length && text[end] != '/' && text[end] != '?')
    end++;

  return resonate_request_is_authority ((ResonateRequestSpan){ text + scheme, end - scheme });
}
