/* resonate-realm-record.c: what the apps remember, put into words for another process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-realm-record"

#include "config.h"

#include "resonate-realm-record-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "resonate-channel-private.h"
#include "resonate-connection-private.h"
#include "resonate-connection-record-private.h"
#include "resonate-liveness-private.h"
#include "resonate-protocol-private.h"
#include "resonate-tally-private.h"

void
resonate_realm_list_settle (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    resonate_tally_flush (realms->pdata[i]);
}

/* What is counted goes on, in this order, to which more may be added; the gauges follow from who is
 * there. */
static const size_t counters[] = {
  G_STRUCT_OFFSET (ResonateCounters, opened),
  G_STRUCT_OFFSET (ResonateCounters, turned_away),
  G_STRUCT_OFFSET (ResonateCounters, messages_received),
  G_STRUCT_OFFSET (ResonateCounters, bytes_received),
  G_STRUCT_OFFSET (ResonateCounters, messages_sent),
  G_STRUCT_OFFSET (ResonateCounters, bytes_sent),
  G_STRUCT_OFFSET (ResonateCounters, published),
  G_STRUCT_OFFSET (ResonateCounters, client_events),
  G_STRUCT_OFFSET (ResonateCounters, refused),
};

/*
 * Saving
 */
static void
save_name (ResonateChannel *channel, gpointer user_data)
{
  g_variant_builder_add (user_data, "s", resonate_channel_get_name (channel));
}

static void
save_event (const char *channel, GBytes *frame, int64_t expires_us, gpointer user_data)
{
  g_variant_builder_add (user_data, "(s@ayx)", channel,
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, frame, TRUE),
                         expires_us);
}

static GVariant *
save_realm (ResonateRealm *realm)
{
  GVariantBuilder channels;
  GVariantBuilder events;
  GVariantBuilder counts;

  g_variant_builder_init (&channels, G_VARIANT_TYPE_STRING_ARRAY);
  resonate_channel_list_foreach (realm->channels, save_name, &channels);
  g_variant_builder_init (&events, G_VARIANT_TYPE ("a(sayx)"));
  resonate_channel_cache_foreach (realm->cache, save_event, &events);

  g_variant_builder_init (&counts, G_VARIANT_TYPE ("at"));
  for (size_t i = 0; i < G_N_ELEMENTS (counters); i++)
    g_variant_builder_add (&counts, "t", G_STRUCT_MEMBER (uint64_t, &realm->counters, counters[i]));

  return g_variant_new ("(sasa(sayx)at)", resonate_app_get_id (realm->app), &channels, &events,
                        &counts);
}

GVariant *
resonate_realm_list_save (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (RESONATE_REALMS_RECORD));
  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];

      /* That of an app that was taken away only waits for its clients to leave. */
      if (resonate_realm_list_lookup (self, resonate_app_get_id (realm->app)) == realm)
        g_variant_builder_add_value (&builder, save_realm (realm));
    }

  return g_variant_builder_end (&builder);
}

/*
 * Restoring
 */
static void
restore_realm (ResonateRealm *realm,
               GVariantIter *channels,
               GVariantIter *events,
               GVariantIter *counts)
{
  int64_t now_us = resonate_clock_now_us ();
  const char *channel;
  GVariant *bytes;
  int64_t expires_us;

  while (g_variant_iter_next (channels, "&s", &channel))
    resonate_channel_list_ensure (realm->channels, channel);

  for (size_t i = 0; i < G_N_ELEMENTS (counters); i++)
    g_variant_iter_next (counts, "t", &G_STRUCT_MEMBER (uint64_t, &realm->counters, counters[i]));

  while (g_variant_iter_next (events, "(&s@ayx)", &channel, &bytes, &expires_us))
    {
      g_autoptr (GVariant) taken = bytes;
      g_autoptr (GBytes) frame = NULL;

      frame = g_bytes_new (g_variant_get_data (taken), g_variant_get_size (taken));
      resonate_channel_cache_store (realm->cache, channel, frame, expires_us - now_us);
    }
}

void
resonate_realm_list_restore (ResonateRealmList *self, GVariant *record)
{
  GVariantIter iter;
  const char *app_id;
  GVariantIter *channels;
  GVariantIter *events;
  GVariantIter *counts;

  g_variant_iter_init (&iter, record);
  while (g_variant_iter_next (&iter, "(&sasa(sayx)at)", &app_id, &channels, &events, &counts))
    {
      ResonateRealm *realm = resonate_realm_list_lookup (self, app_id);

      if (realm != NULL)
        restore_realm (realm, channels, events, counts);
      g_variant_iter_free (channels);
      g_variant_iter_free (events);
      g_variant_iter_free (counts);
    }
}

static void
collect (ResonateChannel *channel, gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (channel));
}

void
resonate_realm_list_put_in_order (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];
      g_autoptr (GPtrArray) channels = g_ptr_array_new_with_free_func (g_object_unref);

      resonate_channel_list_foreach (realm->channels, collect, channels);
      for (unsigned int j = 0; j < channels->len; j++)
        {
          if (resonate_channel_get_subscription_count (channels->pdata[j]) == 0)
            resonate_channel_list_drop (realm->channels, channels->pdata[j]);
          else
            resonate_channel_put_in_order (channels->pdata[j]);
        }
    }
}

void
resonate_realm_list_resume (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];
      g_autoptr (GPtrArray) connections = resonate_connection_list_snapshot (realm->connections);

      for (unsigned int j = 0; j < connections->len; j++)
        resonate_liveness_rearm (connections->pdata[j]);
    }
}

/* @told: (element-type utf8): who was told of already */
static void
announce (ResonateRealm *realm, const char *name, const char *data, GHashTable *told)
{
  ResonateChannel *channel = resonate_channel_list_lookup (realm->channels, name);
  g_autoptr (ResonateMember) member = resonate_member_parse (data, NULL);
  const char *app_id = resonate_app_get_id (realm->app);
  g_autoptr (GBytes) frame = NULL;

  if (channel == NULL || member == NULL || member->id == NULL ||
      resonate_channel_has_user (channel, member->id) ||
      !g_hash_table_add (told, g_strdup_printf ("%zu:%s%zu:%s%s", strlen (app_id), app_id,
                                                strlen (name), name, member->id)))
    return;

  frame = resonate_protocol_member_removed (name, member->id_json);
  resonate_channel_send (channel, frame, NULL);
}

/* Once for each user, however many of its connections stayed. */
void
resonate_realm_list_announce_absent (ResonateRealmList *self, GVariant *record)
{
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GVariantIter iter;
  const char *app_id, *name, *data;

  g_variant_iter_init (&iter, record);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &app_id, &name, &data))
    {
      ResonateRealm *realm = resonate_realm_list_lookup (self, app_id);

      if (realm != NULL)
        announce (realm, name, data, told);
    }
}

void
resonate_realm_list_forget_all (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];
      g_autoptr (GPtrArray) connections = resonate_connection_list_snapshot (realm->connections);

      for (unsigned int j = 0; j < connections->len; j++)
        resonate_connection_forget (connections->pdata[j]);
    }
}
