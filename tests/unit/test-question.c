/* test-question.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-error.h"
#include "pusher/resonate-question-private.h"

/* What the reference says between the key and the end (9.2). */
static const char *const texts[] = {
  "\"type\":\"channel\",\"options\":{\"channel\":\"test\","
  "\"info\":\"occupied,subscription_count,cache\"}",
  "\"type\":\"channels\",\"options\":{\"filter\":null,\"info\":\"user_count,subscription_count\"}",
  "\"type\":\"channels\",\"options\":{\"filter\":\"presence-\",\"info\":\"\"}",
  "\"type\":\"channels\",\"options\":{\"info\":\"occupied,subscription_count\","
  "\"channels\":[\"test\",\"a\\/b\"]}",
  "\"type\":\"connections\",\"options\":[]",
  "\"type\":\"channel_users\",\"options\":{\"channel\":\"presence-r\"}",
};

static ResonateQuestion *
parse (const char *members, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{%s}", members);
  ResonateJsonValue value;

  g_assert_true (resonate_json_scan (text, strlen (text), RESONATE_JSON_DEPTH_TREE, &value, NULL));

  return resonate_question_parse (&value, error);
}

static void
assert_text (ResonateQuestion *question, const char *expected)
{
  g_autoptr (ResonateQuestion) taken = question;
  g_autoptr (GString) out = g_string_new (NULL);

  resonate_question_append (taken, out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_written (void)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_ptr_array_add (names, (gpointer) "test");
  g_ptr_array_add (names, (gpointer) "a/b");
  g_ptr_array_add (names, (gpointer) "test");

  assert_text (resonate_question_new_channel ("test", RESONATE_INFO_CACHE |
                                                        RESONATE_INFO_SUBSCRIPTION_COUNT),
               texts[0]);
  assert_text (resonate_question_new_channels ("", RESONATE_INFO_USER_COUNT |
                                                     RESONATE_INFO_SUBSCRIPTION_COUNT),
               texts[1]);
  assert_text (resonate_question_new_channels ("presence-", 0), texts[2]);
  assert_text (resonate_question_new_named (names, RESONATE_INFO_SUBSCRIPTION_COUNT), texts[3]);
  assert_text (resonate_question_new_connections (), texts[4]);
  assert_text (resonate_question_new_users ("presence-r"), texts[5]);
}

static void
test_read (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      ResonateQuestion *question = parse (texts[i], &error);

      g_assert_no_error (error);
      assert_text (question, texts[i]);
    }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "\"type\":\"nothing\",\"options\":{}",
    "\"type\":7,\"options\":{}",
    "\"options\":{}",
    "\"type\":\"channel\"",
    "\"type\":\"channel\",\"options\":[]",
    "\"type\":\"channel\",\"options\":{\"channel\":7}",
    "\"type\":\"channel\",\"options\":{\"channel\":\"a\\u0000b\"}",
    "\"type\":\"channel_users\",\"options\":{\"channel\":null}",
    "\"type\":\"channels\",\"options\":{\"channels\":\"a\"}",
    "\"type\":\"channels\",\"options\":{\"channels\":[\"a\",1]}",
    "\"type\":\"channels\",\"options\":{\"filter\":{}}",
  };
  g_autoptr (GString) many = g_string_new ("\"type\":\"channels\",\"options\":{\"channels\":[\"\"");

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_null (parse (bad[i], &error));
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX);
    }

  for (unsigned int i = 0; i < 10000; i++)
    g_string_append (many, ",\"\"");
  g_string_append (many, "]}");
  g_assert_null (parse (many->str, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/question/written", test_written);
  g_test_add_func ("/question/read", test_read);
  g_test_add_func ("/question/refused", test_refused);

  return g_test_run ();
}
