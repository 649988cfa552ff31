/* resonate-roster-commands.c: where Redis keeps members, and what it does to them as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-roster"

#include "config.h"

#include "resonate-roster-commands-private.h"

#include <string.h>

/* What nobody touches any more is forgotten, in case that no node is left to clean up. It has to
 * outlast a lease by far: until then a node that is cleaning up needs it. */
#define LIFE_IN_LEASES 2

/*
 * The scripts
 *
 * KEYS are the sockets of the node, the counts, what users said of themselves, and the nodes. ARGV
 * are, where there is something to publish, the command for it, the topic and the envelope; then
 * what each script says.
 */
static const char add[] =
  /* incarnation, life, socket, user, data, incarnation before; KEYS[5]: its sockets */
  "local socket, user = ARGV[6], ARGV[7]\n"
  "if redis.call('HGET', KEYS[1], socket) then return 0 end\n"
  "local edge = 0\n"
  "if KEYS[5] and redis.call('HGET', KEYS[5], socket) == user then\n"
  "  redis.call('HDEL', KEYS[5], socket)\n"
  "  if redis.call('EXISTS', KEYS[5]) == 0 then redis.call('SREM', KEYS[4], ARGV[9]) end\n"
  "else\n"
  "  redis.call('HSETNX', KEYS[3], user, ARGV[8])\n"
  "  if redis.call('HINCRBY', KEYS[2], user, 1) == 1 then\n"
  "    edge = 1\n"
  "    redis.call('HSET', KEYS[3], user, ARGV[8])\n"
  "    redis.call(ARGV[1], ARGV[2], ARGV[3])\n"
  "  end\n"
  "end\n"
  "redis.call('HSET', KEYS[1], socket, user)\n"
  "redis.call('SADD', KEYS[4], ARGV[4])\n"
  "for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end\n"
  "return edge\n";

static const char remove_[] =
  /* incarnation, socket, user */
  "local user = ARGV[6]\n"
  "if redis.call('HGET', KEYS[1], ARGV[5]) ~= user then return 0 end\n"
  "redis.call('HDEL', KEYS[1], ARGV[5])\n"
  "if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[4], ARGV[4]) end\n"
  "if redis.call('HINCRBY', KEYS[2], user, -1) > 0 then return 0 end\n"
  "redis.call('HDEL', KEYS[2], user)\n"
  "redis.call('HDEL', KEYS[3], user)\n"
  "redis.call(ARGV[1], ARGV[2], ARGV[3])\n"
  "return 1\n";

static const char touch[] =
  /* life */
  "for i = 2, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[1]) end\n"
  "return redis.call('PEXPIRE', KEYS[1], ARGV[1])\n";

/* The sockets of a node may have been forgotten while others went on to count them. Whoever has no
 * socket is left with a count of none, so that it is an edge when one comes. KEYS are here the
 * counts, the nodes, and then the sockets of each of ARGV. */
static const char recount[] =
  "local counts, given, ghosts = {}, {}, {}\n"
  "for _, node in ipairs(ARGV) do given[node] = true end\n"
  "for _, node in ipairs(redis.call('SMEMBERS', KEYS[2])) do\n"
  "  if not given[node] then return false end\n"
  "end\n"
  "for i = 3, #KEYS do\n"
  "  local users = redis.call('HVALS', KEYS[i])\n"
  "  if #users == 0 then redis.call('SREM', KEYS[2], ARGV[i - 2]) end\n"
  "  for _, user in ipairs(users) do counts[user] = (counts[user] or 0) + 1 end\n"
  "end\n"
  "for _, user in ipairs(redis.call('HKEYS', KEYS[1])) do\n"
  "  if not counts[user] then\n"
  "    redis.call('HSET', KEYS[1], user, 0)\n"
  "    ghosts[#ghosts + 1] = user\n"
  "  end\n"
  "end\n"
  "for user, count in pairs(counts) do redis.call('HSET', KEYS[1], user, count) end\n"
  "return ghosts\n";

/* KEYS are here the counts, and what users said of themselves. */
static const char forget[] =
  /* user */
  "if redis.call('HGET', KEYS[1], ARGV[4]) ~= '0' then return 0 end\n"
  "redis.call('HDEL', KEYS[1], ARGV[4])\n"
  "redis.call('HDEL', KEYS[2], ARGV[4])\n"
  "redis.call(ARGV[1], ARGV[2], ARGV[3])\n"
  "return 1\n";

typedef enum
{
  ADD,
  REMOVE,
  TOUCH,
  RECOUNT,
  FORGET,
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
    [ADD] = { "member-add", add },          [REMOVE] = { "member-remove", remove_ },
    [TOUCH] = { "members-touch", touch },   [RECOUNT] = { "members-recount", recount },
    [FORGET] = { "member-forget", forget },
  };

  if (scripts[which] == NULL)
    scripts[which] = resonate_redis_script_new (texts[which].name, texts[which].source);

  return scripts[which];
}

/*
 * The keys
 */

/* Whether the topic alone decides about its slot by a part of it, as the rules of hash tags say. */
static gboolean
has_tag (const char *topic)
{
  const char *open = strchr (topic, '{');
  const char *close = open != NULL ? strchr (open + 1, '}') : NULL;

  return close != NULL && close > open + 1;
}

