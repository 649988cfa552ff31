/* resonate-message.c: one message a client sent, decoded once
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-message"

#include "config.h"

#include "resonate-message.h"

#include <string.h>

#include "resonate-message-private.h"
#include "resonate-pusher-error.h"

/**
 * ResonateMessage:
 *
 * One message a client sent, decoded.
 *
 * The payload stays the JSON text the client wrote: parsing and writing it again would change
 * large integers, trailing zeros and escapes on the way through. A `data` that is a string which
 * holds JSON stands for that JSON, as the protocol has it.
 *
 * Since: 1.0
 */
struct _ResonateMessage
{
  GObject parent_instance;

  GBytes *text;
  char *event;
  char *channel;          /* (nullable): only where it is a string */
  char *decoded;          /* (nullable): what @data lies in when the client sent it as a string */
  ResonateJsonValue data; /* in @text or in @decoded; a text of NULL when there is none */
};

G_DEFINE_FINAL_TYPE (ResonateMessage, resonate_message, G_TYPE_OBJECT)

static void
resonate_message_finalize (GObject *object)
{
  ResonateMessage *self = RESONATE_MESSAGE (object);

  g_clear_pointer (&self->decoded, g_free);
  g_clear_pointer (&self->channel, g_free);
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->text, g_bytes_unref);

  G_OBJECT_CLASS (resonate_message_parent_class)->finalize (object);
}

static void
resonate_message_class_init (ResonateMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = resonate_message_finalize;
}

static void
resonate_message_init (ResonateMessage *self)
{
}

static void
take_data (ResonateMessage *self, const ResonateJsonValue *value)
{
  g_autofree char *decoded = NULL;
  size_t length;

  self->data = *value;
  if (value->kind != RESONATE_JSON_STRING)
    return;

  decoded = resonate_json_dup_string (value, &length);
  if (resonate_json_scan (decoded, length, RESONATE_JSON_DEPTH_RELAYED, &self->data, NULL))
    self->decoded = g_steal_pointer (&decoded);
}

static gboolean
take_members (ResonateMessage *self, const ResonateJsonValue *root)
{
  enum
  {
    EVENT,
    CHANNEL,
    DATA,
    N_MEMBERS
  };
  static const char *const names[N_MEMBERS] = { "event", "channel", "data" };
  ResonateJsonValue values[N_MEMBERS];

  resonate_json_get_members (root, names, values, N_MEMBERS);
  self->event = resonate_json_dup_c_string (&values[EVENT]);
  self->channel = resonate_json_dup_c_string (&values[CHANNEL]);
  if (values[DATA].text != NULL)
    take_data (self, &values[DATA]);

  return self->event != NULL && !resonate_message_is_blank (self->event);
}

/**
 * resonate_message_new:
 * @text: what a client sent
 * @error: return location for a #GError
 *
 * Decodes a message.
 *
 * Fails with %RESONATE_PUSHER_ERROR_INVALID_MESSAGE when @text is no JSON object, nests deeper than
 * 511 levels, or names no event.
 *
 * Returns: (transfer full): a new [class@Resonate.Message]
 *
 * Since: 1.0
 */
ResonateMessage *
resonate_message_new (GBytes *text, GError **error)
{
  g_autoptr (ResonateMessage) self = NULL;
  ResonateJsonValue root;
  const char *bytes;
  size_t length;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (RESONATE_TYPE_MESSAGE, NULL);
  self->text = g_bytes_ref (text);

  bytes = g_bytes_get_data (text, &length);
  if (!resonate_json_scan (bytes, length, RESONATE_JSON_DEPTH_RELAYED, &root, NULL) ||
      !take_members (self, &root))
    {
      g_set_error_literal (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_INVALID_MESSAGE,
                           resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_INVALID_MESSAGE));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * resonate_message_get_event:
 * @self: a message
 *
 * Gets the event's name, such as `client-typing`.
 *
 * Returns: (transfer none): the event
 *
 * Since: 1.0
 */
const char *
resonate_message_get_event (ResonateMessage *self)
{
  g_return_val_if_fail (RESONATE_IS_MESSAGE (self), NULL);

  return self->event;
}

/**
 * resonate_message_get_channel:
 * @self: a message
 *
 * Gets the channel that a client event names beside its payload. A subscription names its channel
 * in the payload, and so has none here.
 *
 * Returns: (transfer none) (nullable): the channel
 *
 * Since: 1.0
 */
const char *
resonate_message_get_channel (ResonateMessage *self)
{
  g_return_val_if_fail (RESONATE_IS_MESSAGE (self), NULL);

  return self->channel;
}

/**
 * resonate_message_dup_data:
 * @self: a message
 *
 * Gets the payload as JSON text.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if the message has no `data`
 *
 * Since: 1.0
 */
char *
resonate_message_dup_data (ResonateMessage *self)
{
  g_return_val_if_fail (RESONATE_IS_MESSAGE (self), NULL);

  return self->data.text != NULL ? resonate_json_dup_text (&self->data) : NULL;
}

/**
 * resonate_message_get_text:
 * @self: a message
 *
 * Gets what the client sent, byte for byte.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
GBytes *
resonate_message_get_text (ResonateMessage *self)
{
  g_return_val_if_fail (RESONATE_IS_MESSAGE (self), NULL);

  return self->text;
}

/* Returns the payload in place, or NULL; it lives as long as the message. */
const ResonateJsonValue *
resonate_message_get_data (ResonateMessage *self)
{
  return self->data.text != NULL ? &self->data : NULL;
}

/* The payload of a `pusher:` event is an object or a list, or what PHP takes for false and treats
 * as an empty one (spec: message handling, 4.1). */
gboolean
resonate_message_has_protocol_data (ResonateMessage *self)
{
  if (self->data.text == NULL)
    return TRUE;

  switch (self->data.kind)
    {
    case RESONATE_JSON_NULL:
    case RESONATE_JSON_FALSE:
    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
      return TRUE;

    case RESONATE_JSON_NUMBER:
      return resonate_json_is_zero (&self->data);

    case RESONATE_JSON_STRING:
      return resonate_json_string_equals (&self->data, "");

    case RESONATE_JSON_TRUE:
    default:
      return FALSE;
    }
}

gboolean
resonate_message_is_protocol_event (ResonateMessage *self)
{
  return g_str_has_prefix (self->event, "pusher:");
}

/* Whether a text holds nothing but white space, as PHP's trim () sees it. */
gboolean
resonate_message_is_blank (const char *text)
{
  return text[strspn (text, " \t\n\r\v")] == '\0';
}
