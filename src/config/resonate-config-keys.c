/* resonate-config-keys.c: the table of everything that can be configured
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-keys-private.h"

#include "../base/resonate-enums.h"
#include "resonate-enum-types.h"

#define KIB    INT64_C (1024)
#define MIB    (1024 * KIB)
#define GIB    (1024 * MIB)
#define SECOND INT64_C (1000000)
#define YEAR   (366 * 24 * 3600 * SECOND)
#define SOON   (SECOND / 100) /* the least that a timer of the server can tell from nothing */

/* clang-format off: a table is read across */
static const ResonateConfigKey keys[] = {
  { "server", "host", RESONATE_CONFIG_HOSTS, RESONATE_CONFIG_KEY_START, "0.0.0.0", 0, 0, NULL,
    "REVERB_SERVER_HOST",
    "Addresses to listen on, separated by semicolons; `0.0.0.0;::` is everywhere, IPv4 and IPv6." },
  { "server", "port", RESONATE_CONFIG_PORT, RESONATE_CONFIG_KEY_START, "8080", 0, 65535, NULL,
    "REVERB_SERVER_PORT",
    "Port to listen on, at each of the addresses; 0 lets the system choose." },
  { "server", "path", RESONATE_CONFIG_PATH, RESONATE_CONFIG_KEY_START, "", 0, 0, NULL,
    "REVERB_SERVER_PATH", "What every path of the server begins with, such as `/ws`." },
  { "server", "hostname", RESONATE_CONFIG_STRING, 0, NULL, 0, 0, NULL, "REVERB_HOST",
    "Name by which clients know the server." },
  { "server", "tls-certificate", RESONATE_CONFIG_FILE, 0, NULL, 0, 0, NULL, NULL,
    "PEM file with the certificate and its chain; with it the server speaks TLS." },
  { "server", "tls-key", RESONATE_CONFIG_FILE, 0, NULL, 0, 0, NULL, NULL,
    "PEM file with the private key, where it is not in the file of the certificate." },
  { "server", "tls-key-password-file", RESONATE_CONFIG_FILE, 0, NULL, 0, 0, NULL, NULL,
    "File with the password of the private key." },
  { "server", "pid-file", RESONATE_CONFIG_FILE, RESONATE_CONFIG_KEY_START, NULL, 0, 0, NULL, NULL,
    "File that has the number of the serving process in it, as long as it serves." },
  { "server", "max-request-size", RESONATE_CONFIG_SIZE, 0, "10000", 1, GIB, NULL,
    "REVERB_MAX_REQUEST_SIZE", "Longest body of a REST request." },
  { "server", "auth-timestamp-grace", RESONATE_CONFIG_DURATION, RESONATE_CONFIG_KEY_OPEN, "600s", 0,
    YEAR, NULL, "REVERB_AUTH_TIMESTAMP_GRACE",
    "How far the timestamp of a signed REST request may be off; 0 switches the check off." },
  { "server", "drain-timeout", RESONATE_CONFIG_DURATION, 0, "30s", 0, YEAR, NULL,
    "REVERB_DRAIN_TIMEOUT", "How long a draining server waits for its connections to leave." },
  { "server", "max-connections", RESONATE_CONFIG_INTEGER, RESONATE_CONFIG_KEY_OPEN, "0", 0,
    G_MAXINT32, NULL, NULL,
    "Connections of all applications together; 0 is as many as descriptors allow, less a reserve "
    "for REST." },
  { "server", "max-connections-per-address", RESONATE_CONFIG_INTEGER, RESONATE_CONFIG_KEY_OPEN, "0",
    0, G_MAXINT32, NULL, NULL, "Connections from one address; 0 is no limit." },
  { "server", "trusted-proxies", RESONATE_CONFIG_NETWORKS, 0, "", 0, 0, NULL, NULL,
    "Addresses and networks whose word about their clients counts, such as "
    "`127.0.0.1;10.0.0.0/8`: their X-Forwarded-For header, and the PROXY protocol." },
  { "server", "proxy-protocol", RESONATE_CONFIG_BOOLEAN, 0, "false", 0, 0, NULL, NULL,
    "Whether every TCP connection begins with a header of the PROXY protocol, version 1 or 2. One "
    "without it is closed, and so is one from elsewhere than trusted-proxies if there are any." },
  { "server", "header-timeout", RESONATE_CONFIG_DURATION, 0, "10s", SOON, YEAR, NULL, NULL,
    "How long a client may take to send a request." },
  { "server", "idle-timeout", RESONATE_CONFIG_DURATION, 0, "60s", SOON, YEAR, NULL, NULL,
    "How long an HTTP connection may be idle between requests." },
  { "server", "hibernate-after", RESONATE_CONFIG_DURATION, 0, "5s", 0, YEAR, NULL, NULL,
    "How long a WebSocket that talks often stays awake without a word; asleep it needs a third of "
    "the memory, and a few microseconds more for its next message. 0 is no time." },
  { "server", "send-queue-size", RESONATE_CONFIG_SIZE, 0, "1MiB", 4 * KIB, 4 * GIB, NULL, NULL,
    "How much may wait to be sent to one connection; send-queue-policy says what happens beyond "
    "it." },
  { "server", "permessage-deflate", RESONATE_CONFIG_BOOLEAN, 0, "false", 0, 0, NULL, NULL,
    "Whether messages are compressed to and from clients that offer it, as browsers do." },

  { "cluster", "enabled", RESONATE_CONFIG_BOOLEAN, RESONATE_CONFIG_KEY_START, "false", 0, 0, NULL,
    "REVERB_SCALING_ENABLED",
    "Whether this server is one of several that deliver as one, over the Redis of [redis]." },
  { "cluster", "channel", RESONATE_CONFIG_WORD, RESONATE_CONFIG_KEY_START, "reverb", 0, 0, NULL,
    "REVERB_SCALING_CHANNEL",
    "Name in Redis of what is said to all nodes. Those of one cluster have the same." },
  { "cluster", "prefix", RESONATE_CONFIG_WORD, RESONATE_CONFIG_KEY_START, "resonate:", 0, 0, NULL,
    NULL,
    "What every other name in Redis begins with. Clusters that share a Redis have different "
    "ones." },
  { "cluster", "node-id", RESONATE_CONFIG_STRING, RESONATE_CONFIG_KEY_START, NULL, 0, 0, NULL, NULL,
    "What this node is called, instead of the name of the host and the number of the process. Each "
    "process puts a random word behind it." },
  { "cluster", "secret", RESONATE_CONFIG_STRING,
    RESONATE_CONFIG_KEY_START | RESONATE_CONFIG_KEY_SECRET, NULL, 0, 0, NULL, NULL,
    "What nodes sign with what they say to each other; without it, whoever may publish in Redis is "
    "believed. The clocks of nodes that sign agree within five minutes." },
  { "cluster", "secret-file", RESONATE_CONFIG_FILE, RESONATE_CONFIG_KEY_START, NULL, 0, 0, NULL,
    NULL, "File with that secret, instead of the secret itself." },
  { "cluster", "lease", RESONATE_CONFIG_DURATION, RESONATE_CONFIG_KEY_START, "45s", SECOND, YEAR,
    NULL, NULL,
    "How long a node counts as alive that does not say so; three heartbeats at least." },
  { "cluster", "heartbeat", RESONATE_CONFIG_DURATION, RESONATE_CONFIG_KEY_START, "10s", SECOND / 10,
    YEAR, NULL, NULL, "How often a node says that it is alive." },
  { "cluster", "when-degraded", RESONATE_CONFIG_CHOICE, 0, "serve", 0, 0,
    resonate_when_degraded_get_type, NULL,
    "What publishers get while the other nodes cannot be reached: `serve` delivers on this node "
    "alone and says so, `refuse` answers 503." },

  { "redis", "url", RESONATE_CONFIG_STRING, RESONATE_CONFIG_KEY_START | RESONATE_CONFIG_KEY_SECRET,
    NULL, 0, 0, NULL, "REDIS_URL",
    "Where Redis is, such as `rediss://user:password@host:6379`, `unix:///run/redis.sock` or "
    "`redis+sentinel://a,b,c/name`; the keys below count where there is none." },
  { "redis", "host", RESONATE_CONFIG_WORD, RESONATE_CONFIG_KEY_START, "127.0.0.1", 0, 0, NULL,
    "REDIS_HOST", "Host of Redis." },
  { "redis", "port", RESONATE_CONFIG_PORT, RESONATE_CONFIG_KEY_START, "6379", 1, 65535, NULL,
    "REDIS_PORT", "Port of Redis." },
  { "redis", "username", RESONATE_CONFIG_STRING, RESONATE_CONFIG_KEY_START, NULL, 0, 0, NULL,
    "REDIS_USERNAME", "User of Redis, where it has users." },
  { "redis", "password", RESONATE_CONFIG_STRING,
    RESONATE_CONFIG_KEY_START | RESONATE_CONFIG_KEY_SECRET, NULL, 0, 0, NULL, "REDIS_PASSWORD",
    "Password of Redis." },
  { "redis", "password-file", RESONATE_CONFIG_FILE, RESONATE_CONFIG_KEY_START, NULL, 0, 0, NULL,
    NULL, "File with the password, instead of the password itself." },
  { "redis", "database", RESONATE_CONFIG_INTEGER, RESONATE_CONFIG_KEY_START, "0", 0, 65535, NULL,
    "REDIS_DB", "Number of the database. What is published is the same in all of them." },
  { "redis", "timeout", RESONATE_CONFIG_DURATION, RESONATE_CONFIG_KEY_START, "60s", SOON, YEAR,
    NULL, "REDIS_TIMEOUT", "How long a command may wait for Redis, and for its answer." },

  { "app", "key", RESONATE_CONFIG_WORD, RESONATE_CONFIG_KEY_IDENTITY, NULL, 0, 0, NULL,
    "REVERB_APP_KEY", "Public key that clients connect with. Required." },
  { "app", "secret", RESONATE_CONFIG_STRING,
    RESONATE_CONFIG_KEY_IDENTITY | RESONATE_CONFIG_KEY_SECRET, NULL, 0, 0, NULL,
    "REVERB_APP_SECRET",
    "What signatures are made with. Required, here or in one of the other places." },
  { "app", "secret-file", RESONATE_CONFIG_FILE, RESONATE_CONFIG_KEY_IDENTITY, NULL, 0, 0, NULL,
    NULL, "File with the secret, instead of the secret itself." },
  { "app", "previous-secret", RESONATE_CONFIG_STRING,
    RESONATE_CONFIG_KEY_IDENTITY | RESONATE_CONFIG_KEY_SECRET, NULL, 0, 0, NULL, NULL,
    "Another secret whose signatures are accepted, too: the old one, while the secret is changed "
    "everywhere." },
  { "app", "previous-secret-file", RESONATE_CONFIG_FILE, RESONATE_CONFIG_KEY_IDENTITY, NULL, 0, 0,
    NULL, NULL, "File with the previous secret, instead of the secret itself." },
  { "app", "enabled", RESONATE_CONFIG_BOOLEAN, 0, "true", 0, 0, NULL, NULL,
    "Whether the application is served. The clients of one that is not are closed with 4003, and "
    "its publishers are answered 403." },
  { "app", "allowed-origins", RESONATE_CONFIG_LIST, 0, "*", 0, 0, NULL, NULL,
    "Hosts of the pages that may connect, separated by semicolons, without scheme and port; `*` "
    "stands for anything." },
  { "app", "ping-interval", RESONATE_CONFIG_DURATION, 0, "60s", SOON, YEAR, NULL,
    "REVERB_APP_PING_INTERVAL", "How long a connection may be silent before it is pinged." },
  { "app", "activity-timeout", RESONATE_CONFIG_DURATION, 0, "30s", SOON, YEAR, NULL,
    "REVERB_APP_ACTIVITY_TIMEOUT",
    "How long clients wait in silence before they ping, as announced to them." },
  { "app", "max-connections", RESONATE_CONFIG_INTEGER, RESONATE_CONFIG_KEY_OPEN, "unlimited", -1,
    G_MAXINT32, NULL, "REVERB_APP_MAX_CONNECTIONS", "Connections at a time; 0 refuses every one." },
  { "app", "max-message-size", RESONATE_CONFIG_SIZE, RESONATE_CONFIG_KEY_OPEN, "10000", 0, GIB,
    NULL, "REVERB_APP_MAX_MESSAGE_SIZE", "Longest message a client may send; 0 is no limit." },
  { "app", "max-channel-name-length", RESONATE_CONFIG_INTEGER, 0, "255", 1, 65535, NULL, NULL,
    "Longest name of a channel, in characters." },
  { "app", "max-subscriptions-per-connection", RESONATE_CONFIG_INTEGER, RESONATE_CONFIG_KEY_OPEN,
    "250", 0, G_MAXINT32, NULL, NULL, "Channels one connection may be on; 0 is no limit." },
  { "app", "max-presence-members", RESONATE_CONFIG_INTEGER, RESONATE_CONFIG_KEY_OPEN, "0", 0,
    G_MAXINT32, NULL, NULL, "Users on one presence channel; 0 is no limit. Pusher has 100." },
  { "app", "max-presence-user-info-size", RESONATE_CONFIG_SIZE, RESONATE_CONFIG_KEY_OPEN, "0", 0,
    GIB, NULL, NULL,
    "Longest user_info of a presence member, as JSON; 0 is no limit. Pusher has 1KiB." },
  { "app", "accept-client-events-from", RESONATE_CONFIG_CHOICE, RESONATE_CONFIG_KEY_LENIENT,
    "members", 0, 0, resonate_client_events_get_type, "REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM",
    "Whose client events are relayed; `all` is the same as `members`." },
  { "app", "rate-limiting-enabled", RESONATE_CONFIG_BOOLEAN, 0, "false", 0, 0, NULL,
    "REVERB_APP_RATE_LIMITING_ENABLED",
    "Whether the messages of a connection are counted and limited." },
  { "app", "rate-limit-max-attempts", RESONATE_CONFIG_INTEGER, 0, "60", 0, G_MAXINT32, NULL,
    "REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS", "Messages one connection may send in a window." },
  { "app", "rate-limit-decay-seconds", RESONATE_CONFIG_INTEGER, 0, "60", 1, 366 * 24 * 3600, NULL,
    "REVERB_APP_RATE_LIMIT_DECAY_SECONDS", "Length of the window, in seconds." },
  { "app", "rate-limit-terminate", RESONATE_CONFIG_BOOLEAN, 0, "false", 0, 0, NULL,
    "REVERB_APP_RATE_LIMIT_TERMINATE", "Whether a connection over its rate limit is closed." },
  { "app", "cache-ttl", RESONATE_CONFIG_DURATION, 0, "1800s", SOON, YEAR, NULL, NULL,
    "How long a cache channel keeps its last event." },
  { "app", "subscription-count", RESONATE_CONFIG_BOOLEAN, 0, "false", 0, 0, NULL, NULL,
    "Whether subscribers of a channel are told how many they are." },
  { "app", "send-queue-policy", RESONATE_CONFIG_CHOICE, 0, "close", 0, 0,
    resonate_send_queue_policy_get_type, NULL,
    "What happens to a connection whose queue is full: `close` it, or drop the oldest messages." },
};
/* clang-format on */

