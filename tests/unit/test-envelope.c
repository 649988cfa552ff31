/* test-envelope.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <glib.h>

#include "cluster/resonate-envelope-private.h"

#define PAYLOAD "{\"event\":\"A\\/b\",\"channels\":[\"test\"],\"data\":\"{\\\"x\\\":1}\"}"

static char *
dup_text (const ResonateJsonValue *value)
{
  return value->text != NULL ? resonate_json_dup_c_string (value) : NULL;
}

static void
test_envelope_written (void)
{
  g_autoptr (GString) text = NULL;

  g_test_summary ("The form of the reference, with what a node needs to know more");

  text = resonate_envelope_begin (RESONATE_ENVELOPE_MESSAGE, "app-id", "web-1.4711-0a", 17, 99);
  g_string_append (text, PAYLOAD);
  resonate_envelope_append_socket_id (text, "1000.1");
  g_string_append_c (text, '}');

  g_assert_cmpstr (text->str, ==,
                   "{\"v\":1,\"type\":\"message\",\"application\":\"app-id\","
                   "\"node\":\"web-1.4711-0a\",\"seq\":17,\"time\":99,\"payload\":" PAYLOAD
                   ",\"socket_id\":\"1000.1\"}");
}

static void
test_envelope_read (void)
{
  static const char text[] =
    " {\"type\":\"presence\",\"application\":\"a\\/\\u00e9\",\"more\":[{}],"
    "\"payload\":{ \"x\" : [1] },\"node\":\"n-1\",\"seq\":9007199254740992,"
    "\"v\":1,\"mac\":\"what\",\"time\":1764100000000000}";
  ResonateEnvelopeProblem problem;
  ResonateEnvelope envelope;
  g_autofree char *application = NULL;
  g_autofree char *node = NULL;
  g_autofree char *payload = NULL;

  g_test_summary ("In any order, with members that are not known");

  g_assert_true (resonate_envelope_parse (&envelope, text, strlen (text), &problem));
  g_assert_cmpint (envelope.type, ==, RESONATE_ENVELOPE_PRESENCE);
  g_assert_cmpuint (envelope.seq, ==, (uint64_t) 1 << 53);
  g_assert_cmpint (envelope.time_us, ==, INT64_C (1764100000000000));
  application = dup_text (&envelope.application);
  node = dup_text (&envelope.node);
  payload = resonate_json_dup_text (&envelope.payload);
  g_assert_cmpstr (application, ==, "a/\303\251");
  g_assert_cmpstr (node, ==, "n-1");
  g_assert_cmpstr (payload, ==, "{ \"x\" : [1] }");
  g_assert_null (envelope.socket_id.text);
}

static void
test_envelope_again (void)
{
  g_test_summary ("Each type is read as it was written");

  for (unsigned int type = 0; type < RESONATE_ENVELOPE_N_TYPES; type++)
    {
      g_autoptr (GString) text = resonate_envelope_begin (type, "7", "n", 1, 0);
      ResonateEnvelopeProblem problem;
      ResonateEnvelope envelope;
      g_autofree char *socket_id = NULL;

      g_string_append (text, "{}");
      resonate_envelope_append_socket_id (text, "1.\"2");
      g_string_append_c (text, '}');

      g_assert_true (resonate_envelope_parse (&envelope, text->str, text->len, &problem));
      g_assert_cmpuint (envelope.type, ==, type);
      socket_id = dup_text (&envelope.socket_id);
      g_assert_cmpstr (socket_id, ==, "1.\"2");
    }
}

#define ENVELOPE(v, type, application, node, seq, payload, more)                                  \
  "{\"v\":" v ",\"type\":" type ",\"application\":" application ",\"node\":" node ",\"seq\":" seq \
  ",\"payload\":" payload more "}"

static const struct
{
  const char *text;
  ResonateEnvelopeProblem problem;
} malformed[] = {
  { "", RESONATE_ENVELOPE_NOT_JSON },
  { "not json", RESONATE_ENVELOPE_NOT_JSON },
  { "42", RESONATE_ENVELOPE_NOT_JSON },
  { "\"hello\"", RESONATE_ENVELOPE_NOT_JSON },
  { "null", RESONATE_ENVELOPE_NOT_JSON },
  { "[]", RESONATE_ENVELOPE_NOT_JSON },
  { "{\"v\":1", RESONATE_ENVELOPE_NOT_JSON },
  { "{} {}", RESONATE_ENVELOPE_NOT_JSON },
  { "{\"type\":\"terminate\",\"application\":\"\xff\"}", RESONATE_ENVELOPE_NOT_JSON },
  { "{}", RESONATE_ENVELOPE_INCOMPLETE },
  { "{\"type\":\"message\",\"application\":\"a\",\"payload\":{}}", RESONATE_ENVELOPE_FOREIGN },
  { "{\"type\":\"terminate\",\"payload\":{}}", RESONATE_ENVELOPE_INCOMPLETE },
  { "{\"type\":\"terminate\",\"application\":\"O:8:\\\"stdClass\\\":0:{}\"}",
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("2", "\"message\"", "\"a\"", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_FOREIGN },
  { ENVELOPE ("\"1\"", "\"message\"", "\"a\"", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_FOREIGN },
  { ENVELOPE ("1.0", "\"message\"", "\"a\"", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_FOREIGN },
  { ENVELOPE ("1", "\"Message\"", "\"a\"", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_FOREIGN },
  { ENVELOPE ("1", "7", "\"a\"", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_FOREIGN },
  { ENVELOPE ("1", "\"message\"", "7", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "null", "\"n\"", "1", "{}", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "7", "1", "{}", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"\"", "1", "{}", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n:1\"", "1", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"\\u006e\"", "1", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "0", "{}", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "-1", "{}", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1.5", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1e3", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "\"1\"", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "9007199254740993", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "99999999999999999999999999", "{}", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1", "[]", ""), RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1", "\"{}\"", ""),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1", "{}", ",\"socket_id\":7"),
    RESONATE_ENVELOPE_INCOMPLETE },
  { ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1", "{}", ",\"time\":\"now\""),
    RESONATE_ENVELOPE_INCOMPLETE },
};

static void
test_envelope_malformed (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      ResonateEnvelopeProblem problem;
      ResonateEnvelope envelope;

      g_test_message ("%s", malformed[i].text);
      g_assert_false (resonate_envelope_parse (&envelope, malformed[i].text,
                                               strlen (malformed[i].text), &problem));
      g_assert_cmpstr (resonate_envelope_problem_get_name (problem), ==,
                       resonate_envelope_problem_get_name (malformed[i].problem));
    }
}

static void
test_envelope_cut (void)
{
  static const char text[] = ENVELOPE ("1", "\"message\"", "\"a\"", "\"n\"", "1", PAYLOAD,
                                       ",\"socket_id\":\"1.2\"");

  g_test_summary ("Nothing that is cut short is an envelope");

  for (size_t length = 0; length <= strlen (text); length++)
    {
      g_autofree char *cut = g_memdup2 (text, length);
      ResonateEnvelopeProblem problem;
      ResonateEnvelope envelope;

      g_assert_true (resonate_envelope_parse (&envelope, cut, length, &problem) ==
                     (length == strlen (text)));
    }
}

static void
test_envelope_of_the_reference (void)
{
  static const char *const texts[] = {
    "{\"type\":\"terminate\",\"application\":\"app-id\",\"payload\":{\"user_id\":\"uA\"}}",
    "{\"type\":\"metrics\",\"application\":\"app-id\",\"payload\":{\"key\":\"eRCdXa35dj\","
    "\"type\":\"connections\",\"options\":[]}}",
  };

  g_test_summary ("What it tells all nodes is understood, and seen to have no sender");

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      ResonateEnvelopeProblem problem;
      ResonateEnvelope envelope;

      g_assert_true (resonate_envelope_parse (&envelope, texts[i], strlen (texts[i]), &problem));
      g_assert_null (envelope.node.text);
      g_assert_cmpuint (envelope.seq, ==, 0);
    }
}

static void
test_envelope_deep (void)
{
  g_test_summary ("What a client may nest fits into an envelope, and not one more");

  for (unsigned int more = 0; more < 2; more++)
    {
      g_autoptr (GString)
        text = resonate_envelope_begin (RESONATE_ENVELOPE_MESSAGE, "a", "n", 1, 0);
      unsigned int depth = RESONATE_JSON_DEPTH_RELAYED - 1 + more; /* its message was one object */
      ResonateEnvelopeProblem problem;
      ResonateEnvelope envelope;

      g_string_append (text, "{\"data\":");
      for (unsigned int i = 0; i < depth; i++)
        g_string_append_c (text, '[');
      for (unsigned int i = 0; i < depth; i++)
        g_string_append_c (text, ']');
      g_string_append (text, "}}");

      g_assert_true (resonate_envelope_parse (&envelope, text->str, text->len, &problem) ==
                     (more == 0));
      if (more > 0)
        g_assert_cmpint (problem, ==, RESONATE_ENVELOPE_NOT_JSON);
    }
}

