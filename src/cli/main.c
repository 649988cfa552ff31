/* main.c: resonatectl, the control program
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <locale.h>
#include <string.h>

#include <glib/gi18n.h>

#include "cli.h"

static const struct
{
  const char *name;
  CliFunc run;
  const char *help;
} commands[] = {
  { "install", cmd_install, N_ ("Write a configuration with fresh credentials") },
  { "keygen", cmd_keygen, N_ ("Make the id, key and secret of one application") },
  { "config", cmd_config, N_ ("Show, check or begin a configuration, or have it read again") },
  { "import", cmd_import, N_ ("Turn the configuration of another server into one of Resonate") },
  { "doctor", cmd_doctor, N_ ("Say what is wrong with this installation") },
  { "status", cmd_status, N_ ("Tell how the server is") },
  { "apps", cmd_apps, N_ ("List the applications") },
  { "metrics", cmd_metrics, N_ ("Tell the server's numbers, once or again and again") },
  { "monitor", cmd_monitor, N_ ("Follow what clients and back ends do") },
  { "channels", cmd_channels, N_ ("List the channels that somebody is on") },
  { "members", cmd_members, N_ ("List the users on a presence channel") },
  { "connections", cmd_connections, N_ ("List the clients") },
  { "connection", cmd_connection, N_ ("Tell everything about one client") },
  { "publish", cmd_publish, N_ ("Send an event to a channel") },
  { "terminate", cmd_terminate, N_ ("Disconnect a user, or one client") },
  { "reload", cmd_reload, N_ ("Replace the running program without losing a client, or drain it") },
  { "restart", cmd_restart, N_ ("End the server so that its supervisor starts it again") },
  { "stop", cmd_stop, N_ ("End the server") },
};

static char *
dup_command_list (void)
{
  GString *list = g_string_new (_ ("Commands:"));

  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (list, "\n  %-12s %s", commands[i].name, _ (commands[i].help));
  g_string_append_printf (list, "\n\n%s", _ ("“resonatectl COMMAND --help” says more about each."));

  return g_string_free (list, FALSE);
}

static CliStatus
run (Cli *cli, int argc, char *argv[])
{
  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[0], commands[i].name) == 0)
      return commands[i].run (cli, argc, argv);

  return cli_usage (_ ("There is no command “%s”"), argv[0]);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = NULL;
  g_autofree char *list = NULL;
  gboolean version = FALSE;
  g_auto (Cli) cli = { FALSE };
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("RESONATE_LOCALEDIR") != NULL
                                     ? g_getenv ("RESONATE_LOCALEDIR")
                                     : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("resonatectl");

  list = dup_command_list ();
  context = g_option_context_new (_ ("COMMAND"));
  g_option_context_set_summary (context, _ ("Sets up and looks after a Resonate server."));
  g_option_context_set_description (context, list);
  g_option_context_set_strict_posix (context, TRUE);
  if (!cli_parse (&cli, context, entries, &argc, &argv))
    return CLI_USAGE;

  if (version)
    {
      g_print ("resonatectl %s\n", PACKAGE_VERSION);
      return CLI_DONE;
    }

  if (argc < 2)
    return cli_usage (_ ("A command is missing"));

  return run (&cli, argc - 1, argv + 1);
}
