/* fuzz-envelope.c: a message says what json-glib, which builds a tree, reads in the same text
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/resonate-json-private.h"
#include "pusher/resonate-message-private.h"
#include "pusher/resonate-pusher-error.h"

static JsonNode *
read_tree (const char *text, size_t length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, (gssize) length, &error);
  g_assert_no_error (error);

  return json_parser_steal_root (parser);
}

static gboolean
is_json (const char *text, size_t length)
{
  ResonateJsonValue value;

  return resonate_json_scan (text, length, RESONATE_JSON_DEPTH_RELAYED, &value, NULL);
}

static JsonNode *
get_member (JsonNode *root, const char *name)
{
  return JSON_NODE_HOLDS_OBJECT (root) ? json_object_get_member (json_node_get_object (root), name)
                                       : NULL;
}

static const char *
get_string (JsonNode *root, const char *name)
{
  JsonNode *node = get_member (root, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/* The payload is what the member says, and what a string says when that is JSON itself. */
static void
check_data (ResonateMessage *message, JsonNode *root)
{
  g_autofree char *text = resonate_message_dup_data (message);
  JsonNode *data = get_member (root, "data");
  const char *string = get_string (root, "data");
  g_autoptr (JsonNode) inner = NULL;
  g_autoptr (JsonNode) found = NULL;

  g_assert_true ((text != NULL) == (data != NULL));
  if (text == NULL)
    {
      g_assert_true (resonate_message_has_protocol_data (message));
      return;
    }

  if (string != NULL && is_json (string, strlen (string)))
    data = inner = read_tree (string, strlen (string));

  found = read_tree (text, strlen (text));
  g_assert_true (json_node_equal (found, data));

  if (!JSON_NODE_HOLDS_VALUE (data))
    g_assert_true (resonate_message_has_protocol_data (message));
  else if (json_node_get_value_type (data) == G_TYPE_STRING)
    g_assert_true (resonate_message_has_protocol_data (message) ==
                   (*json_node_get_string (data) == '\0'));
  else if (json_node_get_value_type (data) == G_TYPE_BOOLEAN)
    g_assert_true (resonate_message_has_protocol_data (message) == !json_node_get_boolean (data));
}

/* json-glib ends a string at a NUL, so it has nothing to say about a text that could hold one. */
static void
check_tree (ResonateMessage *message, const char *text, size_t length)
{
  g_autoptr (JsonNode) root = NULL;
  const char *event;

  if (g_strstr_len (text, (gssize) length, "\\u0000") != NULL)
    return;

  root = read_tree (text, length);
  event = get_string (root, "event");
  if (message == NULL)
    {
      g_assert_true (event == NULL || event[strspn (event, " \t\n\r\v")] == '\0');
      return;
    }

  g_assert_cmpstr (resonate_message_get_event (message), ==, event);
  g_assert_cmpstr (resonate_message_get_channel (message), ==, get_string (root, "channel"));
  g_assert_true (resonate_message_is_protocol_event (message) ==
                 (strncmp (event, "pusher:", strlen ("pusher:")) == 0));
  check_data (message, root);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (ResonateMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  message = resonate_message_new (bytes, &error);
  g_assert_true ((message == NULL) == (error != NULL));
  if (message == NULL)
    g_assert_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
  else
    g_assert_true (g_bytes_equal (resonate_message_get_text (message), bytes));

  if (is_json (text, size))
    check_tree (message, text, size);
  else
    g_assert_null (message);

  return 0;
}
