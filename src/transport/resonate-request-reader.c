/* resonate-request-reader.c: whole requests out of the bytes of a connection
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-request-reader"

#include "config.h"

#include "resonate-request-reader-private.h"

#include <libsoup/soup.h>

static void
clear_request (ResonateRequestReader *self)
{
  g_clear_pointer (&self->forwarded, g_free);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->target, g_free);
  g_clear_pointer (&self->method, g_free);
}

void
resonate_request_reader_clear (ResonateRequestReader *self)
{
  g_return_if_fail (self != NULL);

  clear_request (self);
  self->head = (ResonateRequestHead){ 0 };
}

ResonateRequestHeadStatus
resonate_request_reader_step (ResonateRequestReader *self,
                              GByteArray *raw,
                              gsize max_body,
                              GByteArray *out)
{
  ResonateRequestHead *head;
  ResonateRequestHeadStatus status;
  const char *bytes;
  gsize size;

  g_return_val_if_fail (self != NULL, RESONATE_REQUEST_HEAD_REFUSED);
  g_return_val_if_fail (raw != NULL && out != NULL, RESONATE_REQUEST_HEAD_REFUSED);

  head = &self->head;
  bytes = (const char *) raw->data;

  status = resonate_request_head_parse (head, bytes, raw->len);
  if (status != RESONATE_REQUEST_HEAD_ACCEPTED)
    return status;

  if (head->content_length > max_body)
    {
      head->refused_status = 413;
      head->refused_text = "Payload too large.";
      return RESONATE_REQUEST_HEAD_REFUSED;
    }

  /* libsoup gets a request only when all of it is here: it never holds half of one, so a deadline
   * that passes and a client that leaves are never its concern. */
  size = head->length + (gsize) head->content_length;
  if (raw->len < size)
    return RESONATE_REQUEST_HEAD_INCOMPLETE;

  clear_request (self);
  self->method = g_ascii_strup (bytes + head->start, (gssize) head->method_length);
  self->target = g_strndup (bytes + head->target_start, head->target_length);
  self->host = resonate_request_head_dup_header (head, bytes, "host");
  self->forwarded = resonate_request_head_dup_header (head, bytes, "x-forwarded-for");
  self->has_body = head->content_length > 0;

  resonate_request_head_rewrite (head, bytes, out);
  if (head->content_length > 0)
    g_byte_array_append (out, (const guint8 *) bytes + head->length, (guint) head->content_length);

  g_byte_array_remove_range (raw, 0, (guint) size);
  *head = (ResonateRequestHead){ 0 };

  return RESONATE_REQUEST_HEAD_ACCEPTED;
}

GBytes *
resonate_request_reader_refusal (guint status, const char *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = soup_date_time_to_string (now, SOUP_DATE_HTTP);
  g_autofree char *body = NULL;
  char *answer;

  g_return_val_if_fail (text != NULL, NULL);

  body = g_strdup_printf ("{\"error\":\"%s\"}", text);
  answer = g_strdup_printf ("HTTP/1.1 %u %s\r\n"
                            "Server: Resonate\r\n"
                            "Date: %s\r\n"
                            "Content-Type: application/json\r\n"
                            "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                            "%s"
                            "Connection: close\r\n"
                            "\r\n"
                            "%s",
                            status, soup_status_get_phrase (status), date, strlen (body),
                            status == 405 ? "Allow: GET, POST\r\n" : "", body);

  return g_bytes_new_take (answer, strlen (answer));
}
