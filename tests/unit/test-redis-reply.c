/* test-redis-reply.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "redis/resonate-redis-reader-private.h"

#define MAX_SIZE 4096

static ResonateRedisReply *
read_reply (const char *resp, size_t length)
{
  g_autoptr (ResonateRedisReader) reader = resonate_redis_reader_new (MAX_SIZE);
  g_autoptr (GError) error = NULL;
  ResonateRedisReply *reply = NULL;

  /* A byte at a time: nothing is there before all of it is. */
  for (size_t i = 0; i < length; i++)
    {
      g_assert_null (reply);
      resonate_redis_reader_feed (reader, resp + i, 1);
      g_assert_true (resonate_redis_reader_next (reader, &reply, &error));
      g_assert_no_error (error);
    }
  g_assert_nonnull (reply);

  return reply;
}

#define reply_of(resp) read_reply (resp, sizeof resp - 1)

static void
test_redis_reply_types (void)
{
  g_autoptr (ResonateRedisReply) text = reply_of ("$5\r\na\0b\xff\r\r\n");
  g_autoptr (ResonateRedisReply) status = reply_of ("+OK\r\n");
  g_autoptr (ResonateRedisReply) integer = reply_of (":-9223372036854775808\r\n");
  g_autoptr (ResonateRedisReply) digits = reply_of ("$2\r\n42\r\n");
  g_autoptr (ResonateRedisReply) fraction = reply_of ("$3\r\n7.5\r\n");
  g_autoptr (ResonateRedisReply) nil = reply_of ("$-1\r\n");
  g_autoptr (ResonateRedisReply) array = reply_of ("*2\r\n$1\r\na\r\n*1\r\n:7\r\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) taken = NULL;
  int64_t number;
  double real;
  size_t length;

  g_test_summary ("Each type is read as what it is");

  bytes = resonate_redis_reply_dup_bytes (text, &error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "a\0b\xff\r", 5);
  taken = resonate_redis_reply_steal_bytes (text, &error);
  g_assert_true (g_bytes_equal (bytes, taken));
  g_assert_cmpstr (resonate_redis_reply_get_text (status, NULL, &error), ==, "OK");
  g_assert_true (resonate_redis_reply_get_int (integer, &number, &error));
  g_assert_cmpint (number, ==, G_MININT64);
  g_assert_true (resonate_redis_reply_get_int (digits, &number, &error));
  g_assert_cmpint (number, ==, 42);
  g_assert_true (resonate_redis_reply_get_double (fraction, &real, &error));
  g_assert_cmpfloat (real, ==, 7.5);
  g_assert_true (resonate_redis_reply_is_nil (nil));
  g_assert_true (resonate_redis_reply_get_length (nil, &length, &error));
  g_assert_cmpuint (length, ==, 0);
  g_assert_true (resonate_redis_reply_get_length (array, &length, &error));
  g_assert_cmpuint (length, ==, 2);
  array = g_steal_pointer (&array);
  g_assert_true (resonate_redis_reply_get_int (
    resonate_redis_reply_get_element (resonate_redis_reply_get_element (array, 1), 0), &number,
    &error));
  g_assert_cmpint (number, ==, 7);
  g_assert_no_error (error);
}

static void
assert_refused (GError **error, const char *words)
{
  g_assert_error (*error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY);
  g_assert_nonnull (strstr ((*error)->message, words));
  g_clear_error (error);
}

static void
test_redis_reply_wrong_type (void)
{
  g_autoptr (ResonateRedisReply) text = reply_of ("$2\r\n4x\r\n");
  g_autoptr (ResonateRedisReply) integer = reply_of (":1\r\n");
  g_autoptr (ResonateRedisReply) nil = reply_of ("*-1\r\n");
  g_autoptr (GError) error = NULL;
  int64_t number = 5;
  double real;
  size_t length;

  g_test_summary ("Another type than was asked for is an error that names both");

  g_assert_false (resonate_redis_reply_get_int (text, &number, &error));
  assert_refused (&error, "answered text where an integer was expected");
  g_assert_cmpint (number, ==, 5);
  g_assert_false (resonate_redis_reply_get_double (text, &real, &error));
  assert_refused (&error, "a number was expected");
  g_assert_null (resonate_redis_reply_get_text (nil, NULL, &error));
  assert_refused (&error, "answered nil where text was expected");
  g_assert_null (resonate_redis_reply_steal_bytes (integer, &error));
  assert_refused (&error, "answered an integer");
  g_assert_false (resonate_redis_reply_get_length (text, &length, &error));
  assert_refused (&error, "an array was expected");
}

static void
test_redis_reply_members (void)
{
  g_autoptr (ResonateRedisReply) map = reply_of ("*5\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n$1\r\na\r\n"
                                                 "$1\r\nc\r\n");
  g_autoptr (ResonateRedisReply) integer = reply_of (":1\r\n");
  int64_t number;

  g_test_summary ("A map is an array of pairs; what has no value is not there");

  g_assert_true (
    resonate_redis_reply_get_int (resonate_redis_reply_get_member (map, "a"), &number, NULL));
  g_assert_cmpint (number, ==, 1);
  g_assert_cmpstr (resonate_redis_reply_get_text (resonate_redis_reply_get_member (map, "b"), NULL,
                                                  NULL),
                   ==, "a");
  g_assert_null (resonate_redis_reply_get_member (map, "c"));
  g_assert_null (resonate_redis_reply_get_member (map, "d"));
  g_assert_null (resonate_redis_reply_get_member (integer, "a"));
}

static void
test_redis_reply_errors (void)
{
  static const struct
  {
    const char *text;
    int code;
    gboolean is_unavailable;
  } cases[] = {
    { "LOADING Redis is loading the dataset in memory", RESONATE_REDIS_ERROR_LOADING, TRUE },
    { "READONLY You can't write against a read only replica.", RESONATE_REDIS_ERROR_READONLY,
      TRUE },
    { "MASTERDOWN Link with MASTER is down", RESONATE_REDIS_ERROR_MASTERDOWN, TRUE },
    { "OOM command not allowed when used memory > 'maxmemory'.", RESONATE_REDIS_ERROR_OOM, TRUE },
    { "NOAUTH Authentication required.", RESONATE_REDIS_ERROR_NOAUTH, FALSE },
    { "WRONGPASS invalid username-password pair", RESONATE_REDIS_ERROR_WRONGPASS, FALSE },
    { "NOPERM this user has no permissions", RESONATE_REDIS_ERROR_NOPERM, FALSE },
    { "WRONGTYPE Operation against a key", RESONATE_REDIS_ERROR_WRONGTYPE, FALSE },
    { "NOSCRIPT No matching script.", RESONATE_REDIS_ERROR_NOSCRIPT, FALSE },
    { "MOVED 3999 127.0.0.1:6381", RESONATE_REDIS_ERROR_MOVED, FALSE },
    { "ASK 3999 127.0.0.1:6381", RESONATE_REDIS_ERROR_ASK, FALSE },
    { "TRYAGAIN Multiple keys request during rehashing", RESONATE_REDIS_ERROR_TRYAGAIN, TRUE },
    { "CROSSSLOT Keys in request don't hash", RESONATE_REDIS_ERROR_CROSSSLOT, FALSE },
    { "CLUSTERDOWN The cluster is down", RESONATE_REDIS_ERROR_CLUSTERDOWN, TRUE },
    { "BUSY Redis is busy running a script.", RESONATE_REDIS_ERROR_BUSY, TRUE },
    { "BUSYGROUP Consumer Group name already exists", RESONATE_REDIS_ERROR_BUSYGROUP, FALSE },
    { "NOGROUP No such key 'x'", RESONATE_REDIS_ERROR_NOGROUP, FALSE },
    { "ERR unknown command 'x'", RESONATE_REDIS_ERROR_OTHER, FALSE },
    { "", RESONATE_REDIS_ERROR_OTHER, FALSE },
    { "OOMS", RESONATE_REDIS_ERROR_OTHER, FALSE },
    { "ERR Error running script (call to f_1): @user_script:1: WRONGTYPE Operation against",
      RESONATE_REDIS_ERROR_WRONGTYPE, FALSE },
    { "ERR Error running script (call to f_1): @user_script: 1: -OOM command not allowed",
      RESONATE_REDIS_ERROR_OOM, TRUE },
  };

  g_test_summary ("An error of the server is told by its name, also of a command in a script");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *resp = g_strdup_printf ("*2\r\n:1\r\n-%s\r\n", cases[i].text);
      g_autoptr (ResonateRedisReply) reply = read_reply (resp, strlen (resp));
      g_autoptr (GError) error = NULL;
      int64_t number;

      g_test_message ("%s", cases[i].text);
      g_assert_true (resonate_redis_reply_check (reply, &error));
      g_assert_false (resonate_redis_reply_get_int (resonate_redis_reply_get_element (reply, 1),
                                                    &number, &error));
      g_assert_error (error, RESONATE_REDIS_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      g_assert_cmpint (resonate_redis_error_is_unavailable (error), ==, cases[i].is_unavailable);
    }
}

static void
assert_too_big (const char *start, const char *again)
{
  g_autoptr (ResonateRedisReader) reader = resonate_redis_reader_new (MAX_SIZE);
  g_autoptr (GError) error = NULL;
  ResonateRedisReply *reply = NULL;

  resonate_redis_reader_feed (reader, start, strlen (start));
  for (unsigned int i = 0; i < 100 && resonate_redis_reader_next (reader, &reply, &error); i++)
    {
      g_assert_null (reply);
      resonate_redis_reader_feed (reader, again, strlen (again));
    }
  g_test_message ("%s", error->message);
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "more than 4096 bytes"));
}

