/* resonate-redis-store-script.c: what a Redis does in one piece
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-redis-store-script-private.h"

/* A row is a hash, and the index of its table has its key: in a set, or with the time at which it
 * expires in a sorted set, so that neither counting nor reading looks at other keys. Lua's numbers
 * are doubles, so integers stay text here, and are added by Redis. Time is that of the server.
 *
 * KEYS[1] is the index, ARGV[1] how long rows stay, 0 for ever; what has expired leaves the index
 * first. */
#define ROWS                                                                      \
  "local index, ttl, now = KEYS[1], tonumber(ARGV[1]), 0\n"                       \
  "if ttl > 0 then\n"                                                             \
  "  local t = redis.call('TIME')\n"                                              \
  "  now = t[1] * 1000 + math.floor(t[2] / 1000)\n"                               \
  "  redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', now))\n" \
  "end\n"                                                                         \
  "local function count()\n"                                                      \
  "  return redis.call(ttl > 0 and 'ZCARD' or 'SCARD', index)\n"                  \
  "end\n"                                                                         \
  "local function has(key)\n"                                                     \
  "  if ttl > 0 then return redis.call('ZSCORE', index, key) ~= false end\n"      \
  "  return redis.call('SISMEMBER', index, key) == 1\n"                           \
  "end\n"                                                                         \
  "local function add(row, key)\n"                                                \
  "  if ttl > 0 then\n"                                                           \
  "    redis.call('ZADD', index, string.format('%.0f', now + ttl), key)\n"        \
  "    redis.call('PEXPIRE', row, ARGV[1])\n"                                     \
  "  else\n"                                                                      \
  "    redis.call('SADD', index, key)\n"                                          \
  "  end\n"                                                                       \
  "end\n"                                                                         \
  "local function full(key)\n"                                                    \
  "  return not has(key) and count() >= tonumber(ARGV[2])\n"                      \
  "end\n"

