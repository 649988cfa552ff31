/* daemon-pid-file.c: a file that says which process serves
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-pid-file.h"

#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

gboolean
daemon_pid_file_write (const char *path, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%d", getpid ());
  g_autoptr (GError) problem = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "[server] pid-file: %s is a symbolic link; name a file", path);
      return FALSE;
    }

  /* Consistent is a file of its own, and then a rename: nobody reads half a number. */
  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &problem))
    return TRUE;

  g_propagate_prefixed_error (error, g_steal_pointer (&problem), "[server] pid-file: ");

  return FALSE;
}

void
daemon_pid_file_remove (const char *path)
{
  g_autofree char *mine = g_strdup_printf ("%d", getpid ());
  g_autofree char *text = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) &&
      g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (g_strstrip (text), mine))
    g_unlink (path);
}