const ResonateConfigKey *
resonate_config_keys_get (size_t *n_keys)
{
  g_assert (n_keys != NULL);

  *n_keys = G_N_ELEMENTS (keys);

  return keys;
}

/*
 * resonate_config_keys_find:
 * @group: the kind of a group: `app` without its id
 *
 * Returns: (transfer none) (nullable): the row of a key
 */
const ResonateConfigKey *
resonate_config_keys_find (const char *group, const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].group, group) == 0 && strcmp (keys[i].name, name) == 0)
      return &keys[i];

  return NULL;
}

const char *
resonate_config_key_get_property (const ResonateConfigKey *key)
{
  g_autofree char *name = NULL;

  if (strcmp (key->group, "server") == 0 || strcmp (key->group, "app") == 0)
    return key->name;

  name = g_strdup_printf ("%s-%s", key->group, key->name);

  return g_intern_string (name);
}

const char *
resonate_config_group_get_kind (const char *group)
{
  static const char *const kinds[] = { "server", "cluster", "redis" };

  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (group, kinds[i]) == 0)
      return kinds[i];

  return "app";
}

/* Levenshtein's distance, one row at a time. Names are short: longer ones are far from everything.
 */
static unsigned int
distance (const char *a, const char *b)
{
  unsigned int row[65];
  size_t width = strlen (b);

  if (width >= G_N_ELEMENTS (row) || strlen (a) >= G_N_ELEMENTS (row))
    return G_MAXUINT;

  for (size_t j = 0; j <= width; j++)
    row[j] = (unsigned int) j;

  for (size_t i = 0; a[i] != '\0'; i++)
    {
      unsigned int diagonal = row[0];

      row[0] = (unsigned int) i + 1;
      for (size_t j = 0; j < width; j++)
        {
          unsigned int replaced = diagonal + (a[i] != b[j]);

          diagonal = row[j + 1];
          row[j + 1] = MIN (replaced, MIN (row[j], row[j + 1]) + 1);
        }
    }

  return row[width];
}

