/* resonate-realm-list.c: the realms of all apps
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-realm-list"

#include "config.h"

#include "resonate-realm-list-private.h"

#include "../base/resonate-clock-private.h"
#include "resonate-amendment-private.h"
#include "resonate-connection-private.h"
#include "resonate-journal-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"
#include "resonate-relay-private.h"
#include "resonate-tally-private.h"

/* Follows the list of apps: an app that is added has a realm from then on, and the clients of one
 * that is taken away are closed. */
struct _ResonateRealmList
{
  ResonateAppList *apps;
  ResonateGate *gate;         /* (nullable) */
  ResonateWheel *wheel;       /* (nullable) (unowned) */
  ResonateRelay *relay;       /* (nullable) (unowned) */
  ResonateGatherer *gatherer; /* (nullable) (unowned) */
  gboolean is_tapped;
  GHashTable *realms;   /* (element-type ResonateApp ResonateRealm) */
  GPtrArray *abandoned; /* (element-type ResonateRealm): of apps taken away, until they are empty */
};

static void
close_realm (ResonateRealm *realm, int code, const char *reason)
{
  g_autoptr (GPtrArray) connections = resonate_connection_list_snapshot (realm->connections);

  for (unsigned int i = 0; i < connections->len; i++)
    resonate_close (connections->pdata[i], code, reason);
}

static void
on_app_changed (ResonateApp *app, GParamSpec *pspec, ResonateRealmList *self)
{
  ResonateRealm *realm = g_hash_table_lookup (self->realms, app);

  g_assert (realm != NULL);

  resonate_amend (realm, pspec->name);
}

/* Takes out the realms of apps that are not listed any more. Whoever is told that a client is gone
 * may change the list of apps, so all of them are out before the first client is closed. */
static void
abandon_missing (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer app, realm;

  g_hash_table_iter_init (&iter, self->realms);
  while (g_hash_table_iter_next (&iter, &app, &realm))
    {
      if (resonate_app_list_get_by_id (self->apps, resonate_app_get_id (app)) == app)
        continue;

      g_signal_handlers_disconnect_by_data (app, self);
      g_hash_table_iter_steal (&iter);
      g_ptr_array_add (self->abandoned, realm);
      g_ptr_array_add (missing, realm);
    }

  for (unsigned int i = 0; i < missing->len; i++)
    close_realm (missing->pdata[i], RESONATE_PUSHER_ERROR_UNKNOWN_APP,
                 resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_UNKNOWN_APP));
}

static void
on_items_changed (
  GListModel *apps, guint position, guint removed, guint added, ResonateRealmList *self)
{
  if (removed > 0)
    abandon_missing (self);

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (apps, i);

      ResonateRealm *realm = resonate_realm_new (app, self->gate);

      realm->wheel = self->wheel;
      realm->relay = self->relay;
      realm->gatherer = self->gatherer;
      realm->is_tapped = self->is_tapped;
      g_hash_table_insert (self->realms, app, realm);
      g_signal_connect (app, "notify", G_CALLBACK (on_app_changed), self);
    }
}

ResonateRealmList *
resonate_realm_list_new (ResonateAppList *apps, ResonateGate *gate)
{
  ResonateRealmList *self;

  g_return_val_if_fail (RESONATE_IS_APP_LIST (apps), NULL);
  g_return_val_if_fail (gate == NULL || RESONATE_IS_GATE (gate), NULL);

  self = g_new0 (ResonateRealmList, 1);
  self->apps = g_object_ref (apps);
  g_set_object (&self->gate, gate);
  self->realms = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) resonate_realm_free);
  self->abandoned = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_realm_free);

  g_signal_connect (apps, "items-changed", G_CALLBACK (on_items_changed), self);
  on_items_changed (G_LIST_MODEL (apps), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (apps)),
                    self);

  return self;
}

/* All connections must be gone, see resonate_realm_list_abort_all (). */
void
resonate_realm_list_free (ResonateRealmList *self)
{
  GHashTableIter iter;
  gpointer app;

  g_signal_handlers_disconnect_by_data (self->apps, self);
  g_hash_table_iter_init (&iter, self->realms);
  while (g_hash_table_iter_next (&iter, &app, NULL))
    g_signal_handlers_disconnect_by_data (app, self);
  g_clear_pointer (&self->abandoned, g_ptr_array_unref);
  g_clear_pointer (&self->realms, g_hash_table_unref);
  g_clear_object (&self->gate);
  g_clear_object (&self->apps);
  g_free (self);
}

static ResonateRealm *
realm_of (ResonateRealmList *self, ResonateApp *app)
{
  return app != NULL ? g_hash_table_lookup (self->realms, app) : NULL;
}

ResonateRealm *
resonate_realm_list_lookup (ResonateRealmList *self, const char *app_id)
{
  return realm_of (self, resonate_app_list_get_by_id (self->apps, app_id));
}

