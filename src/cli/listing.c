/* listing.c: a list that the server tells page by page
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "listing.h"

static void
add_page (const ListingKind *kind, GVariant *page, Table *table, JsonBuilder *builder)
{
  for (size_t i = 0; i < g_variant_n_children (page); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (page, i);

      if (builder == NULL)
        {
          kind->add_to_table (row, table);
          continue;
        }

      json_builder_begin_object (builder);
      kind->add_to_json (row, builder);
      json_builder_end_object (builder);
    }

  if (builder == NULL)
    table_flush (table);
}

/* Reads the list to its end. A table is printed page by page, so that no list is too long for it.
 */
static gboolean
read_pages (const ListingKind *kind,
            ResonateDbusGenApp *app,
            const char *subject,
            Table *table,
            JsonBuilder *builder,
            GError **error)
{
  g_autofree char *cursor = g_strdup ("");

  do
    {
      g_autoptr (GVariant) page = NULL;
      g_autofree char *next = NULL;

      page = kind->fetch (app, subject, cursor, &next, error);
      if (page == NULL)
        return FALSE;

      if (*next != '\0' && g_strcmp0 (next, cursor) == 0)
        {
          g_set_error (error, CLIENT_ERROR, CLIENT_ERROR_BAD_ANSWER,
                       _ ("The server tells the same page again and again"));
          return FALSE;
        }

      add_page (kind, page, table, builder);
      g_free (cursor);
      cursor = g_steal_pointer (&next);
    }
  while (*cursor != '\0');

  return TRUE;
}

/*
 * listing_print:
 * @app_id: (nullable): whose list it is
 * @subject: (nullable): what the list is about, for the kind
 * @table: its columns
 *
 * Asks the server for a whole list, and prints it.
 */
CliStatus
listing_print (
  const ListingKind *kind, const Cli *cli, const char *app_id, const char *subject, Table *table)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = client_new (cli, &error);
  g_autoptr (ResonateDbusGenApp) app = client != NULL ? client_dup_app (client, app_id, &error)
                                                      : NULL;
  g_autoptr (JsonBuilder) builder = cli->json ? json_builder_new () : NULL;

  if (app == NULL)
    return client_failed (error);

  if (builder != NULL)
    {
      json_builder_begin_object (builder);
      cli_json_string (builder, "app", resonate_dbus_gen_app_get_id (app));
      json_builder_set_member_name (builder, kind->name);
      json_builder_begin_array (builder);
    }

  if (!read_pages (kind, app, subject, table, builder, &error))
    return client_failed (error);

  if (builder != NULL)
    {
      json_builder_end_array (builder);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }

  return CLI_DONE;
}
