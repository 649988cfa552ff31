/* resonate-request.c: one whole request, as it came
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-request"

#include "config.h"

#include "resonate-request-private.h"

#include <string.h>

#include <libsoup/soup.h>

typedef struct
{
  char *name;
  char *value; /* (nullable) */
} Header;

struct _ResonateRequest
{
  ResonateRequestHead head;
  char *bytes; /* of the head; the target in it ends with a NUL */
  char *method;
  GArray *headers; /* (element-type Header) (nullable): those that were asked for */

  guint8 *body; /* (nullable): NULL as well once it was handed out */
  gsize body_length;
  GBytes *whole_body; /* (nullable) */
};

static void
header_clear (gpointer data)
{
  Header *header = data;

  g_free (header->name);
  g_free (header->value);
}

ResonateRequest *
resonate_request_new (const ResonateRequestHead *head, const char *bytes)
{
  ResonateRequest *self;

  g_return_val_if_fail (head != NULL && head->length > 0, NULL);
  g_return_val_if_fail (bytes != NULL, NULL);

  self = g_new0 (ResonateRequest, 1);
  self->head = *head;
  self->bytes = g_memdup2 (bytes, head->length);
  self->bytes[head->target_start + head->target_length] = '\0';
  self->method = g_ascii_strup (bytes + head->start, (gssize) head->method_length);
  if (head->content_length > 0)
    self->body = g_malloc ((gsize) head->content_length);

  return self;
}

void
resonate_request_free (ResonateRequest *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->whole_body, g_bytes_unref);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->headers, g_array_unref);
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->bytes, g_free);
  g_free (self);
}

guint8 *
resonate_request_get_space (ResonateRequest *self, gsize *left)
{
  g_return_val_if_fail (self != NULL && left != NULL, NULL);

  *left = (gsize) self->head.content_length - self->body_length;

  return self->body + self->body_length;
}

void
resonate_request_add_body (ResonateRequest *self, gsize n)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (n <= self->head.content_length - self->body_length);

  self->body_length += n;
}

const char *
resonate_request_get_method (ResonateRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->method;
}

const char *
resonate_request_get_target (ResonateRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->bytes + self->head.target_start;
}

gboolean
resonate_request_names_websocket (ResonateRequest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->head.has_upgrade;
}

gboolean
resonate_request_wants_upgrade (ResonateRequest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->head.has_connection_upgrade;
}

const char *
resonate_request_get_header (ResonateRequest *self, const char *name)
{
  Header *header;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (self->headers == NULL)
    {
      self->headers = g_array_new (FALSE, FALSE, sizeof (Header));
      g_array_set_clear_func (self->headers, header_clear);
    }

  for (guint i = 0; i < self->headers->len; i++)
    {
      header = &g_array_index (self->headers, Header, i);
      if (g_ascii_strcasecmp (header->name, name) == 0)
        return header->value;
    }

  g_array_set_size (self->headers, self->headers->len + 1);
  header = &g_array_index (self->headers, Header, self->headers->len - 1);
  header->name = g_strdup (name);
  header->value = resonate_request_head_dup_header (&self->head, self->bytes, name);

  return header->value;
}

GBytes *
resonate_request_get_body (ResonateRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->whole_body == NULL)
    self->whole_body = g_bytes_new_take (g_steal_pointer (&self->body), self->body_length);

  return self->whole_body;
}

void
resonate_request_show (ResonateRequest *self, GByteArray *out)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (out != NULL);

  resonate_request_head_rewrite (&self->head, self->bytes, out);
}

GBytes *
resonate_request_refusal (guint status, const char *text)
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
