/* cmd-config-reload.c: has the server read its configuration again
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "client.h"
#include "table.h"

/* The key is empty for an application that was added or removed. */
static void
print_json (GVariant *changes)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GVariantIter iter;
  const char *group;
  const char *key;
  const char *result;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_array (builder);
  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &group, &key, &result))
    {
      json_builder_begin_object (builder);
      cli_json_string (builder, "group", group);
      cli_json_string (builder, "key", *key != '\0' ? key : NULL);
      cli_json_string (builder, "result", result);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_table (GVariant *changes)
{
  g_autoptr (Table) table = table_new ();
  GVariantIter iter;
  gboolean incomplete = FALSE;
  const char *group;
  const char *key;
  const char *result;

  if (g_variant_n_children (changes) == 0)
    {
      g_print ("%s\n", _ ("Nothing has changed."));
      return;
    }

  table_add_column (table, _ ("GROUP"), TABLE_LEFT);
  table_add_column (table, _ ("KEY"), TABLE_LEFT);
  table_add_column (table, _ ("RESULT"), TABLE_LEFT);
  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &group, &key, &result))
    {
      table_add (table, group);
      table_add (table, *key != '\0' ? key : _ ("(all of it)"));
      table_add (table, result);
      incomplete |= g_strcmp0 (result, "needs-reload") == 0;
    }
  table_flush (table);

  if (incomplete)
    g_print ("\n%s\n", _ ("“resonatectl reload” has the rest take effect."));
}

/* `config reload`; the options of `config` are about other files than the server's own. */
CliStatus
cmd_config_reload (Cli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = client_new (cli, &error);
  g_autoptr (GVariant) changes = NULL;

  if (client == NULL ||
      !resonate_dbus_gen_manager_call_reload_config_sync (client->manager, CLIENT_FLAGS,
                                                          CLIENT_TIMEOUT_MS, &changes, NULL,
                                                          &error))
    return client_failed (error);

  if (cli->json)
    print_json (changes);
  else
    print_table (changes);

  return CLI_DONE;
}
