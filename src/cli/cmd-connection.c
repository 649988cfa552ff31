/* cmd-connection.c: everything about one client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "client.h"
#include "facts.h"
#include "printable.h"
#include "table.h"

static void
print_json (const char *socket, GVariant *facts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_string (builder, "socket", socket);
  facts_add_to_json (facts, builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_table (const char *socket, GVariant *facts)
{
  static const struct
  {
    const char *fact;
    const char *title;
  } rows[] = {
    { "app", N_ ("Application") },
    { "address", N_ ("Address") },
    { "origin", N_ ("Origin") },
    { "user", N_ ("User") },
    { "opened-at", N_ ("Connected since") },
    { "last-activity", N_ ("Last activity") },
    { "channels", N_ ("Channels") },
    { "messages-received", N_ ("Messages received") },
    { "messages-sent", N_ ("Messages sent") },
    { "bytes-received", N_ ("Bytes received") },
    { "bytes-sent", N_ ("Bytes sent") },
    { "queued-bytes", N_ ("Bytes queued") },
    { "rate-limit-remaining", N_ ("Messages left by the rate limit") },
    { "hibernating", N_ ("Hibernating") },
  };
  g_autoptr (Table) table = table_new ();

  table_add_column (table, NULL, TABLE_LEFT);
  table_add_column (table, NULL, TABLE_LEFT);
  table_add (table, _ ("Socket"));
  table_add (table, socket);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean is_moment = g_strcmp0 (rows[i].fact, "opened-at") == 0 ||
                           g_strcmp0 (rows[i].fact, "last-activity") == 0;
      g_autofree char *text = NULL;

      text = is_moment ? printable_dup_moment ((int64_t) facts_get_number (facts, rows[i].fact))
                       : facts_dup_text (facts, rows[i].fact);
      table_add (table, _ (rows[i].title));
      table_add (table, text);
    }
  table_flush (table);
}

CliStatus
cmd_connection (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = NULL;
  g_autoptr (GVariant) facts = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, N_ ("SOCKET") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl connection");
  g_option_context_set_summary (context,
                                _ ("Tells everything about one client. SOCKET is its socket "
                                   "id, such as 1234.5678."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 1, 1))
    return CLI_USAGE;

  client = client_new (cli, &error);
  if (client == NULL ||
      !resonate_dbus_gen_manager_call_get_connection_sync (client->manager, words[0], CLIENT_FLAGS,
                                                           CLIENT_TIMEOUT_MS, &facts, NULL, &error))
    return client_failed (error);

  if (cli->json)
    print_json (words[0], facts);
  else
    print_table (words[0], facts);

  return CLI_DONE;
}
