/* fuzz-main.c: runs a fuzzer over a folder of inputs, and over what is near to them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gio/gio.h>

#include "fuzz.h"

static guint n_passed;

static void
run (const char *data, gsize size)
{
  /* A copy of just that size, so that a sanitizer sees a step beyond its end. */
  g_autofree uint8_t *copy = g_memdup2 (data, size);

  LLVMFuzzerTestOneInput (copy, size);
  n_passed++;
}

/* The input, every beginning of it, and the input with each byte once changed in a few ways. */
static void
run_neighbours (char *data, gsize size)
{
  static const char changes[] = { 0x01, 0x20, 0x7f, (char) 0x80, (char) 0xff };

  for (gsize i = 0; i <= size; i++)
    run (data, i);

  for (gsize i = 0; i < size; i++)
    {
      for (gsize j = 0; j < sizeof (changes); j++)
        {
          data[i] ^= changes[j];
          run (data, size);
          data[i] ^= changes[j];
        }
    }
}

int
main (int argc, char *argv[])
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      if (g_file_get_contents (path, &data, &size, NULL))
        run_neighbours (data, size);
    }

  g_print ("%u inputs\n", n_passed);

  return n_passed > 1 ? 0 : 1;
}
