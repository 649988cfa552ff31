/* test-message.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "pusher/resonate-message-private.h"
#include "pusher/resonate-pusher-error.h"

static ResonateMessage *
decode (const char *text, gssize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (size_t) length);

  return resonate_message_new (bytes, error);
}

static const struct
{
  const char *text;
  const char *event;
  const char *channel;
  const char *data;
} accepted[] = {
  { "{\"event\":\"pusher:ping\"}", "pusher:ping", NULL, NULL },
  { " {\"event\" : \"pusher:ping\" , \"data\" : {} }\n", "pusher:ping", NULL, "{}" },
  { "{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":{\"a\": 1.0}}", "client-x",
    "private-a", "{\"a\": 1.0}" },
  { "{\"event\":\"a\",\"data\":{\"big\":12345678901234567890,\"e\":{}}}", "a", NULL,
    "{\"big\":12345678901234567890,\"e\":{}}" },
  { "{\"event\":\"a\",\"data\":null}", "a", NULL, "null" },
  { "{\"event\":\"a\",\"data\":\"\"}", "a", NULL, "\"\"" },
  /* a string that holds JSON stands for that JSON, once */
  { "{\"event\":\"a\",\"data\":\"{\\\"b\\\":1}\"}", "a", NULL, "{\"b\":1}" },
  { "{\"event\":\"a\",\"data\":\" [1] \"}", "a", NULL, "[1]" },
  { "{\"event\":\"a\",\"data\":\"5\"}", "a", NULL, "5" },
  { "{\"event\":\"a\",\"data\":\"\\\"{}\\\"\"}", "a", NULL, "\"{}\"" },
  { "{\"event\":\"a\",\"data\":\"{\"}", "a", NULL, "\"{\"" },
  { "{\"event\":\"a\",\"data\":\"hello\"}", "a", NULL, "\"hello\"" },
  { "{\"event\":\"a\",\"data\":\"\\u007b\\u007d\"}", "a", NULL, "{}" },
  /* the last of two members counts, even when it is worse */
  { "{\"event\":\"a\",\"event\":\"b\"}", "b", NULL, NULL },
  { "{\"event\":\"a\",\"channel\":\"c\",\"channel\":[]}", "a", NULL, NULL },
  { "{\"event\":\"a\",\"data\":\"{}\",\"data\":1}", "a", NULL, "1" },
  { "{\"\\u0065vent\":\"\\u0061\"}", "a", NULL, NULL },
  { "{\"event\":\"é😀\",\"channel\":\"\"}", "é😀", "", NULL },
  { "{\"event\":\"a\",\"channel\":5}", "a", NULL, NULL },
  { "{\"event\":\"a\",\"channel\":\"c\\u0000d\"}", "a", NULL, NULL },
  { "{\"event\":\" a\"}", " a", NULL, NULL },
};

static void
test_message_decodes (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ResonateMessage) message = decode (accepted[i].text, -1, &error);
      g_autofree char *data = NULL;

      g_test_message ("%s", accepted[i].text);
      g_assert_no_error (error);
      data = resonate_message_dup_data (message);
      g_assert_cmpstr (resonate_message_get_event (message), ==, accepted[i].event);
      g_assert_cmpstr (resonate_message_get_channel (message), ==, accepted[i].channel);
      g_assert_cmpstr (data, ==, accepted[i].data);
      g_assert_true ((data == NULL) == (resonate_message_get_data (message) == NULL));
    }
}

/* spec: Pusher protocol of Reverb, 4.1: each of these is answered with one 4200. */
static void
test_message_refuses (void)
{
  static const struct
  {
    const char *text;
    gssize length;
  } cases[] = {
    { "Hi", -1 },
    { "", -1 },
    { "{}", -1 },
    { "[]", -1 },
    { "null", -1 },
    { "5", -1 },
    { "\"foo\"", -1 },
    { "true", -1 },
    { "{\"event\":\"pusher:ping\"", -1 },
    { "{\"event\":null}", -1 },
    { "{\"event\":\"\"}", -1 },
    { "{\"event\":\"  \"}", -1 },
    { "{\"event\":\"\\t\\n\\r \"}", -1 },
    { "{\"event\":5}", -1 },
    { "{\"event\":[\"x\"]}", -1 },
    { "{\"event\":[]}", -1 },
    { "{\"event\":\"a\\u0000b\"}", -1 },
    { "{\"event\":\"a\",\"event\":1}", -1 },
    { "{\"Event\":\"a\"}", -1 },
    { "[{\"event\":\"a\"}]", -1 },
    { "{\"event\":\"a\"}x", -1 },
    { "{\"event\":\"\xff\"}", -1 },
    { "{\"event\":\"a\"}\0", 14 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *shown = g_strescape (cases[i].text, NULL);

      g_test_message ("%s", shown);
      g_assert_null (decode (cases[i].text, cases[i].length, &error));
      g_assert_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
      g_assert_cmpstr (error->message, ==, "Invalid message format");
    }
}

static void
test_message_depth (void)
{
  g_autofree char *open = g_strnfill (510, '[');
  g_autofree char *close = g_strnfill (510, ']');
  g_autofree char *deepest = g_strdup_printf ("{\"event\":\"a\",\"data\":%s%s}", open, close);
  g_autofree char *too_deep = g_strdup_printf ("{\"event\":\"a\",\"data\":[%s%s]}", open, close);
  g_autoptr (ResonateMessage) message = decode (deepest, -1, NULL);

  g_assert_nonnull (message);
  g_assert_null (decode (too_deep, -1, NULL));
}

static void
test_message_keeps_the_text (void)
{
  static const char text[] = " {\"event\": \"a\", \"data\": \"{}\"} ";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (ResonateMessage) message = resonate_message_new (bytes, NULL);

  g_assert_true (resonate_message_get_text (message) == bytes);
  g_assert_finalize_object (g_steal_pointer (&message));
}

static void
test_message_is_protocol_event (void)
{
  static const struct
  {
    const char *text;
    gboolean ours;
  } cases[] = {
    { "{\"event\":\"pusher:ping\"}", TRUE },
    { "{\"event\":\"pusher:\"}", TRUE },
    { "{\"event\":\"pusher\"}", FALSE },
    { "{\"event\":\"PUSHER:ping\"}", FALSE },
    { "{\"event\":\"pusher_internal:x\"}", FALSE },
    { "{\"event\":\"client-pusher:\"}", FALSE },
    { "{\"event\":\" pusher:ping\"}", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ResonateMessage) message = decode (cases[i].text, -1, NULL);

      g_test_message ("%s", cases[i].text);
      g_assert_true (resonate_message_is_protocol_event (message) == cases[i].ours);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message/decodes", test_message_decodes);
  g_test_add_func ("/message/refuses", test_message_refuses);
  g_test_add_func ("/message/depth", test_message_depth);
  g_test_add_func ("/message/keeps-the-text", test_message_keeps_the_text);
  g_test_add_func ("/message/is-protocol-event", test_message_is_protocol_event);

  return g_test_run ();
}
