/* cli.c: what the commands of resonatectl share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli.h"

void
cli_clear (Cli *cli)
{
  g_clear_pointer (&cli->address, g_free);
}

G_GNUC_PRINTF (1, 0)
static void
print_error (const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  g_printerr ("%s: %s\n", g_get_prgname (), text);
}

/*
 * cli_parse:
 * @context: what is parsed; options that every command has are added
 * @entries: (nullable): the options of the command
 *
 * Returns: %FALSE, having said why, when that is not how the command is used
 */
gboolean
cli_parse (Cli *cli, GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Print one JSON document"), NULL },
    { "session", 0, 0, G_OPTION_ARG_NONE, &cli->session, N_ ("The server of this user"), NULL },
    { "system", 0, 0, G_OPTION_ARG_NONE, &cli->system, N_ ("The server of this machine"), NULL },
    { "address", 0, 0, G_OPTION_ARG_FILENAME, &address, N_ ("The server on the bus at ADDRESS"),
      N_ ("ADDRESS") },
    G_OPTION_ENTRY_NULL,
  };

  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);

  if (!g_option_context_parse (context, argc, argv, &error))
    {
      cli_usage ("%s", error->message);
      return FALSE;
    }

  /* What stands behind the command wins over what stands before it. */
  if (address != NULL)
    {
      g_free (cli->address);
      cli->address = g_steal_pointer (&address);
    }

  if (cli->session + cli->system + (cli->address != NULL) > 1)
    {
      cli_usage (_ ("--session, --system and --address exclude each other"));
      return FALSE;
    }

  return TRUE;
}

/*
 * cli_take:
 * @words: (nullable): the arguments that are no options
 * @min: how many there must be
 * @max: how many there may be
 *
 * Returns: %FALSE, having said why, when there are fewer or more
 */
gboolean
cli_take (char **words, unsigned int min, unsigned int max)
{
  unsigned int n_words = words != NULL ? g_strv_length (words) : 0;

  if (n_words < min)
    {
      cli_usage (_ ("An argument is missing"));
      return FALSE;
    }

  if (n_words > max)
    {
      cli_usage (_ ("“%s” is one argument too many"), words[max]);
      return FALSE;
    }

  return TRUE;
}

/* Says what is wrong with the command line. */
CliStatus
cli_usage (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_error (format, args);
  va_end (args);
  g_printerr (_ ("Try “%s --help”.\n"), g_get_prgname ());

  return CLI_USAGE;
}

/* Says why the command did not do what it should. */
CliStatus
cli_failed (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_error (format, args);
  va_end (args);

  return CLI_FAILED;
}

/* Says something that is neither the result nor a failure. */
void
cli_note (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_error (format, args);
  va_end (args);
}

/* JSON is UTF-8 whatever the locale; g_print () would write what the locale lacks another way. */
static void
print_json (JsonBuilder *builder, gboolean pretty)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, pretty);

  fputs (text, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

void
cli_print_json (JsonBuilder *builder)
{
  print_json (builder, TRUE);
}

/* Prints one of many documents, each on a line of its own. */
void
cli_print_json_line (JsonBuilder *builder)
{
  print_json (builder, FALSE);
}

void
cli_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
cli_json_strings (JsonBuilder *builder, const char *name, GPtrArray *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (unsigned int i = 0; i < values->len; i++)
    json_builder_add_string_value (builder, values->pdata[i]);
  json_builder_end_array (builder);
}

/* Whose files are meant when no option says so: root's server is the machine's. */
gboolean
cli_is_session (const Cli *cli)
{
  return cli->session || (!cli->system && geteuid () != 0);
}
