/* test-directory.c: a reader of pages misses nobody and is told nobody twice
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-directory-private.h"

typedef struct
{
  ResonateEntry entry;
  char name[16];
  unsigned int told;
} Thing;

static const char *
name_of (const ResonateEntry *entry)
{
  return resonate_entry_get_owner (entry, Thing, entry)->name;
}

static Thing *
make (unsigned int n)
{
  Thing *things = g_new0 (Thing, n);

  for (unsigned int i = 0; i < n; i++)
    g_snprintf (things[i].name, sizeof (things[i].name), "%u", i);

  return things;
}

static void
test_lookup (void)
{
  g_autoptr (ResonateDirectory) directory = resonate_directory_new (name_of);
  g_autofree Thing *things = make (1000);

  for (unsigned int i = 0; i < 1000; i++)
    resonate_directory_add (directory, &things[i].entry);
  g_assert_cmpuint (resonate_directory_get_size (directory), ==, 1000);

  for (unsigned int i = 0; i < 1000; i += 2)
    resonate_directory_remove (directory, &things[i].entry);
  for (unsigned int i = 0; i < 1000; i++)
    g_assert_true (resonate_directory_lookup (directory, things[i].name) ==
                   (i % 2 == 1 ? &things[i].entry : NULL));
  g_assert_null (resonate_directory_lookup (directory, ""));
  g_assert_null (resonate_directory_lookup (directory, "a name that is longer than a word"));

  for (unsigned int i = 1; i < 1000; i += 2)
    resonate_directory_remove (directory, &things[i].entry);
  g_assert_cmpuint (resonate_directory_get_size (directory), ==, 0);
  g_assert_null (resonate_directory_after (directory, 0));
}

static void
test_order (void)
{
  g_autoptr (ResonateDirectory) directory = resonate_directory_new (name_of);
  g_autofree Thing *things = make (500);
  uint64_t place = 0;
  unsigned int n = 0;

  for (unsigned int i = 0; i < 500; i++)
    resonate_directory_add (directory, &things[i].entry);

  for (ResonateEntry *entry = resonate_directory_after (directory, 0); entry != NULL;
       entry = resonate_directory_next (directory, entry))
    {
      g_assert_cmpuint (entry->place, >, place);
      g_assert_true (resonate_directory_after (directory, place) == entry);
      place = entry->place;
      n++;
    }
  g_assert_cmpuint (n, ==, 500);
}

/* Tells of 16, then half of the others leave and come back, and as many come who were not there. */
static void
test_pages_survive_who_comes_and_goes (void)
{
  g_autoptr (ResonateDirectory) directory = resonate_directory_new (name_of);
  g_autofree Thing *things = make (4000);
  unsigned int n_there = 1000;
  uint64_t place = 0;
  gboolean is_over = FALSE;

  for (unsigned int i = 0; i < n_there; i++)
    resonate_directory_add (directory, &things[i].entry);

  while (!is_over)
    {
      for (unsigned int i = 0; i < 16 && !is_over; i++)
        {
          ResonateEntry *entry = resonate_directory_after (directory, place);

          is_over = entry == NULL;
          if (entry == NULL)
            break;
          resonate_entry_get_owner (entry, Thing, entry)->told++;
          place = entry->place;
        }

      for (unsigned int i = 0; i < n_there; i += 2)
        resonate_directory_remove (directory, &things[i].entry);
      for (unsigned int i = 0; i < n_there; i += 2)
        resonate_directory_add (directory, &things[i].entry);
      for (unsigned int i = 0; i < 16 && n_there < 4000; i++)
        resonate_directory_add (directory, &things[n_there++].entry);
    }

  for (unsigned int i = 0; i < 1000; i++)
    g_assert_cmpuint (things[i].told, ==, 1);
  for (unsigned int i = 1000; i < 4000; i++)
    g_assert_cmpuint (things[i].told, <=, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/directory/lookup", test_lookup);
  g_test_add_func ("/directory/order", test_order);
  g_test_add_func ("/directory/pages-survive-who-comes-and-goes",
                   test_pages_survive_who_comes_and_goes);

  return g_test_run ();
}
