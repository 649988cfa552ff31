/* test-redis-command.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis/resonate-redis-command-private.h"

static void
assert_bytes (GByteArray *out, const char *bytes, size_t length)
{
  g_assert_cmpmem (out->data, out->len, bytes, length);
  g_byte_array_set_size (out, 0);
}

#define assert_written(out, bytes) assert_bytes (out, bytes, sizeof bytes - 1)

static void
test_redis_command_words (void)
{
  g_autoptr (ResonateRedisCommand) command = resonate_redis_command_new ("SET");
  g_autoptr (ResonateRedisCommand)
    words = resonate_redis_command_new_words ("CONFIG", "GET", "save", NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\0\xff", 2);

  g_test_summary ("Words are any bytes, the empty one included");

  resonate_redis_command_add_key_data (command, "a\0b", 3);
  resonate_redis_command_add_bytes (command, bytes);
  resonate_redis_command_add (command, "");
  resonate_redis_command_add_int (command, G_MININT64);
  resonate_redis_command_add_double (command, 0.1);
  resonate_redis_command_write (command, FALSE, out);
  assert_written (out, "*6\r\n$3\r\nSET\r\n$3\r\na\0b\r\n$2\r\n\0\xff\r\n$0\r\n\r\n"
                       "$20\r\n-9223372036854775808\r\n$19\r\n0.10000000000000001\r\n");

  resonate_redis_command_write (words, FALSE, out);
  assert_written (out, "*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$4\r\nsave\r\n");
}

static void
test_redis_command_keys (void)
{
  g_autoptr (ResonateRedisCommand) command = resonate_redis_command_new ("XREADGROUP");
  size_t length;

  g_test_summary ("Keys are told from other words");

  resonate_redis_command_add (command, "STREAMS");
  g_assert_cmpuint (resonate_redis_command_get_n_keys (command), ==, 0);
  resonate_redis_command_add_key (command, "one");
  resonate_redis_command_add_key (command, "other");
  resonate_redis_command_add (command, ">");
  resonate_redis_command_add (command, ">");

  g_assert_cmpuint (resonate_redis_command_get_length (command), ==, 6);
  g_assert_cmpuint (resonate_redis_command_get_n_keys (command), ==, 2);
  g_assert_cmpstr (resonate_redis_command_get_key (command, 0, NULL), ==, "one");
  g_assert_cmpstr (resonate_redis_command_get_key (command, 1, &length), ==, "other");
  g_assert_cmpuint (length, ==, 5);
}

static void
test_redis_command_script (void)
{
  g_autoptr (ResonateRedisScript) script = resonate_redis_script_new ("one", "return 1");
  g_autoptr (ResonateRedisCommand) command = resonate_redis_command_new_script (script, 1);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_test_summary ("A script is sent as text or by its digest, with its keys counted");

  resonate_redis_command_add_key (command, "k");
  resonate_redis_command_add (command, "v");
  g_assert_cmpuint (resonate_redis_command_get_n_keys (command), ==, 1);
  resonate_redis_command_write (command, FALSE, out);
  assert_written (out, "*5\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n"
                       "$1\r\n1\r\n$1\r\nk\r\n$1\r\nv\r\n");
  resonate_redis_command_write (command, TRUE, out);
  assert_written (out, "*5\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\nv\r\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/redis-command/words", test_redis_command_words);
  g_test_add_func ("/redis-command/keys", test_redis_command_keys);
  g_test_add_func ("/redis-command/script", test_redis_command_script);

  return g_test_run ();
}
