/* daemon-pid-file.h: a file that says which process serves
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Call it when this process serves. A symbolic link is refused: whoever may put one there could
 * have us write over another file. */
gboolean daemon_pid_file_write (const char *path, GError **error);

/* Only one that names this process: another may have taken over. */
void daemon_pid_file_remove (const char *path);

G_END_DECLS
