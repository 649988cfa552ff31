/* test-redis-slots.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "redis/resonate-redis-reader-private.h"
#include "redis/resonate-redis-slots-private.h"

static const ResonateRedisHost from = { (char *) "10.0.0.1", 7000 };

static unsigned int
slot_of (const char *key)
{
  return resonate_redis_slot_of (key, strlen (key));
}

static void
test_redis_slots_of_keys (void)
{
  g_test_summary ("Slots are those of the server, and braces put keys together");

  g_assert_cmpuint (slot_of ("123456789"), ==, 0x31c3);
  g_assert_cmpuint (slot_of ("foo"), ==, 12182);
  g_assert_cmpuint (slot_of (""), ==, 0);
  g_assert_cmpuint (slot_of ("{user1000}.following"), ==, slot_of ("user1000"));
  g_assert_cmpuint (slot_of ("a{user1000}{b}"), ==, slot_of ("user1000"));
  g_assert_cmpuint (slot_of ("foo{{bar}}zap"), ==, slot_of ("{bar"));
  g_assert_cmpuint (slot_of ("foo{}{bar}"), !=, slot_of ("bar"));
  g_assert_cmpuint (slot_of ("}foo{"), !=, slot_of ("foo"));
  g_assert_cmpuint (resonate_redis_slot_of ("{a\0b}x", 6), ==, resonate_redis_slot_of ("a\0b", 3));
}

static void
test_redis_slots_of_command (void)
{
  g_autoptr (ResonateRedisCommand) command = resonate_redis_command_new ("MGET");
  g_autoptr (GError) error = NULL;
  int slot;

  g_test_summary ("A command is for one slot or for none; two are refused before they are sent");

  g_assert_true (resonate_redis_slot_of_command (command, &slot, &error));
  g_assert_cmpint (slot, ==, -1);
  resonate_redis_command_add_key (command, "{t}a");
  resonate_redis_command_add_key (command, "{t}b");
  g_assert_true (resonate_redis_slot_of_command (command, &slot, &error));
  g_assert_cmpint (slot, ==, (int) slot_of ("t"));
  resonate_redis_command_add_key (command, "c");
  g_assert_false (resonate_redis_slot_of_command (command, &slot, &error));
  g_assert_error (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_CROSSSLOT);
  g_assert_nonnull (strstr (error->message, "“{t}a” and “c”"));
}

static void
assert_redirect (const char *text, const char *host, unsigned int port, unsigned int slot)
{
  g_autoptr (ResonateRedisHost) found = NULL;
  unsigned int told = 0;

  g_test_message ("%s", text);
  found = resonate_redis_slots_read_redirect (text, &from, &told);
  if (host == NULL)
    {
      g_assert_null (found);
      return;
    }

  g_assert_nonnull (found);
  g_assert_cmpstr (found->host, ==, host);
  g_assert_cmpuint (found->port, ==, port);
  g_assert_cmpuint (told, ==, slot);
}

static void
test_redis_slots_redirects (void)
{
  g_test_summary ("MOVED and ASK are read, and what is none is not");

  assert_redirect ("Redis: MOVED 3999 127.0.0.1:6381", "127.0.0.1", 6381, 3999);
  assert_redirect ("ASK 0 ::1:6381", "::1", 6381, 0);
  assert_redirect ("MOVED 16383 :6381", "10.0.0.1", 6381, 16383);
  assert_redirect ("MOVED 16384 127.0.0.1:6381", NULL, 0, 0);
  assert_redirect ("MOVED -1 127.0.0.1:6381", NULL, 0, 0);
  assert_redirect ("MOVED 1 127.0.0.1:0", NULL, 0, 0);
  assert_redirect ("MOVED 1 127.0.0.1", NULL, 0, 0);
  assert_redirect ("MOVED 1", NULL, 0, 0);
  assert_redirect ("MOVED", NULL, 0, 0);
}

static gboolean
read_slots (ResonateRedisSlots *slots, const char *resp)
{
  g_autoptr (ResonateRedisReader) reader = resonate_redis_reader_new (4096);
  g_autoptr (ResonateRedisReply) owned = NULL;
  g_autoptr (GError) error = NULL;
  ResonateRedisReply *reply = NULL;
  gboolean ok;

  resonate_redis_reader_feed (reader, resp, strlen (resp));
  g_assert_true (resonate_redis_reader_next (reader, &reply, &error));
  g_assert_nonnull (reply);
  owned = reply;
  ok = resonate_redis_slots_read (slots, reply, &from, &error);
  if (error != NULL)
    g_test_message ("%s", error->message);
  g_assert_true (ok == (error == NULL));

  return ok;
}

#define RANGE(first, last, host, port) \
  "*3\r\n:" first "\r\n:" last "\r\n*3\r\n" host "\r\n:" port "\r\n$2\r\nid\r\n"

static void
test_redis_slots_map (void)
{
  g_autoptr (ResonateRedisSlots) slots = resonate_redis_slots_new ();
  static const char *const nonsense[] = {
    ":1\r\n",
    "*1\r\n*2\r\n:0\r\n:1\r\n",
    "*1\r\n" RANGE ("0", "16384", "$1\r\na", "7000"),
    "*1\r\n" RANGE ("5", "4", "$1\r\na", "7000"),
    "*1\r\n" RANGE ("-1", "4", "$1\r\na", "7000"),
    "*1\r\n" RANGE ("0", "4", "$1\r\na", "65536"),
    "*1\r\n" RANGE ("0", "4", ":1", "7000"),
    "*2\r\n" RANGE ("0", "4", "$1\r\nz", "7000") ":1\r\n",
  };

  g_test_summary ("The map is what CLUSTER SLOTS says; nonsense changes nothing of it");

  g_assert_null (resonate_redis_slots_get (slots, 0));
  g_assert_true (read_slots (slots, "*3\r\n" RANGE ("0", "5", "$1\r\na", "7000")
                                      RANGE ("6", "6", "$0\r\n", "7001")
                                        RANGE ("16383", "16383", "$-1", "7002")));
  for (size_t i = 0; i < G_N_ELEMENTS (nonsense); i++)
    g_assert_false (read_slots (slots, nonsense[i]));

  g_assert_cmpstr (resonate_redis_slots_get (slots, 5)->host, ==, "a");
  g_assert_cmpstr (resonate_redis_slots_get (slots, 6)->host, ==, "10.0.0.1");
  g_assert_cmpuint (resonate_redis_slots_get (slots, 16383)->port, ==, 7002);
  g_assert_null (resonate_redis_slots_get (slots, 7));
  g_assert_cmpuint (resonate_redis_slots_get_hosts (slots)->len, ==, 3);

  resonate_redis_slots_set (slots, 7, resonate_redis_slots_get (slots, 5));
  g_assert_true (resonate_redis_slots_get (slots, 7) == resonate_redis_slots_get (slots, 0));
  resonate_redis_slots_set (slots, 5, &from);
  g_assert_cmpstr (resonate_redis_slots_get (slots, 5)->host, ==, "10.0.0.1");
  g_assert_cmpuint (resonate_redis_slots_get_hosts (slots)->len, ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/redis-slots/of-keys", test_redis_slots_of_keys);
  g_test_add_func ("/redis-slots/of-command", test_redis_slots_of_command);
  g_test_add_func ("/redis-slots/redirects", test_redis_slots_redirects);
  g_test_add_func ("/redis-slots/map", test_redis_slots_map);

  return g_test_run ();
}
