/* resonate-exchange.c: one HTTP request and its answer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-exchange"

#include "config.h"

#include "../base/resonate-json-writer-private.h"
#include "resonate-exchange-parts-private.h"

#define TYPE_JSON "application/json"
#define TYPE_TEXT "text/plain; charset=utf-8"

struct _ResonateExchange
{
  GObject parent_instance;

  SoupServerMessage *message;
  ResonateStream *stream;
  ResonateAdmitFunc may_upgrade;
  gpointer may_upgrade_data;

  ResonateRequest *request;
  char *path;
  const char *query;      /* (nullable) (unowned): a part of the request */
  GHashTable *parameters; /* (element-type utf8 utf8) (nullable) */

  gboolean is_answered;
  gboolean is_held;
};

G_DEFINE_FINAL_TYPE (ResonateExchange, resonate_exchange, G_TYPE_OBJECT)

static void
resonate_exchange_finalize (GObject *object)
{
  ResonateExchange *self = RESONATE_EXCHANGE (object);

  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->request, resonate_request_free);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);

  G_OBJECT_CLASS (resonate_exchange_parent_class)->finalize (object);
}

static void
resonate_exchange_class_init (ResonateExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_exchange_finalize;
}

static void
resonate_exchange_init (ResonateExchange *self)
{
}

/* Only where it names a whole URI does a target begin with anything but its path. */
static void
split_target (ResonateExchange *self)
{
  const char *path = resonate_request_get_target (self->request);
  const char *question;

  g_assert (RESONATE_IS_EXCHANGE (self));

  if (*path != '/' && strstr (path, "://") != NULL)
    {
      path = strstr (path, "://") + 3;
      path += strcspn (path, "/?");
    }

  question = strchr (path, '?');
  self->query = question != NULL ? question + 1 : NULL;
  self->path = question != NULL ? g_strndup (path, (gsize) (question - path)) : g_strdup (path);
}

ResonateExchange *
resonate_exchange_new (SoupServerMessage *message,
                       ResonateStream *stream,
                       ResonateAdmitFunc may_upgrade,
                       gpointer user_data)
{
  ResonateExchange *self;

  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (message), NULL);
  g_return_val_if_fail (RESONATE_IS_STREAM (stream), NULL);
  g_return_val_if_fail (may_upgrade != NULL, NULL);

  self = g_object_new (RESONATE_TYPE_EXCHANGE, NULL);
  self->message = g_object_ref (message);
  self->stream = g_object_ref (stream);
  self->may_upgrade = may_upgrade;
  self->may_upgrade_data = user_data;
  self->request = resonate_stream_take_request (stream);
  split_target (self);

  return self;
}

const char *
resonate_exchange_get_method (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return resonate_request_get_method (self->request);
}

const char *
resonate_exchange_get_path (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return self->path;
}

const char *
resonate_exchange_get_query (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return self->query;
}

void
resonate_exchange_set_parameters (ResonateExchange *self, GHashTable *parameters)
{
  g_return_if_fail (RESONATE_IS_EXCHANGE (self));

  g_clear_pointer (&self->parameters, g_hash_table_unref);
  self->parameters = g_hash_table_ref (parameters);
}

const char *
resonate_exchange_get_parameter (ResonateExchange *self, const char *name)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return self->parameters != NULL ? g_hash_table_lookup (self->parameters, name) : NULL;
}

/* NULL as well for a value that is no UTF-8: nothing above this floor could do anything with it. */
const char *
resonate_exchange_get_header (ResonateExchange *self, const char *name)
{
  const char *value;

  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  value = resonate_request_get_header (self->request, name);

  return value != NULL && g_utf8_validate (value, -1, NULL) ? value : NULL;
}

GBytes *
resonate_exchange_get_body (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return resonate_request_get_body (self->request);
}

const char *
resonate_exchange_get_remote_address (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return resonate_stream_get_remote_address (self->stream);
}

void
resonate_exchange_add_header (ResonateExchange *self, const char *name, const char *value)
{
  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  soup_message_headers_replace (soup_server_message_get_response_headers (self->message), name,
                                value);
}

/*
 * Answers
 */
void
resonate_exchange_set_answered (ResonateExchange *self)
{
  ResonateLanes *lanes;

  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (!self->is_answered);

  self->is_answered = TRUE;
  if (!self->is_held)
    return;

  /* Where the socket is gone libsoup has let the message go, or finds out when it writes. */
  self->is_held = FALSE;
  soup_server_message_unpause (self->message);
  lanes = resonate_stream_get_lanes (self->stream);
  if (lanes != NULL)
    resonate_lanes_wake (lanes);
}

void
resonate_exchange_respond (ResonateExchange *self, guint status, const char *type, GBytes *body)
{
  SoupMessageHeaders *headers;

  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (!self->is_answered);
  g_return_if_fail (status >= 200 && status < 600);
  g_return_if_fail (type != NULL);
  g_return_if_fail (body != NULL);

  headers = soup_server_message_get_response_headers (self->message);
  soup_server_message_set_status (self->message, status, NULL);
  soup_message_headers_replace (headers, "Content-Type", type);

  /* Said here, because for HEAD there is nothing else from which libsoup could tell. */
  soup_message_headers_set_content_length (headers, (goffset) g_bytes_get_size (body));
  if (!g_str_equal (resonate_request_get_method (self->request), "HEAD"))
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), body);

  resonate_exchange_set_answered (self);
}

void
resonate_exchange_respond_json (ResonateExchange *self, guint status, char *json)
{
  g_autoptr (GBytes) body = NULL;

  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (json != NULL);

  body = g_bytes_new_take (json, strlen (json));
  resonate_exchange_respond (self, status, TYPE_JSON, body);
}

void
resonate_exchange_respond_error (ResonateExchange *self, guint status, const char *message)
{
  g_autofree char *valid = NULL;
  GString *json;

  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (message != NULL);

  valid = g_utf8_make_valid (message, -1);
  json = g_string_new (NULL);
  resonate_json_append_error (json, valid);

  resonate_exchange_respond_json (self, status, g_string_free (json, FALSE));
}

void
resonate_exchange_respond_text (ResonateExchange *self, guint status, const char *text)
{
  g_autoptr (GBytes) body = NULL;

  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (text != NULL);

  body = g_bytes_new (text, strlen (text));
  resonate_exchange_respond (self, status, TYPE_TEXT, body);
}

void
resonate_exchange_hold (ResonateExchange *self)
{
  g_return_if_fail (RESONATE_IS_EXCHANGE (self));
  g_return_if_fail (!self->is_answered);

  if (self->is_held)
    return;

  self->is_held = TRUE;
  soup_server_message_pause (self->message);
}

gboolean
resonate_exchange_is_held (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), FALSE);

  return self->is_held;
}

gboolean
resonate_exchange_is_answered (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), FALSE);

  return self->is_answered;
}

GCancellable *
resonate_exchange_get_cancellable (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return resonate_stream_get_cancellable (self->stream);
}

gboolean
resonate_exchange_may_upgrade (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), FALSE);

  return self->may_upgrade (self->stream, self->may_upgrade_data);
}

SoupServerMessage *
resonate_exchange_get_message (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return self->message;
}

ResonateRequest *
resonate_exchange_get_request (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return self->request;
}

ResonateStream *
resonate_exchange_get_stream (ResonateExchange *self)
{
  g_return_val_if_fail (RESONATE_IS_EXCHANGE (self), NULL);

  return self->stream;
}
