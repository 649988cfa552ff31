/* resonate-request-head.c: the grammar of a request head, stricter than what stands behind it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-request-head"

#include "config.h"

#include "resonate-request-head-private.h"

#include <string.h>

#include "../base/resonate-octets-private.h"
#include "resonate-request-grammar-private.h"

#define MAX_METHOD        24
#define MAX_EMPTY_LINES   2  /* some clients end a body with a line break that is not part of it */
#define MAX_LENGTH_DIGITS 18 /* more of them are more than any limit */
#define VERSION_LENGTH    8  /* HTTP/1.1 */

/* All that libsoup needs to know for an answer and for a handshake. What it is not shown it cannot
 * act on: ranges of an answer are a bomb, an interim answer is not expected by the clients of the
 * reference, and a body would be copied once more. */
static const char *const shown[] = {
  "connection",
  "sec-websocket-key",
  "sec-websocket-version",
  "upgrade",
};

static gboolean
refuse (ResonateRequestHead *self, guint status, const char *text)
{
  self->refused_status = status;
  self->refused_text = text;

  return FALSE;
}

static gboolean
parse_request_line (ResonateRequestHead *self, const char *line, gsize length)
{
  const char *space = memchr (line, ' ', length);
  const char *version;
  gsize method_length;

  if (space == NULL || length < VERSION_LENGTH + 1)
    return refuse (self, 400, "Bad request.");

  method_length = (gsize) (space - line);
  version = line + length - VERSION_LENGTH;

  if (!resonate_request_is_token (line, method_length) || method_length > MAX_METHOD)
    return refuse (self, 400, "Bad request.");
  if (strncmp (version, "HTTP/", 5) != 0 || version[-1] != ' ' || version - 1 <= space ||
      !g_ascii_isdigit (version[5]) || version[6] != '.' || !g_ascii_isdigit (version[7]))
    return refuse (self, 400, "Bad request.");
  if (version[5] != '1' || (version[7] != '0' && version[7] != '1'))
    return refuse (self, 505, "HTTP version not supported.");
  if (resonate_request_span_equals ((ResonateRequestSpan){ line, method_length }, "CONNECT"))
    return refuse (self, 405, "Method not allowed.");

  self->method_length = method_length;
  self->target_start = self->line_start + method_length + 1;
  self->target_length = length - method_length - VERSION_LENGTH - 2;
  self->minor_version = (guint) (version[7] - '0');

  if (!resonate_request_is_target (space + 1, self->target_length))
    return refuse (self, 400, "Bad request.");

  return TRUE;
}

static gboolean
parse_content_length (ResonateRequestHead *self, ResonateRequestSpan value)
{
  if (self->has_content_length || value.length == 0)
    return refuse (self, 400, "Bad Content-Length.");

  self->has_content_length = TRUE;

  for (gsize i = 0; i < value.length; i++)
    {
      if (!g_ascii_isdigit (value.text[i]))
        return refuse (self, 400, "Bad Content-Length.");
      if (i >= MAX_LENGTH_DIGITS)
        self->content_length = G_MAXINT64;
      else
        self->content_length = self->content_length * 10 + (guint64) (value.text[i] - '0');
    }

  return TRUE;
}

static gboolean
parse_header (ResonateRequestHead *self, const char *line, gsize length)
{
  const char *colon = memchr (line, ':', length);
  ResonateRequestSpan name;
  ResonateRequestSpan value;

  /* A line that begins with a blank would continue the one before: two readers, two meanings. */
  if (colon == NULL || !resonate_request_is_token (line, (gsize) (colon - line)))
    return refuse (self, 400, "Bad request.");

  name = (ResonateRequestSpan){ line, (gsize) (colon - line) };
  value = resonate_request_strip (colon + 1, length - name.length - 1);

  if (resonate_request_span_equals (name, "host"))
    {
      if (self->has_host || !resonate_request_is_authority (value))
        return refuse (self, 400, "Bad Host.");
      self->has_host = TRUE;
    }
  else if (resonate_request_span_equals (name, "content-length"))
    return parse_content_length (self, value);
  else if (resonate_request_span_equals (name, "transfer-encoding"))
    return refuse (self, 411, "Length required.");
  else if (resonate_request_span_equals (name, "upgrade"))
    self->has_upgrade |= resonate_request_list_contains (value, "websocket");
  else if (resonate_request_span_equals (name, "expect"))
    self->expects_continue |= resonate_request_span_equals (value, "100-continue");
  else if (resonate_request_span_equals (name, "connection"))
    {
      self->has_connection_upgrade |= resonate_request_list_contains (value, "upgrade");
      self->has_close |= resonate_request_list_contains (value, "close");
      self->has_keep_alive |= resonate_request_list_contains (value, "keep-alive");
    }

  return TRUE;
}

