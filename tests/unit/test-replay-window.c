/* test-replay-window.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>

#include "cluster/resonate-replay-window-private.h"

#define SIZE RESONATE_REPLAY_WINDOW_SIZE

static void
test_replay_window_once (void)
{
  ResonateReplayWindow window = { 0 };

  for (uint64_t n = 1; n <= 3 * SIZE; n++)
    {
      g_assert_true (resonate_replay_window_admit (&window, n));
      g_assert_false (resonate_replay_window_admit (&window, n));
    }

  for (uint64_t n = 1; n <= 3 * SIZE; n++)
    g_assert_false (resonate_replay_window_admit (&window, n));
}

static void
test_replay_window_out_of_order (void)
{
  ResonateReplayWindow window = { 0 };

  g_test_summary ("What was passed over may come later, once, as long as it is in the window");

  g_assert_true (resonate_replay_window_admit (&window, 5000));
  for (uint64_t n = 5000 - SIZE + 1; n < 5000; n++)
    g_assert_true (resonate_replay_window_admit (&window, n));
  for (uint64_t n = 5000 - SIZE + 1; n <= 5000; n++)
    g_assert_false (resonate_replay_window_admit (&window, n));

  g_assert_false (resonate_replay_window_admit (&window, 5000 - SIZE));
  g_assert_false (resonate_replay_window_admit (&window, 1));
}

static void
test_replay_window_leap (void)
{
  ResonateReplayWindow window = { 0 };

  g_test_summary ("A leap forgets what it leaves behind, and nothing that it does not");

  for (uint64_t n = 1; n <= SIZE; n++)
    g_assert_true (resonate_replay_window_admit (&window, n));

  g_assert_true (resonate_replay_window_admit (&window, SIZE + SIZE / 2));
  g_assert_false (resonate_replay_window_admit (&window, SIZE));
  g_assert_false (resonate_replay_window_admit (&window, SIZE / 2 + 1));
  g_assert_true (resonate_replay_window_admit (&window, SIZE + 1));

  g_assert_true (resonate_replay_window_admit (&window, 100 * SIZE));
  g_assert_true (resonate_replay_window_admit (&window, 100 * SIZE - 1));
  g_assert_true (resonate_replay_window_admit (&window, 99 * SIZE + 1));
  g_assert_false (resonate_replay_window_admit (&window, 99 * SIZE));
}

static void
test_replay_window_nothing (void)
{
  ResonateReplayWindow window = { 0 };

  g_assert_false (resonate_replay_window_admit (&window, 0));
  g_assert_true (resonate_replay_window_admit (&window, (uint64_t) 1 << 53));
  g_assert_false (resonate_replay_window_admit (&window, 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/replay-window/once", test_replay_window_once);
  g_test_add_func ("/replay-window/out-of-order", test_replay_window_out_of_order);
  g_test_add_func ("/replay-window/leap", test_replay_window_leap);
  g_test_add_func ("/replay-window/nothing", test_replay_window_nothing);

  return g_test_run ();
}
