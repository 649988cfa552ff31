/* fuzz-main.c: runs a fuzzer over a folder of inputs, and over what is near to them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <gio/gio.h>

#include "fuzz.h"

/* How many neighbours all inputs together have at most: slow entry points under a sanitizer have a
 * minute, too. Of a larger corpus every second is run, or every third. */
#define MAX_NEIGHBOURS 20000

static const char changes[] = { 0x01, 0x20, 0x7f, (char) 0x80, (char) 0xff };

static guint n_passed;

static void
run (const char *data, gsize size)
{
  /* A copy of just that size, so that a sanitizer sees a step beyond its end; as with libFuzzer
   * nothing has an address, too. */
  g_autofree uint8_t *copy = g_malloc (MAX (size, 1));

  memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
  n_passed++;
}

/* Every beginning of the input, and the input with each byte once changed in a few ways. */
static void
run_neighbours (char *data, gsize size, guint step)
{
  static guint n_seen;

  for (gsize i = 0; i < size; i++)
    if (n_seen++ % step == 0)
      run (data, i);

  for (gsize i = 0; i < size; i++)
    for (gsize j = 0; j < sizeof (changes); j++)
      if (n_seen++ % step == 0)
        {
          data[i] ^= changes[j];
          run (data, size);
          data[i] ^= changes[j];
        }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Returns the inputs in the order of their names, so that each run is like the last. */
static GPtrArray *
list_inputs (const char *path)
{
  GPtrArray *inputs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (path, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (inputs, g_build_filename (path, name, NULL));
  g_ptr_array_sort (inputs, compare_names);

  return inputs;
}

static guint
step_for (gsize n_bytes)
{
  guint step = (guint) (n_bytes * (1 + sizeof (changes)) / MAX_NEIGHBOURS) + 1;

  /* Or every byte would be changed in the same way. */
  return step % sizeof (changes) == 0 ? step + 1 : step;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) inputs = NULL;
  g_autoptr (GPtrArray)
    contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  gsize n_bytes = 0;

  g_assert_cmpint (argc, ==, 2);
  inputs = list_inputs (argv[1]);

  for (guint i = 0; i < inputs->len; i++)
    {
      g_autoptr (GError) error = NULL;
      char *data;
      gsize size;

      g_file_get_contents (inputs->pdata[i], &data, &size, &error);
      g_assert_no_error (error);
      g_ptr_array_add (contents, g_byte_array_new_take ((guint8 *) data, size));
      n_bytes += size;
      run (data, size);
    }

  for (guint i = 0; i < contents->len; i++)
    {
      GByteArray *input = contents->pdata[i];

      run_neighbours ((char *) input->data, input->len, step_for (n_bytes));
    }

  g_print ("%u inputs\n", n_passed);

  return n_passed > 1 ? 0 : 1;
}