static void
test_envelope_large (void)
{
  g_autoptr (GString) text = resonate_envelope_begin (RESONATE_ENVELOPE_MESSAGE, "a", "n", 1, 0);
  g_autofree char *blank = g_strnfill (RESONATE_ENVELOPE_MAX_SIZE, ' ');
  ResonateEnvelopeProblem problem;
  ResonateEnvelope envelope;

  g_string_append (text, "{\"data\":\"");
  for (unsigned int i = 0; i < 1024; i++)
    g_string_append_len (text, blank, 1024);
  g_string_append (text, "\"}}");

  g_assert_true (resonate_envelope_parse (&envelope, text->str, text->len, &problem));
  g_assert_cmpuint (envelope.payload.length, >, 1024 * 1024);

  g_string_append_len (text, blank, RESONATE_ENVELOPE_MAX_SIZE);
  g_assert_false (resonate_envelope_parse (&envelope, text->str, text->len, &problem));
  g_assert_cmpint (problem, ==, RESONATE_ENVELOPE_TOO_LONG);
}

static void
test_envelope_nodes (void)
{
  g_autofree char *longest = g_strnfill (RESONATE_ENVELOPE_MAX_NODE, 'n');
  g_autofree char *longer = g_strnfill (RESONATE_ENVELOPE_MAX_NODE + 1, 'n');

  g_assert_true (resonate_envelope_is_node ("web-1.example_4711", 18));
  g_assert_true (resonate_envelope_is_node (longest, strlen (longest)));
  g_assert_false (resonate_envelope_is_node (longer, strlen (longer)));
  g_assert_false (resonate_envelope_is_node ("", 0));
  g_assert_false (resonate_envelope_is_node ("a b", 3));
  g_assert_false (resonate_envelope_is_node ("a:b", 3));
  g_assert_false (resonate_envelope_is_node ("a\0b", 3));
  g_assert_false (resonate_envelope_is_node ("\303\244", 2));
}

static void
test_envelope_words (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (unsigned int i = 0; i < RESONATE_ENVELOPE_N_PROBLEMS; i++)
    {
      g_assert_true (g_hash_table_add (names, (gpointer) resonate_envelope_problem_get_name (i)));
      g_assert_nonnull (resonate_envelope_problem_explain (i));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/envelope/written", test_envelope_written);
  g_test_add_func ("/envelope/read", test_envelope_read);
  g_test_add_func ("/envelope/again", test_envelope_again);
  g_test_add_func ("/envelope/malformed", test_envelope_malformed);
  g_test_add_func ("/envelope/cut", test_envelope_cut);
  g_test_add_func ("/envelope/of-the-reference", test_envelope_of_the_reference);
  g_test_add_func ("/envelope/deep", test_envelope_deep);
  g_test_add_func ("/envelope/large", test_envelope_large);
  g_test_add_func ("/envelope/nodes", test_envelope_nodes);
  g_test_add_func ("/envelope/words", test_envelope_words);

  return g_test_run ();
}
