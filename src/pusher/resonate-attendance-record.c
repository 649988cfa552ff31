/* resonate-attendance-record.c: the members that another process is told of
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-attendance"

#include "config.h"

#include "resonate-attendance-parts-private.h"

#include "resonate-channel-private.h"
#include "resonate-subscription-private.h"

static void
save_realm (ResonateRealm *realm, GVariantBuilder *builder)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, realm->interests);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ResonateInterest *interest = value;
      GVariantBuilder members;

      if (interest->replica == NULL)
        continue;

      g_variant_builder_init (&members, G_VARIANT_TYPE_STRING_ARRAY);
      for (GList *node = resonate_replica_get_first (interest->replica); node != NULL;
           node = node->next)
        g_variant_builder_add (&members, "s", ((ResonateKnown *) node->data)->member->data);
      g_variant_builder_add (builder, "(ssas)", resonate_app_get_id (realm->app), interest->channel,
                             &members);
    }
}

GVariant *
resonate_attendance_save (ResonateAttendance *self)
{
  g_autoptr (GPtrArray) realms = resonate_realm_list_snapshot (self->relay->realms);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (RESONATE_ATTENDANCE_RECORD));
  for (unsigned int i = 0; i < realms->len; i++)
    save_realm (realms->pdata[i], &builder);

  return g_variant_builder_end (&builder);
}

static void
count_one (ResonateSubscription *subscription, gpointer user_data)
{
  unsigned int *n = user_data;

  if (resonate_subscription_get_user_id (subscription) != NULL)
    (*n)++;
}

/* What clients have been told is known, so that it is not told again. */
static void
restore_one (ResonateAttendance *self,
             ResonateInterest *interest,
             GVariantIter *members,
             const char *incarnation)
{
  ResonateChannel *channel;
  const char *data;
  unsigned int n = 0;

  while (g_variant_iter_next (members, "&s", &data))
    {
      g_autoptr (ResonateMember) member = resonate_member_parse (data, NULL);

      if (member != NULL && member->id != NULL)
        {
          gboolean is_ours = resonate_attendance_has_here (interest, member->id);

          resonate_replica_add (interest->replica, g_steal_pointer (&member), is_ours);
        }
    }

  channel = resonate_channel_list_lookup (interest->realm->channels, interest->channel);
  if (channel != NULL)
    resonate_channel_foreach (channel, count_one, &n);
  if (n > 0)
    resonate_roster_take_over (self->roster, interest->topic, n, incarnation);
}

void
resonate_attendance_restore (ResonateAttendance *self, GVariant *record, const char *incarnation)
{
  GVariantIter iter;
  const char *app_id, *name;
  GVariantIter *members;

  g_variant_iter_init (&iter, record);
  while (g_variant_iter_next (&iter, "(&s&sas)", &app_id, &name, &members))
    {
      ResonateRealm *realm = resonate_realm_list_lookup (self->relay->realms, app_id);
      ResonateInterest *interest = NULL;

      if (realm != NULL && resonate_channel_list_lookup (realm->channels, name) != NULL)
        interest = resonate_interest_ensure (realm, name);
      if (interest != NULL && interest->replica != NULL)
        restore_one (self, interest, members, incarnation);
      g_variant_iter_free (members);
    }

  resonate_roster_reconcile (self->roster);
}
