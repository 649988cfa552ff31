/* cmd-channels.c: the channels that somebody is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "facts.h"
#include "listing.h"

static GVariant *
fetch (ResonateDbusGenApp *app, const char *prefix, const char *cursor, char **next, GError **error)
{
  GVariant *channels = NULL;

  resonate_dbus_gen_app_call_list_channels_sync (app, prefix, cursor, 0,
                                                 g_variant_new ("a{sv}", NULL), CLIENT_FLAGS,
                                                 CLIENT_TIMEOUT_MS, &channels, next, NULL, error);

  return channels;
}

static void
add_to_table (GVariant *row, Table *table)
{
  g_autoptr (GVariant) facts = NULL;
  g_autofree char *users = NULL;
  const char *name;

  g_variant_get (row, "(&s@a{sv})", &name, &facts);
  users = facts_dup_text (facts, "users");
  table_add (table, name);
  table_add_number (table, facts_get_number (facts, "subscriptions"));
  table_add (table, users);
}

static void
add_to_json (GVariant *row, JsonBuilder *builder)
{
  g_autoptr (GVariant) facts = NULL;
  const char *name;

  g_variant_get (row, "(&s@a{sv})", &name, &facts);
  cli_json_string (builder, "channel", name);
  facts_add_to_json (facts, builder);
}

CliStatus
cmd_channels (Cli *cli, int argc, char *argv[])
{
  static const ListingKind kind = { "channels", fetch, add_to_table, add_to_json };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (Table) table = table_new ();
  g_autofree char *prefix = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "prefix", 'p', 0, G_OPTION_ARG_FILENAME, &prefix, N_ ("Only those whose name begins so"),
      N_ ("PREFIX") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, N_ ("[APP]") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl channels");
  g_option_context_set_summary (
    context,
    _ ("Lists the channels of an application that somebody is on. APP is its id, and may be "
       "left out where there is only one."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 1))
    return CLI_USAGE;

  table_add_column (table, _ ("CHANNEL"), TABLE_LEFT);
  table_add_column (table, _ ("SUBSCRIPTIONS"), TABLE_RIGHT);
  table_add_column (table, _ ("USERS"), TABLE_RIGHT);

  return listing_print (&kind, cli, words != NULL ? words[0] : NULL, prefix != NULL ? prefix : "",
                        table);
}