ResonateRealm *
resonate_realm_list_lookup_key (ResonateRealmList *self, const char *key)
{
  return realm_of (self, resonate_app_list_get_by_key (self->apps, key));
}

GPtrArray *
resonate_realm_list_snapshot (ResonateRealmList *self)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer realm;

  g_hash_table_iter_init (&iter, self->realms);
  while (g_hash_table_iter_next (&iter, NULL, &realm))
    g_ptr_array_add (list, realm);
  for (unsigned int i = 0; i < self->abandoned->len; i++)
    g_ptr_array_add (list, self->abandoned->pdata[i]);

  return list;
}

void
resonate_realm_list_set_wheel (ResonateRealmList *self, ResonateWheel *wheel)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  self->wheel = wheel;
  for (unsigned int i = 0; i < realms->len; i++)
    ((ResonateRealm *) realms->pdata[i])->wheel = wheel;
}

void
resonate_realm_list_set_relay (ResonateRealmList *self, ResonateRelay *relay)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  self->relay = relay;
  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];

      if (realm->relay != relay)
        resonate_interest_end_all (realm);
      realm->relay = relay;
      if (relay != NULL)
        resonate_interest_begin_all (realm);
    }
}

ResonateRelay *
resonate_realm_list_get_relay (ResonateRealmList *self)
{
  return self->relay;
}

void
resonate_realm_list_set_gatherer (ResonateRealmList *self, ResonateGatherer *gatherer)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  self->gatherer = gatherer;
  for (unsigned int i = 0; i < realms->len; i++)
    ((ResonateRealm *) realms->pdata[i])->gatherer = gatherer;
}

void
resonate_realm_list_set_tapped (ResonateRealmList *self, gboolean is_tapped)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  self->is_tapped = is_tapped;
  for (unsigned int i = 0; i < realms->len; i++)
    ((ResonateRealm *) realms->pdata[i])->is_tapped = is_tapped;
}

ResonateConnection *
resonate_realm_list_find_connection (ResonateRealmList *self, const char *socket_id)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);
  ResonateConnection *found = NULL;

  for (unsigned int i = 0; i < realms->len && found == NULL; i++)
    found = resonate_connection_list_lookup (((ResonateRealm *) realms->pdata[i])->connections,
                                             socket_id);

  return found;
}

unsigned int
resonate_realm_list_count_connections (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);
  unsigned int n = 0;

  for (unsigned int i = 0; i < realms->len; i++)
    n += resonate_connection_list_count (((ResonateRealm *) realms->pdata[i])->connections);

  return n;
}

GPtrArray *
resonate_realm_list_list_connections (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];

      g_ptr_array_extend_and_steal (all, resonate_connection_list_snapshot (realm->connections));
    }

  return all;
}

/* How many have been closed by us and have not answered yet. */
unsigned int
resonate_realm_list_count_leaving (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);
  unsigned int n = 0;

  for (unsigned int i = 0; i < realms->len; i++)
    n += g_hash_table_size (((ResonateRealm *) realms->pdata[i])->leaving);

  return n;
}

void
resonate_realm_list_close_all (ResonateRealmList *self, int code, const char *reason)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    close_realm (realms->pdata[i], code, reason);
}

/* Ends what is left without another word, for a server that goes away with clients on it. */
void
resonate_realm_list_abort_all (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];
      g_autoptr (GPtrArray) connections = resonate_connection_list_snapshot (realm->connections);
      GHashTableIter iter;
      gpointer connection;

      for (unsigned int j = 0; j < connections->len; j++)
        {
          g_hash_table_add (realm->leaving, g_object_ref (connections->pdata[j]));
          resonate_let_go (connections->pdata[j]);
        }

      g_hash_table_iter_init (&iter, realm->leaving);
      while (g_hash_table_iter_next (&iter, &connection, NULL))
        {
          ResonateTransport *transport = resonate_connection_get_transport (connection);

          resonate_transport_listen (transport, NULL, NULL);
          resonate_transport_abort (transport);
          g_hash_table_iter_remove (&iter);
        }
    }
}

/* What has to be looked at every second: the crowds, the log, the caches, the abandoned. */
void
resonate_realm_list_check (ResonateRealmList *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self);

  for (unsigned int i = 0; i < realms->len; i++)
    {
      ResonateRealm *realm = realms->pdata[i];

      resonate_tally_flush (realm);
      resonate_journal_flush (realm);
      resonate_channel_cache_purge (realm->cache, resonate_clock_now_us ());
    }

  if (self->relay != NULL)
    resonate_relay_check (self->relay);

  for (unsigned int i = self->abandoned->len; i > 0; i--)
    {
      ResonateRealm *realm = self->abandoned->pdata[i - 1];

      if (resonate_connection_list_count (realm->connections) == 0 &&
          g_hash_table_size (realm->leaving) == 0)
        g_ptr_array_remove_index (self->abandoned, i - 1);
    }
}
