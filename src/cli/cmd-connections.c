/* cmd-connections.c: who is connected
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "facts.h"
#include "listing.h"
#include "printable.h"

static GVariant *
fetch (
  ResonateDbusGenApp *app, const char *nothing, const char *cursor, char **next, GError **error)
{
  GVariant *connections = NULL;

  resonate_dbus_gen_app_call_list_connections_sync (app, cursor, 0, CLIENT_FLAGS, CLIENT_TIMEOUT_MS,
                                                    &connections, next, NULL, error);

  return connections;
}

static void
add_to_table (GVariant *row, Table *table)
{
  g_autoptr (GVariant) facts = NULL;
  g_autofree char *address = NULL;
  g_autofree char *opened = NULL;
  g_autofree char *user = NULL;
  const char *socket;

  g_variant_get (row, "(&s@a{sv})", &socket, &facts);
  address = facts_dup_text (facts, "address");
  opened = printable_dup_moment ((int64_t) facts_get_number (facts, "opened-at"));
  user = facts_dup_text (facts, "user");
  table_add (table, socket);
  table_add (table, address);
  table_add (table, opened);
  table_add_number (table, facts_get_number (facts, "channels"));
  table_add (table, user);
}

static void
add_to_json (GVariant *row, JsonBuilder *builder)
{
  g_autoptr (GVariant) facts = NULL;
  const char *socket;

  g_variant_get (row, "(&s@a{sv})", &socket, &facts);
  cli_json_string (builder, "socket", socket);
  facts_add_to_json (facts, builder);
}

CliStatus
cmd_connections (Cli *cli, int argc, char *argv[])
{
  static const ListingKind kind = { "connections", fetch, add_to_table, add_to_json };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (Table) table = table_new ();
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, N_ ("[APP]") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl connections");
  g_option_context_set_summary (
    context,
    _ ("Lists the clients of an application. APP is its id, and may be left out where there "
       "is only one."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 1))
    return CLI_USAGE;

  table_add_column (table, _ ("SOCKET"), TABLE_LEFT);
  table_add_column (table, _ ("ADDRESS"), TABLE_LEFT);
  table_add_column (table, _ ("SINCE"), TABLE_LEFT);
  table_add_column (table, _ ("CHANNELS"), TABLE_RIGHT);
  table_add_column (table, _ ("USER"), TABLE_LEFT);

  return listing_print (&kind, cli, words != NULL ? words[0] : NULL, NULL, table);
}
