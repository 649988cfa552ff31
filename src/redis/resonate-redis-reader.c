/* resonate-redis-reader.c: replies from bytes, with a bound
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-reader"

#include "config.h"

#include <hiredis.h>

#include "resonate-redis-reader-private.h"

struct _ResonateRedisReader
{
  redisReader *reader;
  redisReplyObjectFunctions usual;   /* hiredis' own */
  redisReplyObjectFunctions bounded; /* which ask first */
  size_t max_size;
  size_t size; /* of the reply that is being read */
  gboolean is_too_big;
};

/* hiredis takes %NULL for memory that has run out, and ends the reply. */
static gboolean
take (const redisReadTask *task, size_t size)
{
  ResonateRedisReader *self = task->privdata;

  if (size > self->max_size - self->size)
    {
      self->is_too_big = TRUE;
      return FALSE;
    }

  self->size += size;

  return TRUE;
}

static ResonateRedisReader *
get_self (const redisReadTask *task)
{
  return task->privdata;
}

static void *
create_string (const redisReadTask *task, char *text, size_t length)
{
  if (!take (task, length) || !take (task, sizeof (redisReply)))
    return NULL;

  return get_self (task)->usual.createString (task, text, length);
}

static void *
create_array (const redisReadTask *task, int n_elements)
{
  /* Room for all of them is made before the first one is there. */
  if (!take (task, (size_t) n_elements * sizeof (redisReply *)) ||
      !take (task, sizeof (redisReply)))
    return NULL;

  return get_self (task)->usual.createArray (task, n_elements);
}

static void *
create_integer (const redisReadTask *task, long long number)
{
  return take (task, sizeof (redisReply)) ? get_self (task)->usual.createInteger (task, number)
                                          : NULL;
}

static void *
create_nil (const redisReadTask *task)
{
  return take (task, sizeof (redisReply)) ? get_self (task)->usual.createNil (task) : NULL;
}

ResonateRedisReader *
resonate_redis_reader_new (size_t max_size)
{
  ResonateRedisReader *self = g_new0 (ResonateRedisReader, 1);

  self->max_size = max_size;
  self->reader = redisReaderCreate ();
  g_assert (self->reader != NULL);
  self->usual = *self->reader->fn;
  self->bounded = self->usual;
  self->bounded.createString = create_string;
  self->bounded.createArray = create_array;
  self->bounded.createInteger = create_integer;
  self->bounded.createNil = create_nil;
  self->reader->fn = &self->bounded;
  self->reader->privdata = self;

  return self;
}

void
resonate_redis_reader_free (ResonateRedisReader *self)
{
  g_return_if_fail (self != NULL);

  redisReaderFree (self->reader);
  g_free (self);
}

void
resonate_redis_reader_feed (ResonateRedisReader *self, const char *data, size_t length)
{
  g_return_if_fail (self != NULL && data != NULL);

  redisReaderFeed (self->reader, data, length);
}

gboolean
resonate_redis_reader_next (ResonateRedisReader *self, ResonateRedisReply **reply, GError **error)
{
  void *object = NULL;

  g_return_val_if_fail (self != NULL && reply != NULL, FALSE);

  if (redisReaderGetReply (self->reader, &object) != REDIS_OK)
    {
      if (self->is_too_big)
        g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                     "Redis sent a reply of more than %" G_GSIZE_FORMAT " bytes", self->max_size);
      else
        g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                     "What was sent is no reply of Redis: %s", self->reader->errstr);
      return FALSE;
    }

  *reply = object;
  if (object != NULL)
    {
      self->size = 0;
      return TRUE;
    }

  /* A text is not made before all of it is there, but it is kept. */
  if (self->reader->len - self->reader->pos > self->max_size - self->size)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                   "Redis sent a reply of more than %" G_GSIZE_FORMAT " bytes", self->max_size);
      return FALSE;
    }

  return TRUE;
}
