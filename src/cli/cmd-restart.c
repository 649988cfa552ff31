/* cmd-restart.c: ends the server so that its supervisor starts it again
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "ending.h"

CliStatus
cmd_restart (Cli *cli, int argc, char *argv[])
{
  g_set_prgname ("resonatectl restart");

  return ending_run (cli, argc, argv,
                     _ ("Closes every connection and ends the server with a status that makes its "
                        "supervisor start it again."),
                     resonate_dbus_gen_manager_call_restart_sync);
}
