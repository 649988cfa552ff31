/* test-channel.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-channel-private.h"
#include "pusher/resonate-protocol-private.h"
#include "pusher/resonate-subscription-private.h"
#include "test-client.h"

typedef struct
{
  ResonateApp *app;
  ResonateRealm *realm;
  ResonateChannel *channel;
  TestClient *clients[4];
  GString *log; /* what the channel said, in order */
} Fixture;

static void
on_occupied (ResonateChannel *channel, GString *log)
{
  g_string_append (log, "occupied ");
}

static void
on_vacated (ResonateChannel *channel, GString *log)
{
  g_string_append (log, "vacated ");
}

static void
on_member_added (ResonateChannel *channel, const char *user_id, GString *log)
{
  g_string_append_printf (log, "+%s ", user_id);
}

static void
on_member_removed (ResonateChannel *channel, const char *user_id, GString *log)
{
  g_string_append_printf (log, "-%s ", user_id);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "[%u-%u+%u] ", position, removed, added);
}

static void
set_up (Fixture *fixture, gconstpointer name)
{
  fixture->app = resonate_app_new ("app-id", "app-key", "app-secret");
  fixture->realm = resonate_realm_new (fixture->app, NULL);
  fixture->channel = resonate_channel_new (name);
  fixture->log = g_string_new (NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->clients); i++)
    fixture->clients[i] = test_client_new (fixture->realm);

  g_signal_connect (fixture->channel, "occupied", G_CALLBACK (on_occupied), fixture->log);
  g_signal_connect (fixture->channel, "vacated", G_CALLBACK (on_vacated), fixture->log);
  g_signal_connect (fixture->channel, "member-added", G_CALLBACK (on_member_added), fixture->log);
  g_signal_connect (fixture->channel, "member-removed", G_CALLBACK (on_member_removed),
                    fixture->log);
  g_signal_connect (fixture->channel, "items-changed", G_CALLBACK (on_items_changed), fixture->log);
}

static void
tear_down (Fixture *fixture, gconstpointer name)
{
  g_assert_finalize_object (fixture->channel);
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->clients); i++)
    test_client_free (fixture->clients[i]);
  g_string_free (fixture->log, TRUE);
  resonate_realm_free (fixture->realm);
  g_assert_finalize_object (fixture->app);
}

static gboolean
add (Fixture *fixture, unsigned int n, const char *channel_data)
{
  g_autoptr (ResonateSubscription) subscription = NULL;
  ResonateMember *member = NULL;

  if (channel_data != NULL)
    member = resonate_member_parse (channel_data, NULL);
  subscription = resonate_subscription_new (fixture->clients[n]->connection, fixture->channel,
                                            member);

  return resonate_channel_add (fixture->channel, subscription);
}

static ResonateSubscription *
lookup (Fixture *fixture, unsigned int n)
{
  return resonate_channel_lookup (fixture->channel, fixture->clients[n]->connection);
}

static void
test_channel_name_and_kind (Fixture *fixture, gconstpointer name)
{
  g_autofree char *property = NULL;
  ResonateChannelKind kind;

  g_assert_cmpstr (resonate_channel_get_name (fixture->channel), ==, "presence-chat");
  g_assert_cmpint (resonate_channel_get_kind (fixture->channel), ==, RESONATE_CHANNEL_PRESENCE);

  g_object_get (fixture->channel, "name", &property, "kind", &kind, NULL);
  g_assert_cmpstr (property, ==, "presence-chat");
  g_assert_cmpint (kind, ==, RESONATE_CHANNEL_PRESENCE);
}

