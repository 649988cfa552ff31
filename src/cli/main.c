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
  { "config", cmd_config, N_ ("Show, check or begin a configuration") },
  { "import", cmd_import, N_ ("Turn the configuration of another server into one of Resonate") },
  { "doctor", cmd_doctor, N_ ("Say what is wrong with this installation") },
};

static char *
dup_command_list (void)
{
  GString *list = g_string_new (_ ("Commands:"));

  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (list, "\n  %-10s %s", commands[i].name, _ (commands[i].help));
  g_string_append_printf (list, "\n\n%s", _ ("“resonatectl COMMAND --help” says more about each."));

  return g_string_free (list, FALSE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = NULL;
  g_autofree char *list = NULL;
  gboolean version = FALSE;
  Cli cli = { FALSE };
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

  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return commands[i].run (&cli, argc - 1, argv + 1);

  return cli_usage (_ ("There is no command “%s”"), argv[1]);
}
