/* cmd-members.c: who is on a presence channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "listing.h"

static GVariant *
fetch (
  ResonateDbusGenApp *app, const char *channel, const char *cursor, char **next, GError **error)
{
  GVariant *members = NULL;

  resonate_dbus_gen_app_call_list_members_sync (app, channel, cursor, 0, CLIENT_FLAGS,
                                                CLIENT_TIMEOUT_MS, &members, next, NULL, error);

  return members;
}

static void
add_to_table (GVariant *row, Table *table)
{
  const char *user;
  guint n_connections;

  g_variant_get (row, "(&su)", &user, &n_connections);
  table_add (table, user);
  table_add_number (table, n_connections);
}

static void
add_to_json (GVariant *row, JsonBuilder *builder)
{
  const char *user;
  guint n_connections;

  g_variant_get (row, "(&su)", &user, &n_connections);
  cli_json_string (builder, "user", user);
  json_builder_set_member_name (builder, "connections");
  json_builder_add_int_value (builder, n_connections);
}

CliStatus
cmd_members (Cli *cli, int argc, char *argv[])
{
  static const ListingKind kind = { "members", fetch, add_to_table, add_to_json };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (Table) table = table_new ();
  g_autofree char *app = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "app", 'a', 0, G_OPTION_ARG_FILENAME, &app,
      N_ ("The id of the application, if there are several"), N_ ("APP") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, N_ ("CHANNEL") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl members");
  g_option_context_set_summary (context, _ ("Lists the users on a presence channel, and how many "
                                            "connections each has on it."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 1, 1))
    return CLI_USAGE;

  table_add_column (table, _ ("USER"), TABLE_LEFT);
  table_add_column (table, _ ("CONNECTIONS"), TABLE_RIGHT);

  return listing_print (&kind, cli, app, words[0], table);
}
