/* resonate-node-commands.c: what Redis does to a lease as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-node"

#include "config.h"

#include "resonate-node-commands-private.h"

#include <string.h>
#include <unistd.h>

#include "../base/resonate-random-private.h"
#include "resonate-envelope-private.h"

#define DIGITS       "0123456789abcdef"
#define NONCE_LENGTH 8
#define MAX_HOST     64

/* Between the id of a node and what makes an incarnation of it; no id contains it. */
#define EPOCH_MARK '/'

/*
 * Names
 */
char *
resonate_node_make_id (void)
{
  g_autofree char *nonce = resonate_random_text (DIGITS, NONCE_LENGTH);
  g_autofree char *host = g_strndup (g_get_host_name (), MAX_HOST);

  for (char *at = host; *at != '\0'; at++)
    if (!resonate_envelope_is_node (at, 1))
      *at = '-';

  return g_strdup_printf ("%s-%d-%s", *host != '\0' ? host : "node", (int) getpid (), nonce);
}

char *
resonate_incarnation_new (const char *id)
{
  g_autofree char *epoch = resonate_random_text (DIGITS, NONCE_LENGTH);

  return g_strdup_printf ("%s%c%s", id, EPOCH_MARK, epoch);
}

char *
resonate_incarnation_dup_id (const char *incarnation)
{
  const char *mark = strrchr (incarnation, EPOCH_MARK);

  return mark != NULL ? g_strndup (incarnation, (gsize) (mark - incarnation))
                      : g_strdup (incarnation);
}

static const char *
epoch_of (const char *incarnation)
{
  const char *mark = strrchr (incarnation, EPOCH_MARK);

  return mark != NULL ? mark + 1 : "";
}

/*
 * Scripts
 *
 * KEYS are a lease, the nodes that have one, and those that are being cleaned up after; both are
 * sorted by the time of Redis, in milliseconds. ARGV begin with the epoch and the incarnation, then
 * the time of a lease where there is one.
 */
#define NOW                           \
  "local time = redis.call('TIME')\n" \
  "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"

/* Whoever takes a new lease has lost the one before without having cleaned up. */
static const char take[] = NOW
  "if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[3]) then return 0 end\n"
  "redis.call('ZADD', KEYS[2], now, ARGV[2])\n"
  "if ARGV[4] ~= '' then\n"
  "  redis.call('ZREM', KEYS[2], ARGV[4])\n"
  "  redis.call('ZADD', KEYS[3], 0, ARGV[4])\n"
  "end\n"
  "return 1\n";

static const char renew[] = NOW
  "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end\n"
  "redis.call('PEXPIRE', KEYS[1], ARGV[3])\n"
  "redis.call('ZADD', KEYS[2], now, ARGV[2])\n"
  "local over = '(' .. string.format('%d', now - ARGV[3])\n"
  "return {\n"
  "  redis.call('ZREVRANGEBYSCORE', KEYS[2], '+inf', string.sub(over, 2), 'LIMIT', 0, 1024),\n"
  "  redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', over, 'LIMIT', 0, 16),\n"
  "  redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', over, 'LIMIT', 0, 16),\n"
  "}\n";

/* A claim has the same time as a lease: who does not end what it has begun leaves it to others. */
static const char claim[] = NOW
  "local over = now - ARGV[3]\n"
  "local score = redis.call('ZSCORE', KEYS[2], ARGV[2])\n"
  "if score then\n"
  "  if tonumber(score) >= over or redis.call('GET', KEYS[1]) == ARGV[1] then return 0 end\n"
  "  redis.call('ZREM', KEYS[2], ARGV[2])\n"
  "else\n"
  "  score = redis.call('ZSCORE', KEYS[3], ARGV[2])\n"
  "  if not score or tonumber(score) >= over then return 0 end\n"
  "end\n"
  "redis.call('ZADD', KEYS[3], now, ARGV[2])\n"
  "return 1\n";

