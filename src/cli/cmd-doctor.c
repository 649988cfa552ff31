/* cmd-doctor.c: looks at an installation from all sides
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "doctor.h"

static const struct
{
  const char *name;
  void (*run) (Doctor *self);
} checks[] = {
  { "config", doctor_check_config },   { "files", doctor_check_files },
  { "secrets", doctor_check_secrets }, { "origins", doctor_check_origins },
  { "limits", doctor_check_limits },   { "url", doctor_check_url },
  { "clock", doctor_check_clock },     { "certificate", doctor_check_certificate },
};

CliStatus
cmd_doctor (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (Doctor) self = { NULL };
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME_ARRAY, &self.files,
      N_ ("Read FILE instead of the usual places; may be given again"), N_ ("FILE") },
    { "env-file", 'e', 0, G_OPTION_ARG_FILENAME, &self.env_file, N_ ("Read a Laravel .env, too"),
      N_ ("FILE") },
    { "url", 'u', 0, G_OPTION_ARG_STRING, &self.url, N_ ("Visit URL, as browsers do"), N_ ("URL") },
    { "origin", 0, 0, G_OPTION_ARG_STRING, &self.origin, N_ ("Visit it from a page of ORIGIN"),
      N_ ("ORIGIN") },
    { "pid", 'p', 0, G_OPTION_ARG_INT, &self.pid,
      N_ ("Look at the process PID instead of the one on the bus"), N_ ("PID") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl doctor");
  g_option_context_set_summary (context, _ ("Says what is wrong with this installation, and which "
                                            "line would change it."));
  if (!cli_parse (cli, context, entries, &argc, &argv))
    return CLI_USAGE;

  if (argc > 1)
    return cli_usage (_ ("“%s” is one argument too many"), argv[1]);

  if (self.pid < 0)
    return cli_usage (_ ("A process has a number above 0"));

  doctor_init (&self, cli);
  for (size_t i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      /* Of a configuration that is refused, nothing else can be said. */
      if (i > 0 && self.rows == NULL)
        break;

      self.check = checks[i].name;
      checks[i].run (&self);
    }

  return doctor_report (&self);
}
