/* resonate-presence.c: the members of a presence channel, as the protocol lists them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-presence"

#include "config.h"

#include "resonate-presence-private.h"

#include "../base/resonate-json-writer-private.h"
#include "resonate-channel-private.h"
#include "resonate-subscription-private.h"

/* Users in the order of their earliest connection that is still here, each once, and `user_info` as
 * that connection's application gave it. Connections without a user are left out. */
typedef struct
{
  GHashTable *seen; /* (element-type utf8): user ids, owned by their subscriptions */
  GPtrArray *list;  /* (element-type ResonateMember): owned by their subscriptions */
} Roll;

static void
call (ResonateSubscription *subscription, gpointer user_data)
{
  Roll *roll = user_data;
  const ResonateMember *member = resonate_subscription_get_member (subscription);

  if (member != NULL && member->id != NULL && g_hash_table_add (roll->seen, member->id))
    g_ptr_array_add (roll->list, (gpointer) member);
}

/* @replica: (nullable): who is on other nodes, too; they have come before whoever it lacks */
static GPtrArray *
list_members (ResonateChannel *channel, ResonateReplica *replica)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Roll roll = { seen, g_ptr_array_new () };

  for (GList *node = replica != NULL ? resonate_replica_get_first (replica) : NULL; node != NULL;
       node = node->next)
    {
      ResonateMember *member = ((ResonateKnown *) node->data)->member;

      g_hash_table_add (seen, member->id);
      g_ptr_array_add (roll.list, member);
    }
  resonate_channel_foreach (channel, call, &roll);

  return roll.list;
}

/* Appends `{"presence":{"count":1,"ids":["7"],"hash":{"7":null}}}`: what a new subscriber is told.
 */
void
resonate_presence_append_payload (ResonateChannel *channel, ResonateReplica *replica, GString *out)
{
  g_autoptr (GPtrArray) members = list_members (channel, replica);

  g_string_append_printf (out, "{\"presence\":{\"count\":%u,\"ids\":[", members->len);
  for (unsigned int i = 0; i < members->len; i++)
    {
      const ResonateMember *member = members->pdata[i];

      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append (out, member->id_json);
    }

  g_string_append (out, "],\"hash\":{");
  for (unsigned int i = 0; i < members->len; i++)
    {
      const ResonateMember *member = members->pdata[i];

      resonate_json_append_name (out, member->id);
      g_string_append (out, member->info_json != NULL ? member->info_json : "null");
    }

  g_string_append (out, "}}}");
}

/* Appends `[{"id":"7"}]`: what the REST API says of who is here. */
void
resonate_presence_append_users (ResonateChannel *channel, GString *out)
{
  g_autoptr (GPtrArray) members = list_members (channel, NULL);

  g_string_append_c (out, '[');
  for (unsigned int i = 0; i < members->len; i++)
    {
      const ResonateMember *member = members->pdata[i];

      g_string_append_printf (out, "%s{\"id\":%s}", i > 0 ? "," : "", member->id_json);
    }
  g_string_append_c (out, ']');
}
