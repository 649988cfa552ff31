/* test-findings.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "base/resonate-error.h"
#include "pusher/resonate-findings-private.h"
#include "resonate-test.h"

#define ALL                                                                               \
  (RESONATE_INFO_OCCUPIED | RESONATE_INFO_USER_COUNT | RESONATE_INFO_SUBSCRIPTION_COUNT | \
   RESONATE_INFO_CACHE)

static gboolean
add (ResonateFindings *findings, const char *text, GError **error)
{
  ResonateJsonValue value;

  g_assert_true (resonate_json_scan (text, strlen (text), RESONATE_JSON_DEPTH_TREE, &value, NULL));

  return resonate_findings_add (findings, &value, FALSE, error);
}

/* Merges @answers, which end in NULL. */
static ResonateFindings *
merge (ResonateQuestion *question, const char *const *answers)
{
  g_autoptr (ResonateQuestion) taken = question;
  ResonateFindings *findings = resonate_findings_new (taken, RESONATE_FINDINGS_MAX_BYTES);

  for (; *answers != NULL; answers++)
    {
      g_autoptr (GError) error = NULL;

      add (findings, *answers, &error);
      g_assert_no_error (error);
    }

  return findings;
}

static void
assert_all (ResonateFindings *findings, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_true (resonate_findings_run (findings, out, G_MAXINT64));
  g_assert_cmpstr (out->str, ==, expected);
  g_assert_cmpuint (resonate_findings_get_size (findings), ==, 0);
}

static void
test_channels (void)
{
  static const char *const answers[] = {
    "{\"b\":{\"subscription_count\":1},\"presence-p\":{\"user_count\":2,\"users\":[1,\"x\"]}}",
    "{\"presence-p\":{\"users\":[\"1\",\"\\u0079\"]},\"a\":{\"subscription_count\":4}}",
    "{\"presence-p\":{\"user_count\":3},\"b\":{\"subscription_count\":2}}",
    "{}",
    "[]",
    NULL,
  };
  g_autoptr (ResonateFindings) findings = NULL;

  findings = merge (resonate_question_new_channels (NULL, ALL & ~RESONATE_INFO_OCCUPIED), answers);
  assert_all (findings, "\"a\":{\"subscription_count\":4},\"b\":{\"subscription_count\":3},"
                        "\"presence-p\":{\"user_count\":6}");
}

static void
test_channel (void)
{
  static const char *const answers[] = {
    "{\"occupied\":false}",
    "{\"occupied\":true,\"subscription_count\":2,\"cache\":{\"a\":1},\"cache_left\":10}",
    "{\"occupied\":true,\"subscription_count\":3,\"cache\":{\"a\":2},\"cache_left\":20}",
    "{\"occupied\":false,\"cache\":{\"a\":3},\"cache_left\":19}",
    NULL,
  };
  g_autoptr (ResonateFindings) findings = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  findings = merge (resonate_question_new_channel ("cache-c", ALL), answers);
  resonate_findings_append_info (findings, "cache-c", ALL, out);
  g_assert_cmpstr (out->str, ==,
                   "{\"occupied\":true,\"subscription_count\":5,\"cache\":{\"a\":2}}");
  g_assert_true (resonate_findings_is_occupied (findings));
}

static void
test_users (void)
{
  static const char *const answers[] = { "[{\"id\":10},{\"id\":\"b\"}]",
                                         "[{\"id\":\"10\"},{\"id\":\"a\"},{\"id\":2}]", NULL };
  const char *const reversed[] = { answers[1], answers[0], NULL };
  g_autoptr (ResonateFindings) one = merge (resonate_question_new_users ("p"), answers);
  g_autoptr (ResonateFindings) other = merge (resonate_question_new_users ("p"), reversed);
  const char *expected = "{\"id\":\"10\"},{\"id\":2},{\"id\":\"a\"},{\"id\":\"b\"}";

  g_test_summary ("Whichever node is asked says the same, in the same order and types");

  g_assert_cmpuint (resonate_findings_get_size (one), ==, 4);
  assert_all (one, expected);
  assert_all (other, expected);
}

