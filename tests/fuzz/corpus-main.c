/* corpus-main.c: runs a fuzz target over every file of a directory, without libFuzzer
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdint.h>
#include <stdlib.h>

#include <glib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static gboolean
run_file (const char *path, GError **error)
{
  g_autofree char *contents = NULL;
  g_autofree uint8_t *block = NULL;
  gsize size;

  if (!g_file_get_contents (path, &contents, &size, error))
    return FALSE;

  /* A block of exactly the size, so that a sanitizer sees the first byte behind it. */
  block = g_memdup2 (contents, size);
  LLVMFuzzerTestOneInput (block, size);

  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  unsigned int n_files = 0;

  if (argc != 2)
    {
      g_printerr ("Usage: %s DIRECTORY\n", argv[0]);
      return EXIT_FAILURE;
    }

  dir = g_dir_open (argv[1], 0, &error);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);

      if (!run_file (path, &error))
        break;
      n_files++;
    }

  if (error != NULL)
    g_printerr ("%s\n", error->message);
  else if (n_files == 0)
    g_printerr ("There is nothing in %s\n", argv[1]);
  else
    return EXIT_SUCCESS;

  return EXIT_FAILURE;
}
