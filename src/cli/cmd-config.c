/* cmd-config.c: what a server would be told, and whether it would take it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "../config/resonate-config-private.h"
#include "../config/resonate-config-sample-private.h"
#include "cli.h"

static gboolean
load (const Cli *cli, ResonateConfig *config, char **files, const char *env_file, GError **error)
{
  g_auto (GStrv) defaults = NULL;

  if (files == NULL)
    files = defaults = resonate_config_dup_default_files (cli_is_session (cli));

  return resonate_config_load (config, (const char *const *) files, env_file, error);
}

static void
print_warnings (ResonateConfig *config)
{
  GPtrArray *warnings = resonate_config_get_warnings (config);

  for (unsigned int i = 0; i < warnings->len; i++)
    g_printerr (_ ("Warning: %s\n"), (const char *) warnings->pdata[i]);
}

static void
show_json (ResonateConfig *config, GPtrArray *rows)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "keys");
  json_builder_begin_array (builder);
  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateConfigRow *row = rows->pdata[i];

      json_builder_begin_object (builder);
      cli_json_string (builder, "group", row->group);
      cli_json_string (builder, "key", row->key->name);
      cli_json_string (builder, "value", row->value);
      cli_json_string (builder, "origin", row->origin);
      cli_json_string (builder, "change", resonate_config_key_get_effect (row->key));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cli_json_strings (builder, "warnings", resonate_config_get_warnings (config));
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
show_table (GPtrArray *rows)
{
  const char *group = "";
  int width = 0;

  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateConfigRow *row = rows->pdata[i];

      width = MAX (width, row->value != NULL ? (int) g_utf8_strlen (row->value, -1) : 0);
    }
  width = MIN (width, 40);

  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateConfigRow *row = rows->pdata[i];
      const char *value = row->value != NULL ? row->value : _ ("(unset)");
      int padding = MAX (0, width - (int) g_utf8_strlen (value, -1));

      if (strcmp (group, row->group) != 0)
        g_print ("%s[%s]\n", i > 0 ? "\n" : "", row->group);
      group = row->group;
      g_print ("%-32s %s%*s  %-12s  %s\n", row->key->name, value, padding, "",
               resonate_config_key_get_effect (row->key), row->origin);
    }
}

static CliStatus
show (const Cli *cli, char **files, const char *env_file)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  if (!load (cli, config, files, env_file, &error))
    return cli_failed ("%s", error->message);

  rows = resonate_config_dup_rows (config);
  if (cli->json)
    show_json (config, rows);
  else
    {
      show_table (rows);
      print_warnings (config);
    }

  return CLI_DONE;
}

static CliStatus
check (const Cli *cli, char **files, const char *env_file)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok = load (cli, config, files, env_file, &error);
  unsigned int n_apps = g_list_model_get_n_items (G_LIST_MODEL (resonate_config_get_apps (config)));

  if (cli->json)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "ok");
      json_builder_add_boolean_value (builder, ok);
      cli_json_string (builder, "error", ok ? NULL : error->message);
      cli_json_strings (builder, "warnings", resonate_config_get_warnings (config));
      json_builder_end_object (builder);
      cli_print_json (builder);

      return ok ? CLI_DONE : CLI_FAILED;
    }

  if (!ok)
    return cli_failed ("%s", error->message);

  print_warnings (config);
  g_print (ngettext ("The configuration is right: %u application.\n",
                     "The configuration is right: %u applications.\n", n_apps),
           n_apps);

  return CLI_DONE;
}

static CliStatus
sample (const Cli *cli)
{
  g_autofree char *text = resonate_config_dup_sample (NULL, NULL, NULL);

  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      cli_json_string (builder, "config", text);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    g_print ("%s", text);

  return CLI_DONE;
}

CliStatus
cmd_config (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("show|check|sample|reload");
  g_auto (GStrv) files = NULL;
  g_autofree char *env_file = NULL;
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME_ARRAY, &files,
      N_ ("Read FILE instead of the usual places; may be given again"), N_ ("FILE") },
    { "env-file", 'e', 0, G_OPTION_ARG_FILENAME, &env_file, N_ ("Read a Laravel .env, too"),
      N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl config");
  g_option_context_set_summary (context,
                                _ ("show: every key, its value, and where the value comes from\n"
                                   "check: whether a server would take the configuration\n"
                                   "sample: a file with every key, its meaning and its default\n"
                                   "reload: have the running server read its configuration again"));
  if (!cli_parse (cli, context, entries, &argc, &argv))
    return CLI_USAGE;

  if (argc != 2)
    return cli_usage (_ ("It takes one of show, check, sample and reload"));

  if (strcmp (argv[1], "show") == 0)
    return show (cli, files, env_file);

  if (strcmp (argv[1], "check") == 0)
    return check (cli, files, env_file);

  if (strcmp (argv[1], "sample") == 0)
    return sample (cli);

  if (strcmp (argv[1], "reload") == 0 && (files != NULL || env_file != NULL))
    return cli_usage (_ ("The server reads its own files again; reload takes none"));

  if (strcmp (argv[1], "reload") == 0)
    return cmd_config_reload (cli);

  return cli_usage (_ ("There is no “%s”; it takes one of show, check, sample and reload"),
                    argv[1]);
}
