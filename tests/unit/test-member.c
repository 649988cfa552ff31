/* test-member.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-member-private.h"
#include "pusher/resonate-pusher-error.h"

static void
test_member_parse (void)
{
  static const struct
  {
    const char *channel_data;
    const char *id, *id_json, *info_json;
  } cases[] = {
    { "{\"user_id\":\"1\",\"user_info\":{\"name\":\"Joe\"}}", "1", "\"1\"", "{\"name\":\"Joe\"}" },
    { "{\"user_id\":10}", "10", "10", NULL },
    { "{\"user_id\":0}", "0", "0", NULL },
    { "{\"user_id\":\"0\"}", "0", "\"0\"", NULL },
    { "{\"user_id\":\"01\"}", "01", "\"01\"", NULL },
    { "{\"user_id\":1.5}", "1.5", "1.5", NULL },
    { "{\"user_id\":\"\\u00e9/\"}", "é/", "\"\\u00e9\\/\"", NULL },
    { "{\"user_info\":{}}", NULL, NULL, "{}" },
    { "{\"user_id\":null}", NULL, NULL, NULL },
    { "{\"user_id\":\"\"}", NULL, NULL, NULL },
    { "{\"user_id\":\"1\",\"user_info\":null}", "1", "\"1\"", "null" },
    { "{\"user_id\":\"1\",\"user_info\": [ 1.0 ] }", "1", "\"1\"", "[ 1.0 ]" },
    { "{\"user_id\":1,\"user_id\":2}", "2", "2", NULL },
    { " {} ", NULL, NULL, NULL },
    { "[]", NULL, NULL, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ResonateMember) member = resonate_member_parse (cases[i].channel_data, &error);

      g_test_message ("%s", cases[i].channel_data);
      g_assert_no_error (error);
      g_assert_cmpstr (member->id, ==, cases[i].id);
      g_assert_cmpstr (member->id_json, ==, cases[i].id_json);
      g_assert_cmpstr (member->info_json, ==, cases[i].info_json);
    }
}

static void
test_member_refuses (void)
{
  static const char *const cases[] = {
    "Hello",
    "",
    "5",
    "null",
    "\"x\"",
    "{\"user_id\":\"1\"",
    "{\"user_id\":true}",
    "{\"user_id\":false}",
    "{\"user_id\":[]}",
    "{\"user_id\":{\"a\":1}}",
    "{\"user_id\":\"a\\u0000b\"}",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (resonate_member_parse (cases[i], &error));
      g_assert_error (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_INVALID_MESSAGE);
    }
}

static void
test_member_depth (void)
{
  g_autofree char *open = g_strnfill (63, '[');
  g_autofree char *close = g_strnfill (63, ']');
  g_autofree char *deepest = g_strdup_printf ("{\"user_info\":%s%s}", open, close);
  g_autofree char *too_deep = g_strdup_printf ("{\"user_info\":[%s%s]}", open, close);
  g_autoptr (ResonateMember) member = resonate_member_parse (deepest, NULL);

  g_assert_nonnull (member);
  g_assert_null (resonate_member_parse (too_deep, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/member/parse", test_member_parse);
  g_test_add_func ("/member/refuses", test_member_refuses);
  g_test_add_func ("/member/depth", test_member_depth);

  return g_test_run ();
}