static const char *const sources[] = {
  /* KEYS: index, rows. ARGV: ttl, capacity, whether to replace; for each row its key, the number of
   * words, and the words: column, value. */
  [RESONATE_REDIS_STORE_ROW_SET] = ROWS
  "local at, new, seen = 4, 0, {}\n"
  "for i = 2, #KEYS do\n"
  "  local key = ARGV[at]\n"
  "  if not seen[key] and not has(key) then new = new + 1 end\n"
  "  seen[key] = true\n"
  "  at = at + 2 + ARGV[at + 1]\n"
  "end\n"
  "if new > 0 and count() + new > tonumber(ARGV[2]) then return {2} end\n"
  "at = 4\n"
  "for i = 2, #KEYS do\n"
  "  local n = tonumber(ARGV[at + 1])\n"
  "  if ARGV[3] == '1' then redis.call('DEL', KEYS[i]) end\n"
  "  redis.call('HSET', KEYS[i], unpack(ARGV, at + 2, at + 1 + n))\n"
  "  add(KEYS[i], ARGV[at])\n"
  "  at = at + 2 + n\n"
  "end\n"
  "return {0}\n",

  /* KEYS: index, rows. ARGV: ttl, the keys of the rows. */
  [RESONATE_REDIS_STORE_ROW_DEL] = ROWS
  "local existed = 0\n"
  "for i = 2, #KEYS do\n"
  "  existed = existed + redis.call('UNLINK', KEYS[i])\n"
  "  redis.call(ttl > 0 and 'ZREM' or 'SREM', index, ARGV[i])\n"
  "end\n"
  "return {existed > 0 and 0 or 1}\n",

  /* KEYS: index, row. ARGV: ttl, capacity, key, column, type, what is added. */
  [RESONATE_REDIS_STORE_ROW_INCR] = ROWS
  "if full(ARGV[3]) then return {2} end\n"
  "if ARGV[5] == 'x' then\n"
  "  local sum = redis.pcall('HINCRBY', KEYS[2], ARGV[4], ARGV[6])\n"
  "  if type(sum) == 'table' then\n"
  "    if string.find(sum.err, 'overflow', 1, true) then return {3} end\n"
  "    return sum\n"
  "  end\n"
  "else\n"
  "  local sum = tonumber(redis.call('HGET', KEYS[2], ARGV[4]) or '0') + tonumber(ARGV[6])\n"
  "  if sum ~= sum or sum == math.huge or sum == -math.huge then return {3} end\n"
  "  redis.call('HSET', KEYS[2], ARGV[4], string.format('%.17g', sum))\n"
  "end\n"
  "add(KEYS[2], ARGV[3])\n"
  "return {0, redis.call('HGET', KEYS[2], ARGV[4])}\n",

  /* KEYS: index, row. ARGV: ttl, capacity, key, column, type, value, zero of the type, and what is
   * expected, unless there is to be no row. */
  [RESONATE_REDIS_STORE_ROW_CAS] = ROWS
  "if redis.call('EXISTS', KEYS[2]) == 0 then\n"
  "  if ARGV[8] then return {1} end\n"
  "  if full(ARGV[3]) then return {2} end\n"
  "else\n"
  "  if not ARGV[8] then return {1} end\n"
  "  local old, expected = redis.call('HGET', KEYS[2], ARGV[4]) or ARGV[7], ARGV[8]\n"
  "  if ARGV[5] == 'd' then old, expected = tonumber(old), tonumber(expected) end\n"
  "  if old ~= expected then return {1} end\n"
  "end\n"
  "redis.call('HSET', KEYS[2], ARGV[4], ARGV[6])\n"
  "add(KEYS[2], ARGV[3])\n"
  "return {0}\n",

  /* KEYS: index. ARGV: ttl. */
  [RESONATE_REDIS_STORE_ROW_COUNT] = ROWS "return {0, count()}\n",

  /* KEYS: counter. ARGV: what is added, the bound. */
  [RESONATE_REDIS_STORE_COUNTER_BOUNDED] =
    "local function greater(a, b)\n"
    "  local a_is_less, b_is_less = string.sub(a, 1, 1) == '-', string.sub(b, 1, 1) == '-'\n"
    "  if a_is_less ~= b_is_less then return b_is_less end\n"
    "  if a_is_less then a, b = string.sub(b, 2), string.sub(a, 2) end\n"
    "  if #a ~= #b then return #a > #b end\n"
    "  return a > b\n"
    "end\n"
    "local old = redis.call('GET', KEYS[1])\n"
    "local sum = redis.pcall('INCRBY', KEYS[1], ARGV[1])\n"
    "if type(sum) == 'table' then\n"
    "  if not string.find(sum.err, 'overflow', 1, true) then return sum end\n"
    "  return {string.sub(ARGV[1], 1, 1) == '-' and 3 or 1, old or '0'}\n"
    "end\n"
    "local new = redis.call('GET', KEYS[1])\n"
    "if not greater(new, ARGV[2]) then return {0, new} end\n"
    "if old then redis.call('SET', KEYS[1], old, 'KEEPTTL') else redis.call('DEL', KEYS[1]) end\n"
    "return {1, old or '0'}\n",

  /* KEYS: counter. ARGV: what is expected, the value. */
  [RESONATE_REDIS_STORE_COUNTER_CAS] =
    "if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return {1} end\n"
    "redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')\n"
    "return {0}\n",
};

static const char *const names[] = {
  [RESONATE_REDIS_STORE_ROW_SET] = "row-set",
  [RESONATE_REDIS_STORE_ROW_DEL] = "row-del",
  [RESONATE_REDIS_STORE_ROW_INCR] = "row-incr",
  [RESONATE_REDIS_STORE_ROW_CAS] = "row-cas",
  [RESONATE_REDIS_STORE_ROW_COUNT] = "row-count",
  [RESONATE_REDIS_STORE_COUNTER_BOUNDED] = "counter-bounded",
  [RESONATE_REDIS_STORE_COUNTER_CAS] = "counter-cas",
};

G_STATIC_ASSERT (G_N_ELEMENTS (sources) == RESONATE_REDIS_STORE_N_SCRIPTS);
G_STATIC_ASSERT (G_N_ELEMENTS (names) == RESONATE_REDIS_STORE_N_SCRIPTS);

ResonateRedisScript *
resonate_redis_store_script_new (ResonateRedisStoreScript which)
{
  return resonate_redis_script_new (names[which], sources[which]);
}