static gboolean
finish_head (ResonateRequestHead *self)
{
  if (self->minor_version >= 1 && !self->has_host)
    return refuse (self, 400, "Bad Host.");

  self->length = self->scanned;
  self->is_upgrade = self->has_upgrade && self->has_connection_upgrade;
  self->keep_alive = !self->has_close && (self->minor_version >= 1 || self->has_keep_alive);

  return TRUE;
}

/* Looks at one line without its end. TRUE with a length when it was the last. */
static gboolean
take_line (ResonateRequestHead *self, const char *line, gsize length)
{
  if (self->n_lines == 0 && length == 0)
    {
      self->start += 2;
      if (self->start > 2 * MAX_EMPTY_LINES)
        return refuse (self, 400, "Bad request.");
      return TRUE;
    }

  if (length == 0)
    return finish_head (self);

  if (++self->n_lines > RESONATE_REQUEST_HEAD_MAX_HEADERS + 1)
    return refuse (self, 431, "Request header fields too large.");

  if (self->n_lines == 1)
    return parse_request_line (self, line, length);

  return parse_header (self, line, length);
}

static gboolean
check_byte (ResonateRequestHead *self, const char *bytes, gsize at)
{
  gboolean after_return = at > 0 && bytes[at - 1] == '\r';
  guchar byte = (guchar) bytes[at];

  if ((byte == '\n') != after_return)
    return refuse (self, 400, "Bad request.");
  if ((byte < ' ' && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7f)
    return refuse (self, 400, "Bad request.");
  if (self->n_lines == 0 && at - self->line_start > RESONATE_REQUEST_HEAD_MAX_LINE)
    return refuse (self, 431, "Request line too long.");
  if (at - self->start >= RESONATE_REQUEST_HEAD_MAX_SIZE)
    return refuse (self, 431, "Request header fields too large.");

  return TRUE;
}

/* Passes bytes of a line that check_byte () would have nothing against. It sees every line's end,
 * every limit and whatever is odd. */
static void
skip_plain (ResonateRequestHead *self, const char *bytes, gsize length)
{
  gsize at = self->scanned;
  gsize end = MIN (length, self->start + RESONATE_REQUEST_HEAD_MAX_SIZE);

  if (self->n_lines == 0)
    end = MIN (end, self->line_start + RESONATE_REQUEST_HEAD_MAX_LINE);
  if (at > 0 && bytes[at - 1] == '\r')
    return;

  while (at + sizeof (ResonateOctets) <= end)
    {
      ResonateOctets octets = resonate_octets_load (bytes + at);
      ResonateOctets found = resonate_octets_below (octets, ' ') |
                             resonate_octets_equal (octets, 0x7f);

      if (found != 0)
        {
          self->scanned = at + resonate_octets_first (found);
          return;
        }
      at += sizeof octets;
    }

  while (at < end && (guchar) bytes[at] >= ' ' && bytes[at] != 0x7f)
    at++;

  self->scanned = at;
}

/* Goes on where the last call stopped; each byte is looked at once, so that a client which sends
 * them one by one costs no more than another. What is wrong is refused as soon as it is seen. */
ResonateRequestHeadStatus
resonate_request_head_parse (ResonateRequestHead *self, const char *bytes, gsize length)
{
  g_return_val_if_fail (self != NULL, RESONATE_REQUEST_HEAD_REFUSED);
  g_return_val_if_fail (bytes != NULL || length == 0, RESONATE_REQUEST_HEAD_REFUSED);

  if (self->refused_status != 0)
    return RESONATE_REQUEST_HEAD_REFUSED;

  while (self->length == 0 && self->scanned < length)
    {
      gsize line_start = self->line_start;
      gsize at;

      skip_plain (self, bytes, length);
      at = self->scanned;
      if (at == length)
        break;

      if (!check_byte (self, bytes, at))
        return RESONATE_REQUEST_HEAD_REFUSED;

      self->scanned++;
      if (bytes[at] != '\n')
        continue;

      if (!take_line (self, bytes + line_start, at - 1 - line_start))
        return RESONATE_REQUEST_HEAD_REFUSED;
      self->line_start = self->scanned;
    }

  return self->length > 0 ? RESONATE_REQUEST_HEAD_ACCEPTED : RESONATE_REQUEST_HEAD_INCOMPLETE;
}

static gboolean
is_shown (ResonateRequestSpan name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      if (resonate_request_span_equals (name, shown[i]))
        return TRUE;
    }

  return FALSE;
}

