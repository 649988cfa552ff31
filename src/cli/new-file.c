/* new-file.c: files that are not there yet, and hold secrets
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "new-file.h"

static gboolean
write_all (int fd, const char *text)
{
  size_t left = strlen (text);

  while (left > 0)
    {
      ssize_t put = write (fd, text, left);

      if (put < 0 && errno != EINTR)
        return FALSE;
      if (put > 0)
        {
          text += put;
          left -= (size_t) put;
        }
    }

  return fsync (fd) == 0;
}

static gboolean
fail (const char *file, int number, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
               _ ("%s cannot be written: %s"), file, g_strerror (number));

  return FALSE;
}

/*
 * new_file_write:
 * @file: where it should be
 * @text: what should be in it
 * @written: (out): %FALSE when somebody else made it meanwhile; theirs is kept
 *
 * Makes a file that only its owner may read. It is there as a whole or not at all: the text goes
 * into a file of another name, and link() gives it the right one only if nobody has it.
 */
gboolean
new_file_write (const char *file, const char *text, gboolean *written, GError **error)
{
  g_autofree char *draft = g_strconcat (file, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (draft, O_WRONLY | O_CLOEXEC, 0600);
  gboolean ok;
  int number;

  if (fd < 0)
    return fail (file, errno, error);

  ok = write_all (fd, text);
  number = errno;
  if (close (fd) != 0 && ok)
    {
      ok = FALSE;
      number = errno;
    }

  if (ok)
    {
      *written = link (draft, file) == 0;
      number = errno;
      ok = *written || number == EEXIST;
    }
  (void) g_unlink (draft);

  return ok || fail (file, number, error);
}
