/* cmd-status.c: how the server is
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "client.h"
#include "printable.h"
#include "table.h"

/* (nullable): while it delivers alone */
static const char *
get_node (ResonateDbusGenManager *manager)
{
  const char *node = resonate_dbus_gen_manager_get_node_id (manager);

  return node != NULL && *node != '\0' ? node : NULL;
}

static void
print_json (ResonateDbusGenManager *manager, size_t n_apps)
{
  const char *const *uris = resonate_dbus_gen_manager_get_listening (manager);
  guint64 deadline_us = resonate_dbus_gen_manager_get_drain_deadline (manager);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_string (builder, "state", resonate_dbus_gen_manager_get_state (manager));
  cli_json_string (builder, "version", resonate_dbus_gen_manager_get_version (manager));
  json_builder_set_member_name (builder, "listening");
  json_builder_begin_array (builder);
  for (unsigned int i = 0; uris != NULL && uris[i] != NULL; i++)
    json_builder_add_string_value (builder, uris[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "started-at");
  json_builder_add_int_value (builder, (gint64) resonate_dbus_gen_manager_get_started_at (manager));
  json_builder_set_member_name (builder, "connections");
  json_builder_add_int_value (builder, resonate_dbus_gen_manager_get_connections (manager));
  json_builder_set_member_name (builder, "apps");
  json_builder_add_int_value (builder, (gint64) n_apps);
  json_builder_set_member_name (builder, "drain-deadline");
  if (deadline_us > 0)
    json_builder_add_int_value (builder, (gint64) deadline_us);
  else
    json_builder_add_null_value (builder);
  cli_json_string (builder, "cluster", resonate_dbus_gen_manager_get_cluster_state (manager));
  cli_json_string (builder, "node-id", get_node (manager));
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static char *
dup_start (ResonateDbusGenManager *manager)
{
  int64_t started_us = (int64_t) resonate_dbus_gen_manager_get_started_at (manager);
  g_autofree char *moment = printable_dup_moment (started_us);
  g_autofree char *age = printable_dup_duration (g_get_real_time () - started_us);

  return g_strdup_printf (_ ("%s (%s ago)"), moment, age);
}

static void
print_table (ResonateDbusGenManager *manager, size_t n_apps)
{
  const char *const *uris = resonate_dbus_gen_manager_get_listening (manager);
  guint64 deadline_us = resonate_dbus_gen_manager_get_drain_deadline (manager);
  g_autofree char *addresses = uris != NULL ? g_strjoinv (", ", (char **) uris) : NULL;
  g_autofree char *start = dup_start (manager);
  g_autofree char *deadline = printable_dup_moment ((int64_t) deadline_us);
  g_autoptr (Table) table = table_new ();

  table_add_column (table, NULL, TABLE_LEFT);
  table_add_column (table, NULL, TABLE_LEFT);
  table_add (table, _ ("State"));
  table_add (table, resonate_dbus_gen_manager_get_state (manager));
  table_add (table, _ ("Version"));
  table_add (table, resonate_dbus_gen_manager_get_version (manager));
  table_add (table, _ ("Listening"));
  table_add (table, addresses);
  table_add (table, _ ("Started"));
  table_add (table, start);
  table_add (table, _ ("Applications"));
  table_add_number (table, n_apps);
  table_add (table, _ ("Connections"));
  table_add_number (table, resonate_dbus_gen_manager_get_connections (manager));
  if (get_node (manager) != NULL)
    {
      table_add (table, _ ("Cluster"));
      table_add (table, resonate_dbus_gen_manager_get_cluster_state (manager));
      table_add (table, _ ("Node"));
      table_add (table, get_node (manager));
    }
  if (deadline_us > 0)
    {
      table_add (table, _ ("Drained at the latest"));
      table_add (table, deadline);
    }
  table_flush (table);
}

CliStatus
cmd_status (Cli *cli, int argc, char *argv[])
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

  g_set_prgname ("resonatectl status");
  g_option_context_set_summary (context,
                                _ ("Tells whether the server serves, where, since when, and "
                                   "how many clients it has."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 0))
    return CLI_USAGE;

  client = client_new (cli, &error);
  apps = client != NULL ? client_dup_apps (client, &error) : NULL;
  if (apps == NULL)
    return client_failed (error);

  if (cli->json)
    print_json (client->manager, g_variant_n_children (apps));
  else
    print_table (client->manager, g_variant_n_children (apps));

  return CLI_DONE;
}
