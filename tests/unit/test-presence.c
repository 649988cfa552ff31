/* test-presence.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-channel-private.h"
#include "pusher/resonate-presence-private.h"
#include "pusher/resonate-subscription-private.h"
#include "test-client.h"

static const struct
{
  const char *summary;
  const char *channel_data[4]; /* of each connection in joining order */
  const char *payload;
  const char *users;
} cases[] = {
  { "two members, ids as integers",
    { "{\"user_id\":1,\"user_info\":{\"name\":\"Joe\"}}",
      "{\"user_id\":2,\"user_info\":{\"name\":\"Joe\"}}" },
    "{\"presence\":{\"count\":2,\"ids\":[1,2],\"hash\":"
    "{\"1\":{\"name\":\"Joe\"},\"2\":{\"name\":\"Joe\"}}}}",
    "[{\"id\":1},{\"id\":2}]" },
  { "ids keep the type they came with",
    { "{\"user_id\":\"1\"}", "{\"user_id\":10}", "{\"user_id\":1.5}" },
    "{\"presence\":{\"count\":3,\"ids\":[\"1\",10,1.5],\"hash\":"
    "{\"1\":null,\"10\":null,\"1.5\":null}}}",
    "[{\"id\":\"1\"},{\"id\":10},{\"id\":1.5}]" },
  { "one user twice counts once, as its earliest connection says",
    { "{\"user_id\":3,\"user_info\":{\"n\":1}}", "{\"user_id\":2,\"user_info\":2}",
      "{\"user_id\":\"3\",\"user_info\":{\"n\":9}}" },
    "{\"presence\":{\"count\":2,\"ids\":[3,2],\"hash\":{\"3\":{\"n\":1},\"2\":2}}}",
    "[{\"id\":3},{\"id\":2}]" },
  { "ids 0 and 1 make no list of the hash",
    { "{\"user_id\":0,\"user_info\":{\"n\":0}}", "{\"user_id\":1,\"user_info\":{\"n\":1}}" },
    "{\"presence\":{\"count\":2,\"ids\":[0,1],\"hash\":{\"0\":{\"n\":0},\"1\":{\"n\":1}}}}",
    "[{\"id\":0},{\"id\":1}]" },
  { "without user_info it is null",
    { "{\"user_id\":\"669\"}", "{\"user_id\":\"670\",\"user_info\":null}" },
    "{\"presence\":{\"count\":2,\"ids\":[\"669\",\"670\"],\"hash\":{\"669\":null,\"670\":null}}}",
    "[{\"id\":\"669\"},{\"id\":\"670\"}]" },
  { "members without an id are left out",
    { NULL, "{\"user_id\":\"1\",\"user_info\":{}}", "{\"name\":\"Joe\"}", "{\"user_id\":\"\"}" },
    "{\"presence\":{\"count\":1,\"ids\":[\"1\"],\"hash\":{\"1\":{}}}}",
    "[{\"id\":\"1\"}]" },
  { "nobody at all", { NULL, "{}" }, "{\"presence\":{\"count\":0,\"ids\":[],\"hash\":{}}}", "[]" },
  { "what the application wrote is not rewritten; the key of the hash is the server's",
    { "{\"user_id\":\"é/\\\"\",\"user_info\":{\"url\":\"a/b\", \"n\": 1.0}}" },
    "{\"presence\":{\"count\":1,\"ids\":[\"\\u00e9\\/\\\"\"],\"hash\":"
    "{\"\\u00e9\\/\\\"\":{\"url\":\"a/b\", \"n\": 1.0}}}}",
    "[{\"id\":\"\\u00e9\\/\\\"\"}]" },
};

static void
check (ResonateRealm *realm, size_t i)
{
  ResonateChannel *channel = resonate_channel_new ("presence-a");
  TestClient *clients[4];
  g_autoptr (GString) payload = g_string_new (NULL);
  g_autoptr (GString) users = g_string_new (NULL);

  for (size_t j = 0; j < G_N_ELEMENTS (clients); j++)
    {
      const char *data = cases[i].channel_data[j];
      g_autoptr (ResonateSubscription) subscription = NULL;

      clients[j] = test_client_new (realm);
      subscription = resonate_subscription_new (clients[j]->connection, channel,
                                                data != NULL ? resonate_member_parse (data, NULL)
                                                             : NULL);
      resonate_channel_add (channel, subscription);
    }

  resonate_presence_append_payload (channel, NULL, payload);
  g_assert_cmpstr (payload->str, ==, cases[i].payload);
  resonate_presence_append_users (channel, users);
  g_assert_cmpstr (users->str, ==, cases[i].users);

  g_assert_finalize_object (channel);
  for (size_t j = 0; j < G_N_ELEMENTS (clients); j++)
    test_client_free (clients[j]);
}

static void
test_presence_lists (void)
{
  g_autoptr (ResonateApp) app = resonate_app_new ("app-id", "app-key", "app-secret");
  g_autoptr (ResonateRealm) realm = resonate_realm_new (app, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].summary);
      check (realm, i);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/presence/lists", test_presence_lists);

  return g_test_run ();
}
