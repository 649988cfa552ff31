/* terminal.c: where the output goes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <unistd.h>

#include <sys/ioctl.h>

#include "terminal.h"

#define DEFAULT_WIDTH  80
#define DEFAULT_HEIGHT 24
#define MAX_SIZE       10000

/* Whether somebody reads along, and no program. */
gboolean
terminal_is_there (void)
{
  return isatty (STDOUT_FILENO) == 1;
}

/* See https://no-color.org: the variable counts when it is not empty, whatever it says. */
gboolean
terminal_has_colours (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *kind = g_getenv ("TERM");

  return terminal_is_there () && (no_color == NULL || *no_color == '\0') && kind != NULL &&
         g_strcmp0 (kind, "dumb") != 0;
}

/* The variable wins, as with every program of the system: it is how a person says otherwise. */
static int
choose_size (const char *variable, int told, int fallback)
{
  const char *text = g_getenv (variable);
  guint64 size;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, MAX_SIZE, &size, NULL))
    return (int) size;

  return told > 0 ? told : fallback;
}

int
terminal_get_width (void)
{
  struct winsize size = { 0 };

  (void) ioctl (STDOUT_FILENO, TIOCGWINSZ, &size);

  return choose_size ("COLUMNS", size.ws_col, DEFAULT_WIDTH);
}

int
terminal_get_height (void)
{
  struct winsize size = { 0 };

  (void) ioctl (STDOUT_FILENO, TIOCGWINSZ, &size);

  return choose_size ("LINES", size.ws_row, DEFAULT_HEIGHT);
}