static const char release[] = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
                              "redis.call('DEL', KEYS[1])\n"
                              "redis.call('ZREM', KEYS[2], ARGV[2])\n"
                              "redis.call('ZADD', KEYS[3], 0, ARGV[2])\n"
                              "return 1\n";

static const char look_up[] =
  "if redis.call('ZSCORE', KEYS[2], ARGV[2]) or redis.call('ZSCORE', KEYS[3], ARGV[2]) then\n"
  "  return 1\n"
  "end\n"
  "return 0\n";

typedef enum
{
  TAKE,
  RENEW,
  CLAIM,
  RELEASE,
  LOOK_UP,
  N_SCRIPTS
} Script;

static ResonateRedisScript *
script_of (Script which)
{
  static ResonateRedisScript *scripts[N_SCRIPTS];
  static const struct
  {
    const char *name;
    const char *source;
  } texts[N_SCRIPTS] = {
    [TAKE] = { "lease-take", take },         [RENEW] = { "lease-renew", renew },
    [CLAIM] = { "reap-claim", claim },       [RELEASE] = { "lease-release", release },
    [LOOK_UP] = { "node-look-up", look_up },
  };

  if (scripts[which] == NULL)
    scripts[which] = resonate_redis_script_new (texts[which].name, texts[which].source);

  return scripts[which];
}

/* All keys have one hash tag: in Redis Cluster, too, a script has them together. */
static ResonateRedisCommand *
new_command (Script which, const char *prefix, const char *incarnation)
{
  ResonateRedisCommand *command = resonate_redis_command_new_script (script_of (which), 3);
  g_autofree char *id = resonate_incarnation_dup_id (incarnation);
  g_autofree char *lease = g_strdup_printf ("%s{nodes}:lease:%s", prefix, id);
  g_autofree char *nodes = g_strdup_printf ("%s{nodes}", prefix);
  g_autofree char *dead = g_strdup_printf ("%s{nodes}:dead", prefix);

  resonate_redis_command_add_key (command, lease);
  resonate_redis_command_add_key (command, nodes);
  resonate_redis_command_add_key (command, dead);
  resonate_redis_command_add (command, epoch_of (incarnation));
  resonate_redis_command_add (command, incarnation);

  return command;
}

ResonateRedisCommand *
resonate_node_command_take (const char *prefix,
                            const char *incarnation,
                            int64_t lease_us,
                            const char *before)
{
  ResonateRedisCommand *command = new_command (TAKE, prefix, incarnation);

  resonate_redis_command_add_int (command, lease_us / 1000);
  resonate_redis_command_add (command, before != NULL ? before : "");

  return command;
}

ResonateRedisCommand *
resonate_node_command_renew (const char *prefix, const char *incarnation, int64_t lease_us)
{
  ResonateRedisCommand *command = new_command (RENEW, prefix, incarnation);

  resonate_redis_command_add_int (command, lease_us / 1000);

  return command;
}

ResonateRedisCommand *
resonate_node_command_claim (const char *prefix, const char *incarnation, int64_t lease_us)
{
  ResonateRedisCommand *command = new_command (CLAIM, prefix, incarnation);

  resonate_redis_command_add_int (command, lease_us / 1000);

  return command;
}

ResonateRedisCommand *
resonate_node_command_release (const char *prefix, const char *incarnation)
{
  return new_command (RELEASE, prefix, incarnation);
}

ResonateRedisCommand *
resonate_node_command_look_up (const char *prefix, const char *incarnation)
{
  return new_command (LOOK_UP, prefix, incarnation);
}

ResonateRedisCommand *
resonate_node_command_bury (const char *prefix, const char *incarnation)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("ZREM");
  g_autofree char *dead = g_strdup_printf ("%s{nodes}:dead", prefix);

  resonate_redis_command_add_key (command, dead);
  resonate_redis_command_add (command, incarnation);

  return command;
}
