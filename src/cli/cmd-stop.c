/* cmd-stop.c: ends the server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "ending.h"

CliStatus
cmd_stop (Cli *cli, int argc, char *argv[])
{
  g_set_prgname ("resonatectl stop");

  return ending_run (cli, argc, argv, _ ("Closes every connection and ends the server."),
                     resonate_dbus_gen_manager_call_stop_sync);
}