static void
test_refused (void)
{
  static const struct
  {
    ResonateQuestionKind kind;
    const char *answer;
  } cases[] = {
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"bad\":7}" },
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"bad\":[1]}" },
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"bad\":{\"user_count\":1.5}}" },
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"bad\":{\"user_count\":\"1\"}}" },
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"bad\":{\"user_count\":99999999999999999999}}" },
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"bad\":{\"users\":[null]}}" },
    { RESONATE_QUESTION_CHANNELS, "{\"good\":{},\"b\\u0000d\":{}}" },
    { RESONATE_QUESTION_CHANNELS, "[1]" },
    { RESONATE_QUESTION_CONNECTIONS, "[\"1.1\"]" },
    { RESONATE_QUESTION_CONNECTIONS, "3" },
    { RESONATE_QUESTION_USERS, "{\"1\":{}}" },
    { RESONATE_QUESTION_USERS, "[{\"id\":1},{\"id\":true}]" },
    { RESONATE_QUESTION_USERS, "[{\"id\":1},2]" },
  };

  g_test_summary ("An answer is taken as a whole or not at all");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateQuestion question = { .kind = cases[i].kind };
      g_autoptr (ResonateFindings) findings = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].answer);
      findings = resonate_findings_new (&question, RESONATE_FINDINGS_MAX_BYTES);
      g_assert_false (add (findings, cases[i].answer, &error));
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX);
      g_assert_cmpuint (resonate_findings_get_size (findings), ==, 0);
      g_assert_false (resonate_findings_is_occupied (findings));
    }
}

static void
test_slices (void)
{
  ResonateQuestion question = { .kind = RESONATE_QUESTION_CHANNELS,
                                .wanted = RESONATE_INFO_USER_COUNT };
  g_autoptr (GString) answer = g_string_new ("{\"presence-p\":{\"users\":[0");
  g_autoptr (GString) out = g_string_new (NULL);
  ResonateFindings *findings;
  unsigned int n = 0;

  g_test_summary ("What is found is told, and forgotten, a slice at a time");

  for (unsigned int i = 1; i < 20000; i++)
    g_string_append_printf (answer, ",%u", i);
  g_string_append (answer, "]},\"presence-q\":{\"users\":[1]}}");
  findings = resonate_findings_new (&question, RESONATE_FINDINGS_MAX_BYTES);
  g_assert_true (add (findings, answer->str, NULL));

  while (!resonate_findings_run (findings, out, resonate_clock_now_us () + 50))
    n++;
  g_assert_cmpuint (n, >, 1);
  g_assert_cmpstr (out->str, ==,
                   "\"presence-p\":{\"user_count\":20000},\"presence-q\":{\"user_count\":1}");

  /* And when nobody wants to know any more, from the loop. */
  g_assert_true (add (findings, answer->str, NULL));
  resonate_findings_free (findings);
  g_assert_true (g_main_context_pending (NULL));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
test_bounds (void)
{
  ResonateQuestion question = { .kind = RESONATE_QUESTION_USERS };
  g_autoptr (ResonateFindings) findings = resonate_findings_new (&question, 1000);
  g_autoptr (GString) answer = g_string_new ("[{\"id\":0}");
  g_autoptr (GError) error = NULL;

  g_test_summary ("Many short ids take more than their text, and that is what is bounded");

  for (unsigned int i = 1; i < 80; i++)
    g_string_append_printf (answer, ",{\"id\":%u}", i);
  g_string_append_c (answer, ']');
  g_assert_cmpuint (answer->len, <, 1000);
  g_assert_false (add (findings, answer->str, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT);
  g_assert_cmpuint (resonate_findings_get_size (findings), <, 20);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/findings/channels", test_channels);
  g_test_add_func ("/findings/channel", test_channel);
  g_test_add_func ("/findings/users", test_users);
  g_test_add_func ("/findings/refused", test_refused);
  g_test_add_func ("/findings/slices", test_slices);
  g_test_add_func ("/findings/bounds", test_bounds);

  return g_test_run ();
}
