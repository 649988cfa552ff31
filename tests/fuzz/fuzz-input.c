/* fuzz-input.c: the bytes of a fuzzer as something else than bytes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define _GNU_SOURCE

#include "fuzz-input.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static void
on_trap (int signal_number)
{
  abort ();
}

/* A fatal warning of GLib is a trap, and libFuzzer writes down the input of an abort only. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  signal (SIGTRAP, on_trap);

  return 0;
}

char *
fuzz_input_dup_text (const uint8_t *data, size_t size, size_t *length)
{
  GString *text = g_string_sized_new (size);
  const char *at = (const char *) data;
  const char *end = at + size;

  while (at < end)
    {
      const char *nul = memchr (at, '\0', (size_t) (end - at));
      size_t piece = (size_t) ((nul != NULL ? nul : end) - at);
      g_autofree char *valid = g_utf8_make_valid (at, (gssize) piece);

      g_string_append (text, valid);
      if (nul != NULL)
        g_string_append_c (text, '\0');
      at += piece + 1;
    }

  *length = text->len;

  return g_string_free (text, FALSE);
}

/* A file in memory: thousands of them a second are no work for a disk. */
const char *
fuzz_input_put_file (const void *data, size_t size)
{
  static char *name;
  static int fd;

  if (name == NULL)
    {
      fd = memfd_create ("fuzz", MFD_CLOEXEC);
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (fchmod (fd, 0600), ==, 0);
      name = g_strdup_printf ("/proc/self/fd/%d", fd);
    }

  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, data, size, 0), ==, (gssize) size);

  return name;
}

gboolean
fuzz_input_names_line (const char *message, const char *file, const char *text, size_t length)
{
  guint64 n_lines = 1;
  guint64 line;
  char *end;

  for (size_t i = 0; i < length; i++)
    n_lines += text[i] == '\n';

  if (!g_str_has_prefix (message, file) || message[strlen (file)] != ':')
    return FALSE;

  line = g_ascii_strtoull (message + strlen (file) + 1, &end, 10);

  return line >= 1 && line <= n_lines && (*end == ' ' || g_str_has_prefix (end, ": "));
}
