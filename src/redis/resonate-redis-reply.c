/* resonate-redis-reply.c: what Redis answers, read by type
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-reply"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <hiredis.h>

#include "resonate-redis-reply-private.h"

static const char *
get_type_name (const ResonateRedisReply *self)
{
  static const char *const names[] = { "nothing", "text", "an array", "an integer",
                                       "nil",     "text", "an error" };

  return names[CLAMP (self->type, 0, (int) G_N_ELEMENTS (names) - 1)];
}

static gboolean
refuse (const ResonateRedisReply *self, const char *expected, GError **error)
{
  if (!resonate_redis_reply_check (self, error))
    return FALSE;

  g_set_error (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY,
               "Redis answered %s where %s was expected", get_type_name (self), expected);

  return FALSE;
}

static gboolean
is_text (const ResonateRedisReply *self)
{
  return self->type == REDIS_REPLY_STRING || self->type == REDIS_REPLY_STATUS;
}

void
resonate_redis_reply_free (ResonateRedisReply *self)
{
  g_return_if_fail (self != NULL);

  freeReplyObject (self);
}

gboolean
resonate_redis_reply_is_nil (const ResonateRedisReply *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->type == REDIS_REPLY_NIL;
}

gboolean
resonate_redis_reply_check (const ResonateRedisReply *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->type != REDIS_REPLY_ERROR)
    return TRUE;

  g_propagate_error (error, resonate_redis_error_new (self->str, self->len));

  return FALSE;
}

gboolean
resonate_redis_reply_get_int (const ResonateRedisReply *self, int64_t *number, GError **error)
{
  gint64 parsed;

  g_return_val_if_fail (self != NULL && number != NULL, FALSE);

  if (self->type == REDIS_REPLY_INTEGER)
    {
      *number = self->integer;
      return TRUE;
    }
  if (!is_text (self) || strlen (self->str) != self->len ||
      !g_ascii_string_to_signed (self->str, 10, G_MININT64, G_MAXINT64, &parsed, NULL))
    return refuse (self, "an integer", error);

  *number = parsed;

  return TRUE;
}

gboolean
resonate_redis_reply_get_double (const ResonateRedisReply *self, double *number, GError **error)
{
  double parsed;
  char *end;

  g_return_val_if_fail (self != NULL && number != NULL, FALSE);

  if (self->type == REDIS_REPLY_INTEGER)
    {
      *number = (double) self->integer;
      return TRUE;
    }
  if (!is_text (self) || self->len == 0)
    return refuse (self, "a number", error);

  parsed = g_ascii_strtod (self->str, &end);
  if (end != self->str + self->len)
    return refuse (self, "a number", error);

  *number = parsed;

  return TRUE;
}

const char *
resonate_redis_reply_get_text (const ResonateRedisReply *self, size_t *length, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!is_text (self))
    {
      refuse (self, "text", error);
      return NULL;
    }

  if (length != NULL)
    *length = self->len;

  return self->str;
}

GBytes *
resonate_redis_reply_dup_bytes (const ResonateRedisReply *self, GError **error)
{
  size_t length;
  const char *text = resonate_redis_reply_get_text (self, &length, error);

  return text != NULL ? g_bytes_new (text, length) : NULL;
}

GBytes *
resonate_redis_reply_steal_bytes (ResonateRedisReply *self, GError **error)
{
  size_t length;
  const char *text = resonate_redis_reply_get_text (self, &length, error);
  char *taken;

  if (text == NULL)
    return NULL;

  /* hiredis took it from malloc (), and frees what is left of the reply without it. */
  taken = g_steal_pointer (&self->str);
  self->type = REDIS_REPLY_NIL;

  return g_bytes_new_with_free_func (taken, length, free, taken);
}

gboolean
resonate_redis_reply_get_length (const ResonateRedisReply *self, size_t *length, GError **error)
{
  g_return_val_if_fail (self != NULL && length != NULL, FALSE);

  if (self->type != REDIS_REPLY_ARRAY && self->type != REDIS_REPLY_NIL)
    return refuse (self, "an array", error);

  *length = self->type == REDIS_REPLY_ARRAY ? self->elements : 0;

  return TRUE;
}

ResonateRedisReply *
resonate_redis_reply_get_element (const ResonateRedisReply *self, size_t i)
{
  g_return_val_if_fail (self != NULL && self->type == REDIS_REPLY_ARRAY, NULL);
  g_return_val_if_fail (i < self->elements, NULL);

  return self->element[i];
}

ResonateRedisReply *
resonate_redis_reply_get_member (const ResonateRedisReply *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  if (self->type != REDIS_REPLY_ARRAY)
    return NULL;

  for (size_t i = 0; i + 1 < self->elements; i += 2)
    {
      const ResonateRedisReply *key = self->element[i];

      if (is_text (key) && key->len == strlen (name) && memcmp (key->str, name, key->len) == 0)
        return self->element[i + 1];
    }

  return NULL;
}
