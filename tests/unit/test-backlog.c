/* test-backlog.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-backlog-private.h"

static gboolean
push (ResonateBacklog *backlog, const char *text, size_t length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);

  return resonate_backlog_push (backlog, bytes);
}

static void
assert_pops (ResonateBacklog *backlog, const char *text)
{
  g_autoptr (GBytes) bytes = resonate_backlog_pop (backlog);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, 1);
}

static void
test_backlog_in_order (void)
{
  ResonateBacklog backlog = { 0 };

  push (&backlog, "a", 1);
  push (&backlog, "b", 1);
  assert_pops (&backlog, "a");
  push (&backlog, "c", 1);
  assert_pops (&backlog, "b");
  assert_pops (&backlog, "c");
  g_assert_null (resonate_backlog_pop (&backlog));
  g_assert_cmpuint (backlog.bytes, ==, 0);
}

static void
test_backlog_freezes_are_counted (void)
{
  ResonateBacklog backlog = { 0 };

  g_assert_false (resonate_backlog_is_frozen (&backlog));
  resonate_backlog_freeze (&backlog);
  resonate_backlog_freeze (&backlog);
  g_assert_false (resonate_backlog_thaw (&backlog));
  g_assert_true (resonate_backlog_is_frozen (&backlog));
  g_assert_true (resonate_backlog_thaw (&backlog));
  g_assert_false (resonate_backlog_is_frozen (&backlog));
}

static void
test_backlog_many_messages (void)
{
  ResonateBacklog backlog = { 0 };

  for (int i = 0; i < 256; i++)
    g_assert_true (push (&backlog, "x", 1));
  g_assert_false (push (&backlog, "x", 1));
  g_assert_cmpuint (backlog.bytes, ==, 256);

  assert_pops (&backlog, "x");
  g_assert_true (push (&backlog, "x", 1));
  resonate_backlog_clear (&backlog);
}

static void
test_backlog_many_bytes (void)
{
  const size_t mebibyte = 1024 * 1024;
  g_autofree char *text = g_strnfill (mebibyte + 1, 'x');
  ResonateBacklog backlog = { 0 };

  g_assert_false (push (&backlog, text, mebibyte + 1));
  g_assert_true (push (&backlog, text, mebibyte));
  g_assert_false (push (&backlog, text, 1));
  g_assert_true (push (&backlog, "", 0));

  resonate_backlog_clear (&backlog);
  g_assert_cmpuint (backlog.bytes, ==, 0);
  g_assert_null (resonate_backlog_pop (&backlog));
  g_assert_true (push (&backlog, text, mebibyte));
  resonate_backlog_clear (&backlog);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/backlog/in-order", test_backlog_in_order);
  g_test_add_func ("/backlog/freezes-are-counted", test_backlog_freezes_are_counted);
  g_test_add_func ("/backlog/many-messages", test_backlog_many_messages);
  g_test_add_func ("/backlog/many-bytes", test_backlog_many_bytes);

  return g_test_run ();
}