static void
test_redis_reply_bounds (void)
{
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autofree char *element = g_strdup_printf ("$1000\r\n%s\r\n", text);

  g_test_summary ("A reply has a bound, with all that it is made of");

  assert_too_big ("$5000\r\n", text);
  assert_too_big ("$2000000000\r\n", text);
  assert_too_big ("*1000000000\r\n", "");
  assert_too_big ("*10\r\n", element);
  assert_too_big ("*1\r\n*1\r\n*600\r\n", "");
  assert_too_big ("*100\r\n", ":1\r\n");
  assert_too_big ("+", text);
}

static void
test_redis_reply_garbage (void)
{
  static const char *const cases[] = { "HTTP/1.1 400 Bad Request\r\n", "$x\r\n", ":1x\r\n",
                                       "*x\r\n",
                                       "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n" };

  g_test_summary ("What is no reply is an error, and the end");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ResonateRedisReader) reader = resonate_redis_reader_new (MAX_SIZE);
      g_autoptr (GError) error = NULL;
      ResonateRedisReply *reply = NULL;

      resonate_redis_reader_feed (reader, cases[i], strlen (cases[i]));
      g_assert_false (resonate_redis_reader_next (reader, &reply, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);
      g_assert_false (resonate_redis_reader_next (reader, &reply, NULL));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/redis-reply/types", test_redis_reply_types);
  g_test_add_func ("/redis-reply/wrong-type", test_redis_reply_wrong_type);
  g_test_add_func ("/redis-reply/members", test_redis_reply_members);
  g_test_add_func ("/redis-reply/errors", test_redis_reply_errors);
  g_test_add_func ("/redis-reply/bounds", test_redis_reply_bounds);
  g_test_add_func ("/redis-reply/garbage", test_redis_reply_garbage);

  return g_test_run ();
}
