/* daemon-options.h: what resonated is told on its command line
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

G_BEGIN_DECLS

typedef struct
{
  char **files; /* (nullable) */
  char *env_file;
  char *host;
  char *port;
  char *path;
  gboolean session;
  gboolean system;
  gboolean no_bus;
  gboolean replace;
  gboolean check;
  gboolean verbose;
  gboolean debug;
  gboolean version;
} DaemonOptions;

gboolean daemon_options_parse (DaemonOptions *self, int *argc, char ***argv, GError **error);

ResonateConfig *daemon_options_load (const DaemonOptions *self, GError **error);

/* Which bus to be on, or %G_BUS_TYPE_NONE. */
GBusType daemon_options_get_bus (const DaemonOptions *self);

/* What daemon_options_load () needs of them. */
DaemonOptions *daemon_options_copy (const DaemonOptions *self);

void daemon_options_clear (DaemonOptions *self);

void daemon_options_free (DaemonOptions *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DaemonOptions, daemon_options_clear)

G_END_DECLS
