/* cmd-apps.c: the applications that the server serves
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "client.h"
#include "facts.h"
#include "table.h"

static void
print_json (GVariant *apps)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "apps");
  json_builder_begin_array (builder);
  for (size_t i = 0; i < g_variant_n_children (apps); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      g_autofree char *key = NULL;
      const char *id;
      uint64_t limit;

      g_variant_get_child (apps, i, "(&s&o@a{sv})", &id, NULL, &properties);
      key = facts_dup_text (properties, "Key");
      json_builder_begin_object (builder);
      cli_json_string (builder, "id", id);
      cli_json_string (builder, "key", key);
      json_builder_set_member_name (builder, "connections");
      json_builder_add_int_value (builder, (gint64) facts_get_number (properties, "Connections"));
      json_builder_set_member_name (builder, "max-connections");
      if (facts_get_limit (properties, "MaxConnections", &limit))
        json_builder_add_int_value (builder, (gint64) limit);
      else
        json_builder_add_null_value (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_table (GVariant *apps)
{
  g_autoptr (Table) table = table_new ();

  table_add_column (table, _ ("APP"), TABLE_LEFT);
  table_add_column (table, _ ("KEY"), TABLE_LEFT);
  table_add_column (table, _ ("CONNECTIONS"), TABLE_RIGHT);
  table_add_column (table, _ ("LIMIT"), TABLE_RIGHT);
  for (size_t i = 0; i < g_variant_n_children (apps); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      g_autofree char *key = NULL;
      const char *id;
      uint64_t limit;

      g_variant_get_child (apps, i, "(&s&o@a{sv})", &id, NULL, &properties);
      key = facts_dup_text (properties, "Key");
      table_add (table, id);
      table_add (table, key);
      table_add_number (table, facts_get_number (properties, "Connections"));
      if (facts_get_limit (properties, "MaxConnections", &limit))
        table_add_number (table, limit);
      else
        table_add (table, NULL);
    }
  table_flush (table);
}

CliStatus
cmd_apps (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = NULL;
  g_autoptr (GVariant) apps = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl apps");
  g_option_context_set_summary (context,
                                _ ("Lists the applications, and how many clients each has. "
                                   "Secrets are never told."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 0))
    return CLI_USAGE;

  client = client_new (cli, &error);
  apps = client != NULL ? client_dup_apps (client, &error) : NULL;
  if (apps == NULL)
    return client_failed (error);

  if (cli->json)
    print_json (apps);
  else
    print_table (apps);

  return CLI_DONE;
}