static void
add_key (ResonateRedisCommand *command,
         const ResonateRoom *room,
         const char *part,
         const char *incarnation)
{
  g_autofree char *key = NULL;

  key = g_strdup_printf (has_tag (room->topic) ? "%sm:%s:%s%s" : "%sm:{%s}:%s%s",
                         resonate_node_get_prefix (room->node), room->topic, part,
                         incarnation != NULL ? incarnation : "");
  resonate_redis_command_add_key (command, key);
}

static ResonateRedisCommand *
new_of_all (const ResonateRoom *room, Script which, const char *previous)
{
  ResonateRedisCommand *command;

  command = resonate_redis_command_new_script (script_of (which), previous != NULL ? 5 : 4);
  add_key (command, room, "n:", room->incarnation);
  add_key (command, room, "u", NULL);
  add_key (command, room, "i", NULL);
  add_key (command, room, "nodes", NULL);
  if (previous != NULL)
    add_key (command, room, "n:", previous);

  return command;
}

static void
add_envelope (ResonateRedisCommand *command, const ResonateRoom *room, GBytes *envelope)
{
  ResonateRedis *redis = resonate_node_get_redis (room->node);

  resonate_redis_command_add (command, resonate_redis_get_publish_verb (redis));
  resonate_redis_command_add (command, room->topic);
  resonate_redis_command_add_bytes (command, envelope);
}

static void
add_life (ResonateRedisCommand *command, const ResonateRoom *room)
{
  int64_t lease_us = resonate_node_get_lease_us (room->node);

  resonate_redis_command_add_int (command, LIFE_IN_LEASES * lease_us / 1000);
}

ResonateRedisCommand *
resonate_roster_command_add (const ResonateRoom *room,
                             const char *socket_id,
                             const char *user_id,
                             const char *data,
                             GBytes *envelope,
                             const char *previous)
{
  ResonateRedisCommand *command = new_of_all (room, ADD, previous);

  add_envelope (command, room, envelope);
  resonate_redis_command_add (command, room->incarnation);
  add_life (command, room);
  resonate_redis_command_add (command, socket_id);
  resonate_redis_command_add (command, user_id);
  resonate_redis_command_add (command, data);
  if (previous != NULL)
    resonate_redis_command_add (command, previous);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_remove (const ResonateRoom *room,
                                const char *socket_id,
                                const char *user_id,
                                GBytes *envelope)
{
  ResonateRedisCommand *command = new_of_all (room, REMOVE, NULL);

  add_envelope (command, room, envelope);
  resonate_redis_command_add (command, room->incarnation);
  resonate_redis_command_add (command, socket_id);
  resonate_redis_command_add (command, user_id);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_touch (const ResonateRoom *room)
{
  ResonateRedisCommand *command = new_of_all (room, TOUCH, NULL);

  add_life (command, room);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_recount (const ResonateRoom *room, GPtrArray *incarnations)
{
  ResonateRedisCommand *command;

  command = resonate_redis_command_new_script (script_of (RECOUNT), 2 + incarnations->len);
  add_key (command, room, "u", NULL);
  add_key (command, room, "nodes", NULL);
  for (unsigned int i = 0; i < incarnations->len; i++)
    add_key (command, room, "n:", incarnations->pdata[i]);
  for (unsigned int i = 0; i < incarnations->len; i++)
    resonate_redis_command_add (command, incarnations->pdata[i]);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_forget (const ResonateRoom *room, const char *user_id, GBytes *envelope)
{
  ResonateRedisCommand *command = resonate_redis_command_new_script (script_of (FORGET), 2);

  add_key (command, room, "u", NULL);
  add_key (command, room, "i", NULL);
  add_envelope (command, room, envelope);
  resonate_redis_command_add (command, user_id);

  return command;
}

/*
 * Reading
 */
ResonateRedisCommand *
resonate_roster_command_get_sockets (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("HGETALL");

  add_key (command, room, "n:", room->incarnation);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_get_users (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("HGETALL");

  add_key (command, room, "i", NULL);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_count_users (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("HLEN");

  add_key (command, room, "i", NULL);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_get_nodes (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("SMEMBERS");

  add_key (command, room, "nodes", NULL);

  return command;
}

/*
 * The rooms of a node
 */
static void
add_index (ResonateRedisCommand *command, const ResonateRoom *room)
{
  g_autofree char *key = NULL;

  key = g_strdup_printf ("%snode:%s", resonate_node_get_prefix (room->node), room->incarnation);
  resonate_redis_command_add_key (command, key);
}

ResonateRedisCommand *
resonate_roster_command_list (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("SMEMBERS");

  add_index (command, room);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_enter (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("SADD");

  add_index (command, room);
  resonate_redis_command_add (command, room->topic);

  return command;
}

ResonateRedisCommand *
resonate_roster_command_vacate (const ResonateRoom *room)
{
  ResonateRedisCommand *command = resonate_redis_command_new ("SREM");

  add_index (command, room);
  resonate_redis_command_add (command, room->topic);

  return command;
}
