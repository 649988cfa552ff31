/* ending.c: the two ways in which a server ends at once
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "ending.h"

static void
print_result (const Cli *cli, guint n_connections)
{
  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "connections");
      json_builder_add_int_value (builder, n_connections);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    g_print (ngettext ("The server ends, and closes %u connection.\n",
                       "The server ends, and closes %u connections.\n", n_connections),
             n_connections);
}

/*
 * ending_run:
 * @summary: what the command does
 * @call: the method that does it
 *
 * Runs a command that has no arguments and ends the server.
 */
CliStatus
ending_run (Cli *cli, int argc, char *argv[], const char *summary, EndingFunc call)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_summary (context, summary);
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 0))
    return CLI_USAGE;

  client = client_new (cli, &error);
  if (client == NULL || !call (client->manager, CLIENT_FLAGS, CLIENT_TIMEOUT_MS, NULL, &error))
    return client_failed (error);

  print_result (cli, resonate_dbus_gen_manager_get_connections (client->manager));

  return CLI_DONE;
}