/* Steps through the header lines of an accepted head: FALSE behind the last. */
static gboolean
next_header (
  const char *bytes, gsize end, gsize *at, ResonateRequestSpan *line, ResonateRequestSpan *name)
{
  const char *start = bytes + *at;
  const char *stop;

  if (*at + 2 >= end)
    return FALSE;

  stop = memchr (start, '\r', end - *at);
  *line = (ResonateRequestSpan){ start, (gsize) (stop - start) };
  *name = (ResonateRequestSpan){ start, (gsize) ((const char *) memchr (start, ':', line->length) -
                                                 start) };
  *at += line->length + 2;

  return TRUE;
}

static gsize
first_header (const ResonateRequestHead *self)
{
  return self->target_start + self->target_length + 1 + VERSION_LENGTH + 2;
}

static void
append (GByteArray *out, const char *text, gsize length)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) length);
}

/* Appends the head as libsoup shall see it: the method in upper case, the target always `/`, since
 * the router reads the real one, a few headers, and no body. */
void
resonate_request_head_rewrite (const ResonateRequestHead *self, const char *bytes, GByteArray *out)
{
  static const char *const request_lines[] = {
    " / HTTP/1.0\r\nHost: localhost\r\n",
    " / HTTP/1.1\r\nHost: localhost\r\n",
  };
  const char *request_line;
  char method[MAX_METHOD];
  gsize at;
  ResonateRequestSpan line;
  ResonateRequestSpan name;

  g_return_if_fail (self != NULL && self->length > 0);
  g_return_if_fail (bytes != NULL);
  g_return_if_fail (out != NULL);

  for (gsize i = 0; i < self->method_length; i++)
    method[i] = g_ascii_toupper (bytes[self->start + i]);
  append (out, method, self->method_length);
  request_line = request_lines[self->minor_version];
  append (out, request_line, strlen (request_line));

  at = first_header (self);
  while (next_header (bytes, self->length, &at, &line, &name))
    {
      if (is_shown (name))
        append (out, line.text, line.length + 2);
    }
  append (out, "\r\n", 2);
}

/* All values of that name, joined by commas, or NULL. */
char *
resonate_request_head_dup_header (const ResonateRequestHead *self,
                                  const char *bytes,
                                  const char *name)
{
  GString *joined = NULL;
  gsize at;
  ResonateRequestSpan line;
  ResonateRequestSpan found;

  g_return_val_if_fail (self != NULL && self->length > 0, NULL);
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  at = first_header (self);
  while (next_header (bytes, self->length, &at, &line, &found))
    {
      ResonateRequestSpan value;

      if (!resonate_request_span_equals (found, name))
        continue;

      value = resonate_request_strip (found.text + found.length + 1,
                                      line.length - found.length - 1);
      if (joined == NULL)
        joined = g_string_new (NULL);
      else
        g_string_append (joined, ", ");
      g_string_append_len (joined, value.text, (gssize) value.length);
    }

  return joined != NULL ? g_string_free (joined, FALSE) : NULL;
}