static void
test_channel_first_in_last_out (Fixture *fixture, gconstpointer name)
{
  g_test_summary ("A user with two connections is added once and removed once");

  g_assert_true (add (fixture, 0, "{\"user_id\":\"ada\"}"));
  g_assert_false (add (fixture, 1, "{\"user_id\":\"ada\"}"));
  g_assert_cmpuint (resonate_channel_get_user_count (fixture->channel), ==, 1);
  g_assert_cmpuint (resonate_channel_get_subscription_count (fixture->channel), ==, 2);

  g_assert_false (resonate_channel_remove (fixture->channel, lookup (fixture, 0)));
  g_assert_true (resonate_channel_has_user (fixture->channel, "ada"));
  g_assert_true (resonate_channel_remove (fixture->channel, lookup (fixture, 1)));
  g_assert_false (resonate_channel_has_user (fixture->channel, "ada"));

  g_assert_cmpstr (fixture->log->str, ==,
                   "[0-0+1] occupied +ada [1-0+1] [0-1+0] [0-1+0] -ada vacated ");
}

static void
test_channel_ids_compare_as_text (Fixture *fixture, gconstpointer name)
{
  g_assert_true (add (fixture, 0, "{\"user_id\":1}"));
  g_assert_false (add (fixture, 1, "{\"user_id\":\"1\"}"));
  g_assert_true (add (fixture, 2, "{\"user_id\":\"01\"}"));
  g_assert_true (add (fixture, 3, "{\"user_id\":0}"));

  g_assert_cmpuint (resonate_channel_get_user_count (fixture->channel), ==, 3);
  g_assert_true (resonate_channel_has_user (fixture->channel, "0"));
  g_assert_true (resonate_channel_remove (fixture->channel, lookup (fixture, 3)));
}

static void
test_channel_nobody_in_particular (Fixture *fixture, gconstpointer name)
{
  g_test_summary ("A member without an id is on the channel and is no user");

  g_assert_false (add (fixture, 0, NULL));
  g_assert_false (add (fixture, 1, "{\"user_info\":{}}"));
  g_assert_cmpuint (resonate_channel_get_user_count (fixture->channel), ==, 0);
  g_assert_cmpuint (resonate_channel_get_subscription_count (fixture->channel), ==, 2);
  g_assert_false (resonate_channel_remove (fixture->channel, lookup (fixture, 0)));
  g_assert_false (resonate_channel_remove (fixture->channel, lookup (fixture, 1)));

  g_assert_cmpstr (fixture->log->str, ==, "[0-0+1] occupied [1-0+1] [0-1+0] [0-1+0] vacated ");
}

static void
test_channel_without_presence (Fixture *fixture, gconstpointer name)
{
  g_test_summary ("A private channel knows who somebody is, and has no members");

  g_assert_false (add (fixture, 0, "{\"user_id\":\"ada\"}"));
  g_assert_cmpstr (resonate_subscription_get_user_id (lookup (fixture, 0)), ==, "ada");
  g_assert_cmpuint (resonate_channel_get_user_count (fixture->channel), ==, 0);
  g_assert_false (resonate_channel_has_user (fixture->channel, "ada"));
  g_assert_false (resonate_channel_remove (fixture->channel, lookup (fixture, 0)));

  g_assert_cmpstr (fixture->log->str, ==, "[0-0+1] occupied [0-1+0] vacated ");
}

static void
test_channel_in_joining_order (Fixture *fixture, gconstpointer name)
{
  GListModel *model = G_LIST_MODEL (fixture->channel);
  g_autoptr (ResonateSubscription) second = NULL;

  add (fixture, 2, NULL);
  add (fixture, 0, NULL);
  add (fixture, 1, NULL);
  resonate_channel_remove (fixture->channel, lookup (fixture, 0));

  second = g_list_model_get_item (model, 1);
  g_assert_true (second == lookup (fixture, 1));
  g_assert_null (g_list_model_get_item (model, 2));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);
  g_assert_true (g_list_model_get_item_type (model) == RESONATE_TYPE_SUBSCRIPTION);
  g_assert_null (lookup (fixture, 0));
  g_assert_cmpstr (fixture->log->str, ==, "[0-0+1] occupied [1-0+1] [2-0+1] [1-1+0] ");
}