/*
 * resonate_config_keys_dup_hint:
 * @group: the kind of a group: `app` without its id
 * @name: a name that is not in the table
 *
 * Says what would be right: the nearest key when one is near, all of the group otherwise.
 *
 * Returns: (transfer full): the end of a sentence
 */
char *
resonate_config_keys_dup_hint (const char *group, const char *name)
{
  g_autofree char *plain = g_ascii_strdown (name, -1);
  g_autoptr (GString) all = g_string_new (NULL);
  const char *nearest = NULL;
  unsigned int best = G_MAXUINT;

  /* The reference writes its keys with underscores. */
  g_strdelimit (plain, "_", '-');
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      unsigned int apart;

      if (strcmp (keys[i].group, group) != 0)
        continue;

      g_string_append_printf (all, "%s%s", all->len > 0 ? ", " : "", keys[i].name);
      apart = distance (plain, keys[i].name);
      if (apart < best)
        {
          best = apart;
          nearest = keys[i].name;
        }
    }

  if (nearest != NULL && best <= MAX (2, strlen (nearest) / 3))
    return g_strdup_printf ("did you mean ‘%s’?", nearest);

  return g_strdup_printf ("the keys here are %s", all->str);
}

const char *
resonate_config_key_get_effect (const ResonateConfigKey *key)
{
  return (key->flags & RESONATE_CONFIG_KEY_START) != 0 ? "needs-reload" : "applied";
}

/*
 * resonate_config_key_dup_environment:
 *
 * Returns: (transfer full): the name every key answers to, such as `RESONATE_SERVER_PORT`
 */
char *
resonate_config_key_dup_environment (const ResonateConfigKey *key)
{
  g_autofree char *name = g_strdup_printf ("RESONATE_%s_%s", key->group, key->name);

  g_strdelimit (name, "-", '_');

  return g_ascii_strup (name, -1);
}
