/* test-handshakes.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-handshakes-private.h"

static GString *turns;

/* An owner has a name; one without has gone. */
static gboolean
on_turn (gpointer owner)
{
  const char *name = g_object_get_data (owner, "name");

  g_string_append (turns, name != NULL ? name : "-");

  return name != NULL;
}

static gboolean
enter (ResonateHandshakes *handshakes, const char *address, const char *name)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (owner, "name", (gpointer) name);

  return resonate_handshakes_enter (handshakes, address, owner);
}

static void
fill (ResonateHandshakes *handshakes, const char *address)
{
  for (guint i = 0; i < RESONATE_HANDSHAKES_PER_ADDRESS; i++)
    g_assert_true (enter (handshakes, address, "x"));
}

static void
test_handshakes_wait_for_their_own (void)
{
  g_autoptr (ResonateHandshakes) handshakes = resonate_handshakes_new (on_turn);

  g_test_summary ("An address that has its share waits, and no other waits with it");

  turns = g_string_new (NULL);
  fill (handshakes, "192.0.2.1");
  g_assert_false (enter (handshakes, "192.0.2.1", "a"));
  g_assert_false (enter (handshakes, "192.0.2.1", NULL));
  g_assert_false (enter (handshakes, "192.0.2.1", "b"));
  fill (handshakes, "192.0.2.2");

  resonate_handshakes_leave (handshakes, "192.0.2.2");
  g_assert_cmpstr (turns->str, ==, "");
  resonate_handshakes_leave (handshakes, "192.0.2.1");
  g_assert_cmpstr (turns->str, ==, "a");
  resonate_handshakes_leave (handshakes, "192.0.2.1");
  g_assert_cmpstr (turns->str, ==, "a-b");

  /* The share is full still: two left, and two came. */
  g_assert_false (enter (handshakes, "192.0.2.1", "c"));
  g_assert_true (enter (handshakes, "192.0.2.2", "x"));
  g_string_free (turns, TRUE);
}

static void
test_handshakes_end (void)
{
  g_autoptr (ResonateHandshakes) handshakes = resonate_handshakes_new (on_turn);

  g_test_summary ("Once closed, nobody's turn comes");

  turns = g_string_new (NULL);
  fill (handshakes, "192.0.2.1");
  g_assert_false (enter (handshakes, "192.0.2.1", "a"));
  resonate_handshakes_close (handshakes);
  for (guint i = 0; i < RESONATE_HANDSHAKES_PER_ADDRESS; i++)
    resonate_handshakes_leave (handshakes, "192.0.2.1");
  g_assert_cmpstr (turns->str, ==, "");
  g_string_free (turns, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/handshakes/wait-for-their-own", test_handshakes_wait_for_their_own);
  g_test_add_func ("/handshakes/end", test_handshakes_end);

  return g_test_run ();
}