static void
replace (Fixture *fixture, unsigned int n, const char *channel_data)
{
  gboolean added, removed;

  resonate_channel_replace (fixture->channel, lookup (fixture, n),
                            resonate_member_parse (channel_data, NULL), &added, &removed);
  g_string_append_printf (fixture->log, "(%d %d) ", added, removed);
}

static void
test_channel_replace (Fixture *fixture, gconstpointer name)
{
  g_test_summary ("Who subscribes again keeps its place, and may be somebody else");

  add (fixture, 0, "{\"user_id\":\"ada\"}");
  add (fixture, 1, "{\"user_id\":\"bob\"}");
  g_string_truncate (fixture->log, 0);

  replace (fixture, 0, "{\"user_id\":\"ada\",\"user_info\":1}");
  g_assert_cmpstr (resonate_subscription_get_user_info (lookup (fixture, 0)), ==, "1");
  replace (fixture, 0, "{\"user_id\":\"bob\"}");
  replace (fixture, 0, "{\"user_id\":\"cyd\"}");
  replace (fixture, 0, "{}");
  replace (fixture, 0, "{\"user_id\":\"ada\"}");
  g_assert_cmpuint (resonate_channel_get_subscription_count (fixture->channel), ==, 2);

  g_assert_cmpstr (fixture->log->str, ==,
                   "(0 0) "        /* still ada */
                   "-ada (0 1) "   /* bob, who is here */
                   "+cyd (1 0) "   /* and bob still is, on another connection */
                   "-cyd (0 1) "   /* nobody */
                   "+ada (1 0) "); /* somebody again */
}

static void
test_channel_send (Fixture *fixture, gconstpointer name)
{
  g_autoptr (GBytes) frame = resonate_protocol_cache_miss ("presence-chat");
  const char *sent = "{\"event\":\"pusher:cache_miss\",\"channel\":\"presence-chat\"}\n";

  for (unsigned int i = 0; i < 3; i++)
    add (fixture, i, NULL);

  resonate_channel_send (fixture->channel, frame, NULL);
  for (unsigned int i = 0; i < 3; i++)
    test_client_assert_sent (fixture->clients[i], sent);

  resonate_channel_send (fixture->channel, frame, fixture->clients[1]->connection);
  test_client_assert_sent (fixture->clients[0], sent);
  test_client_assert_sent (fixture->clients[1], "");
  test_client_assert_sent (fixture->clients[2], sent);

  g_test_message ("who is not on the channel excludes nobody, and receives nothing");
  resonate_channel_send (fixture->channel, frame, fixture->clients[3]->connection);
  test_client_assert_sent (fixture->clients[1], sent);
  test_client_assert_sent (fixture->clients[3], "");
}

static void
count (ResonateSubscription *subscription, gpointer user_data)
{
  unsigned int *n = user_data;

  (*n)++;
}

static void
test_channel_foreach (Fixture *fixture, gconstpointer name)
{
  unsigned int n = 0;

  resonate_channel_foreach (fixture->channel, count, &n);
  g_assert_cmpuint (n, ==, 0);

  for (unsigned int i = 0; i < 4; i++)
    add (fixture, i, NULL);
  resonate_channel_foreach (fixture->channel, count, &n);
  g_assert_cmpuint (n, ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, channel, func) g_test_add (path, Fixture, channel, set_up, func, tear_down)

  add ("/channel/name-and-kind", "presence-chat", test_channel_name_and_kind);
  add ("/channel/first-in-last-out", "presence-chat", test_channel_first_in_last_out);
  add ("/channel/ids-compare-as-text", "presence-cache-chat", test_channel_ids_compare_as_text);
  add ("/channel/nobody-in-particular", "presence-chat", test_channel_nobody_in_particular);
  add ("/channel/without-presence", "private-chat", test_channel_without_presence);
  add ("/channel/in-joining-order", "chat", test_channel_in_joining_order);
  add ("/channel/replace", "presence-chat", test_channel_replace);
  add ("/channel/send", "presence-chat", test_channel_send);
  add ("/channel/foreach", "cache-chat", test_channel_foreach);

#undef add

  return g_test_run ();
}
