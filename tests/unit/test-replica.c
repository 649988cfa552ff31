/* test-replica.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gio/gio.h>

#include "pusher/resonate-replica-private.h"

typedef struct
{
  ResonateReplica *replica;
  GString *told;
  const char *kept; /* (nullable): the user who is not gone */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->replica = resonate_replica_new ();
  fixture->told = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_string_free (fixture->told, TRUE);
  resonate_replica_free (fixture->replica);
}

static ResonateMember *
member (const char *id)
{
  g_autofree char *data = g_strdup_printf ("{\"user_id\":\"%s\"}", id);

  return resonate_member_parse (data, NULL);
}

static gboolean
add (Fixture *fixture, const char *id)
{
  return resonate_replica_add (fixture->replica, member (id), FALSE);
}

static gboolean
drop (Fixture *fixture, const char *id)
{
  g_autoptr (ResonateKnown) known = resonate_replica_remove (fixture->replica, id);

  return known != NULL;
}

static void
on_told (const ResonateKnown *known, gboolean is_added, gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->told, "%c%s ", is_added ? '+' : '-',
                          known->member->id);
}

static gboolean
keeps (const ResonateKnown *known, gpointer user_data)
{
  return g_strcmp0 (((Fixture *) user_data)->kept, known->member->id) == 0;
}

static void
free_member (gpointer data)
{
  if (data != NULL)
    resonate_member_free (data);
}

/* Ends a reading that found @ids, and returns how many stayed although they were not found. */
static unsigned int
end (Fixture *fixture, const char *ids)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func (free_member);
  g_auto (GStrv) words = g_strsplit (ids, " ", -1);

  for (unsigned int i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (users, member (words[i]));

  return resonate_replica_end_reading (fixture->replica, users, keeps, on_told, fixture);
}

static char *
list (Fixture *fixture)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (GList *node = resonate_replica_get_first (fixture->replica); node != NULL; node = node->next)
    g_string_append_printf (all, "%s ", ((ResonateKnown *) node->data)->member->id);

  return g_string_free (g_steal_pointer (&all), FALSE);
}

#define assert_list(fixture, expected)       \
  G_STMT_START                               \
  {                                          \
    g_autofree char *list_ = list (fixture); \
    g_assert_cmpstr (list_, ==, expected);   \
  }                                          \
  G_STMT_END

static void
test_replica_tells_changes (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Saying the same again is no change, and the order is that of coming");

  g_assert_true (add (fixture, "b"));
  g_assert_true (add (fixture, "a"));
  g_assert_false (add (fixture, "b"));
  assert_list (fixture, "b a ");
  g_assert_true (drop (fixture, "b"));
  g_assert_false (drop (fixture, "b"));
  g_assert_true (add (fixture, "b"));
  assert_list (fixture, "a b ");
  g_assert_cmpuint (resonate_replica_get_size (fixture->replica), ==, 2);
}

static void
test_replica_reads (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What was read is compared, and the difference is told");

  add (fixture, "a");
  add (fixture, "b");
  add (fixture, "c");
  g_assert_false (resonate_replica_is_whole (fixture->replica));
  resonate_replica_begin_reading (fixture->replica);
  fixture->kept = "c";
  g_assert_cmpuint (end (fixture, "d b"), ==, 1);
  g_assert_cmpstr (fixture->told->str, ==, "+d -a ");
  assert_list (fixture, "b c d ");
  g_assert_true (resonate_replica_is_whole (fixture->replica));
}

static void
test_replica_believes_news (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What was told while something older was read is not undone by it");

  add (fixture, "a");
  add (fixture, "b");
  resonate_replica_begin_reading (fixture->replica);
  g_assert_true (resonate_replica_is_reading (fixture->replica));
  drop (fixture, "a");
  add (fixture, "c");
  drop (fixture, "x");
  end (fixture, "a b x");
  g_assert_cmpstr (fixture->told->str, ==, "");
  assert_list (fixture, "b c ");

  /* The next reading is believed again. */
  resonate_replica_begin_reading (fixture->replica);
  end (fixture, "a b");
  g_assert_cmpstr (fixture->told->str, ==, "+a -c ");
}

static void
test_replica_abandons (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A reading without an answer changes nothing");

  add (fixture, "a");
  resonate_replica_begin_reading (fixture->replica);
  resonate_replica_abandon_reading (fixture->replica);
  g_assert_false (resonate_replica_is_reading (fixture->replica));
  g_assert_false (resonate_replica_is_whole (fixture->replica));
  assert_list (fixture, "a ");
}

#define add_test(path, name) \
  g_test_add (path, Fixture, NULL, set_up, test_replica_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/replica/tells-changes", tells_changes);
  add_test ("/replica/reads", reads);
  add_test ("/replica/believes-news", believes_news);
  add_test ("/replica/abandons", abandons);

  return g_test_run ();
}
