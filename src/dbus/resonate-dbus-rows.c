/* resonate-dbus-rows.c: the lists of an app, from the library to the bus
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-rows.h"

#include "resonate-dbus-app.h"

/*
 * In the main loop
 */
static const char *
id_of (const ResonateDbusQuery *query)
{
  return resonate_dbus_gen_app_get_id (RESONATE_DBUS_GEN_APP (query->object));
}

static ResonateServer *
server_of (const ResonateDbusQuery *query)
{
  return resonate_dbus_app_get_server (RESONATE_DBUS_APP (query->object));
}

gboolean
resonate_dbus_rows_collect_channels (const ResonateDbusQuery *query,
                                     ResonateDbusPage *page,
                                     GError **error)
{
  g_autoptr (GPtrArray) channels = NULL;

  channels = resonate_server_page_channels (server_of (query), id_of (query), query->name,
                                            query->cursor, query->limit, &page->next, error);

  for (guint i = 0; channels != NULL && i < channels->len; i++)
    {
      ResonateChannel *channel = channels->pdata[i];
      ResonateDbusRow row = { .n_users = -1 };

      row.name = resonate_dbus_page_keep (page, resonate_channel_get_name (channel));
      row.n = g_list_model_get_n_items (G_LIST_MODEL (channel));
      if (resonate_dbus_is_presence (resonate_channel_get_kind (channel)))
        row.n_users = (int) resonate_channel_get_user_count (channel);
      g_array_append_val (page->rows, row);
    }

  return channels != NULL;
}

gboolean
resonate_dbus_rows_collect_connections (const ResonateDbusQuery *query,
                                        ResonateDbusPage *page,
                                        GError **error)
{
  g_autoptr (GPtrArray) connections = NULL;

  connections = resonate_server_page_connections (server_of (query), id_of (query), query->cursor,
                                                  query->limit, &page->next, error);

  for (guint i = 0; connections != NULL && i < connections->len; i++)
    {
      ResonateConnection *connection = connections->pdata[i];
      ResonateDbusRow row = { .n_users = -1 };

      row.name = resonate_dbus_page_keep (page, resonate_connection_get_socket_id (connection));
      row.address = resonate_dbus_page_keep (page,
                                             resonate_connection_get_remote_address (connection));
      row.user = resonate_dbus_page_keep (page, resonate_connection_get_user_id (connection));
      row.opened_at_us = resonate_connection_get_opened_at (connection);
      row.n = resonate_connection_count_channels (connection);
      g_array_append_val (page->rows, row);
    }

  return connections != NULL;
}

gboolean
resonate_dbus_rows_collect_sockets (const ResonateDbusQuery *query,
                                    ResonateDbusPage *page,
                                    GError **error)
{
  g_autoptr (GPtrArray) connections = NULL;

  connections = resonate_server_page_subscribers (server_of (query), id_of (query), query->name,
                                                  query->cursor, query->limit, &page->next, error);

  for (guint i = 0; connections != NULL && i < connections->len; i++)
    {
      const char *socket_id = resonate_connection_get_socket_id (connections->pdata[i]);
      ResonateDbusRow row = { .name = resonate_dbus_page_keep (page, socket_id) };

      g_array_append_val (page->rows, row);
    }

  return connections != NULL;
}

gboolean
resonate_dbus_rows_collect_users (const ResonateDbusQuery *query,
                                  ResonateDbusPage *page,
                                  GError **error)
{
  ResonateChannelList *channels = resonate_server_get_channels (server_of (query), id_of (query));
  ResonateChannel *channel;
  g_autoptr (GPtrArray) users = NULL;

  users = resonate_server_page_users (server_of (query), id_of (query), query->name, query->cursor,
                                      query->limit, &page->next, error);
  channel = channels != NULL ? resonate_channel_list_lookup (channels, query->name) : NULL;

  for (guint i = 0; users != NULL && channel != NULL && i < users->len; i++)
    {
      ResonateDbusRow row = { .name = resonate_dbus_page_keep (page, users->pdata[i]),
                              .n = resonate_channel_count_user (channel, users->pdata[i]) };

      g_array_append_val (page->rows, row);
    }

  return users != NULL;
}

/*
 * In another thread
 */
static const ResonateDbusRow *
row_at (const ResonateDbusPage *page, guint i)
{
  return &g_array_index (page->rows, ResonateDbusRow, i);
}

static void
add (GVariantBuilder *facts, const char *name, GVariant *value)
{
  g_variant_builder_add (facts, "{sv}", name, value);
}

GVariant *
resonate_dbus_rows_build_channels (const ResonateDbusPage *page)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sa{sv})"));
  for (guint i = 0; i < page->rows->len; i++)
    {
      const ResonateDbusRow *row = row_at (page, i);
      GVariantBuilder facts;

      g_variant_builder_init (&facts, G_VARIANT_TYPE_VARDICT);
      add (&facts, "subscriptions", g_variant_new_uint32 (row->n));
      if (row->n_users >= 0)
        add (&facts, "users", g_variant_new_uint32 ((guint32) row->n_users));
      g_variant_builder_add (&builder, "(sa{sv})", row->name, &facts);
    }

  return g_variant_new ("(a(sa{sv})s)", &builder, page->next);
}

GVariant *
resonate_dbus_rows_build_connections (const ResonateDbusPage *page)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sa{sv})"));
  for (guint i = 0; i < page->rows->len; i++)
    {
      const ResonateDbusRow *row = row_at (page, i);
      GVariantBuilder facts;

      g_variant_builder_init (&facts, G_VARIANT_TYPE_VARDICT);
      if (row->address != NULL)
        add (&facts, "address", g_variant_new_string (row->address));
      add (&facts, "opened-at", g_variant_new_uint64 ((guint64) row->opened_at_us));
      add (&facts, "channels", g_variant_new_uint32 (row->n));
      if (row->user != NULL)
        add (&facts, "user", g_variant_new_string (row->user));
      g_variant_builder_add (&builder, "(sa{sv})", row->name, &facts);
    }

  return g_variant_new ("(a(sa{sv})s)", &builder, page->next);
}

GVariant *
resonate_dbus_rows_build_counts (const ResonateDbusPage *page)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(su)"));
  for (guint i = 0; i < page->rows->len; i++)
    g_variant_builder_add (&builder, "(su)", row_at (page, i)->name, row_at (page, i)->n);

  return g_variant_new ("(a(su)s)", &builder, page->next);
}

GVariant *
resonate_dbus_rows_build_names (const ResonateDbusPage *page)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < page->rows->len; i++)
    g_variant_builder_add (&builder, "s", row_at (page, i)->name);

  return g_variant_new ("(ass)", &builder, page->next);
}
