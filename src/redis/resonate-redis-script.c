/* resonate-redis-script.c: a Lua script that Redis runs as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-script"

#include "config.h"

#include "resonate-redis-script-private.h"

struct _ResonateRedisScript
{
  grefcount references;
  const char *name;
  const char *source;
  char *digest;
};

ResonateRedisScript *
resonate_redis_script_new (const char *name, const char *source)
{
  ResonateRedisScript *self;

  g_return_val_if_fail (name != NULL && source != NULL, NULL);

  self = g_new0 (ResonateRedisScript, 1);
  g_ref_count_init (&self->references);
  self->name = name;
  self->source = source;
  self->digest = g_compute_checksum_for_string (G_CHECKSUM_SHA1, source, -1);

  return self;
}

ResonateRedisScript *
resonate_redis_script_ref (ResonateRedisScript *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->references);

  return self;
}

void
resonate_redis_script_unref (ResonateRedisScript *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->references))
    return;

  g_free (self->digest);
  g_free (self);
}

const char *
resonate_redis_script_get_name (const ResonateRedisScript *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

const char *
resonate_redis_script_get_source (const ResonateRedisScript *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->source;
}

const char *
resonate_redis_script_get_digest (const ResonateRedisScript *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->digest;
}
