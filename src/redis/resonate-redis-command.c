/* resonate-redis-command.c: what is said to Redis: words, some of which are keys
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-command"

#include "config.h"

#include <string.h>

#include <hiredis.h>

#include "resonate-redis-command-private.h"

/* Digits, a sign and the NUL. */
#define NUMBER_SIZE 24

typedef struct
{
  size_t start;
  size_t length;
} Word;

/* All words lie in one text, so that a command is three pieces of memory however long it is. Keys
 * follow each other in every command of ours. */
struct _ResonateRedisCommand
{
  grefcount references;
  ResonateRedisScript *script; /* (nullable) */
  GByteArray *text;            /* each word and a NUL */
  GArray *words;
  unsigned int first_key;
  unsigned int n_keys;
  unsigned int n_script_keys; /* that were announced */
};

static ResonateRedisCommand *
command_new (void)
{
  ResonateRedisCommand *self = g_new0 (ResonateRedisCommand, 1);

  g_ref_count_init (&self->references);
  self->text = g_byte_array_sized_new (64);
  self->words = g_array_sized_new (FALSE, FALSE, sizeof (Word), 4);

  return self;
}

ResonateRedisCommand *
resonate_redis_command_new (const char *name)
{
  ResonateRedisCommand *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = command_new ();
  resonate_redis_command_add (self, name);

  return self;
}

ResonateRedisCommand *
resonate_redis_command_new_words (const char *name, ...)
{
  ResonateRedisCommand *self = resonate_redis_command_new (name);
  const char *word;
  va_list words;

  va_start (words, name);
  while ((word = va_arg (words, const char *)) != NULL)
    resonate_redis_command_add (self, word);
  va_end (words);

  return self;
}

ResonateRedisCommand *
resonate_redis_command_new_script (ResonateRedisScript *script, unsigned int n_keys)
{
  ResonateRedisCommand *self;

  g_return_val_if_fail (script != NULL, NULL);

  self = command_new ();
  self->script = resonate_redis_script_ref (script);
  self->n_script_keys = n_keys;
  resonate_redis_command_add_int (self, n_keys);

  return self;
}

ResonateRedisCommand *
resonate_redis_command_ref (ResonateRedisCommand *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->references);

  return self;
}

void
resonate_redis_command_unref (ResonateRedisCommand *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->references))
    return;

  g_array_unref (self->words);
  g_byte_array_unref (self->text);
  g_clear_pointer (&self->script, resonate_redis_script_unref);
  g_free (self);
}

void
resonate_redis_command_add_data (ResonateRedisCommand *self, gconstpointer data, size_t length)
{
  static const guint8 nul = 0;
  Word word;

  g_return_if_fail (self != NULL);
  g_return_if_fail (data != NULL || length == 0);
  g_return_if_fail (length < G_MAXINT - self->text->len - 1);

  word.start = self->text->len;
  word.length = length;
  if (length > 0)
    g_byte_array_append (self->text, data, (guint) length);
  g_byte_array_append (self->text, &nul, 1);
  g_array_append_val (self->words, word);
}

void
resonate_redis_command_add (ResonateRedisCommand *self, const char *text)
{
  g_return_if_fail (text != NULL);

  resonate_redis_command_add_data (self, text, strlen (text));
}

void
resonate_redis_command_add_bytes (ResonateRedisCommand *self, GBytes *bytes)
{
  size_t length;
  gconstpointer data;

  g_return_if_fail (bytes != NULL);

  data = g_bytes_get_data (bytes, &length);
  resonate_redis_command_add_data (self, data, length);
}

void
resonate_redis_command_add_int (ResonateRedisCommand *self, int64_t number)
{
  char text[NUMBER_SIZE];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, (gint64) number);
  resonate_redis_command_add (self, text);
}

void
resonate_redis_command_add_double (ResonateRedisCommand *self, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  resonate_redis_command_add (self, g_ascii_formatd (text, sizeof text, "%.17g", number));
}

void
resonate_redis_command_add_key_data (ResonateRedisCommand *self, gconstpointer key, size_t length)
{
  g_return_if_fail (self != NULL);

  if (self->n_keys == 0)
    self->first_key = self->words->len;
  g_return_if_fail (self->first_key + self->n_keys == self->words->len);

  resonate_redis_command_add_data (self, key, length);
  self->n_keys++;
}

void
resonate_redis_command_add_key (ResonateRedisCommand *self, const char *key)
{
  g_return_if_fail (key != NULL);

  resonate_redis_command_add_key_data (self, key, strlen (key));
}

ResonateRedisScript *
resonate_redis_command_get_script (const ResonateRedisCommand *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->script;
}

unsigned int
resonate_redis_command_get_length (const ResonateRedisCommand *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->words->len;
}

const char *
resonate_redis_command_get (const ResonateRedisCommand *self, unsigned int i, size_t *length)
{
  const Word *word;

  g_return_val_if_fail (self != NULL && i < self->words->len, NULL);

  word = &g_array_index (self->words, Word, i);
  if (length != NULL)
    *length = word->length;

  return (const char *) self->text->data + word->start;
}

unsigned int
resonate_redis_command_get_n_keys (const ResonateRedisCommand *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_keys;
}

const char *
resonate_redis_command_get_key (const ResonateRedisCommand *self, unsigned int i, size_t *length)
{
  g_return_val_if_fail (self != NULL && i < self->n_keys, NULL);

  return resonate_redis_command_get (self, self->first_key + i, length);
}

size_t
resonate_redis_command_get_size (const ResonateRedisCommand *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return sizeof *self + self->text->len + self->words->len * sizeof (Word);
}

void
resonate_redis_command_write (const ResonateRedisCommand *self,
                              gboolean with_source,
                              GByteArray *out)
{
  unsigned int n_words;
  unsigned int n = 0;
  g_autofree const char **words = NULL;
  g_autofree size_t *lengths = NULL;
  sds line = NULL;
  int length;

  g_return_if_fail (self != NULL && out != NULL);
  g_return_if_fail (self->script == NULL || self->n_keys == self->n_script_keys);

  n_words = self->words->len + (self->script != NULL ? 2 : 0);
  words = g_new (const char *, n_words);
  lengths = g_new (size_t, n_words);
  if (self->script != NULL)
    {
      words[0] = with_source ? "EVAL" : "EVALSHA";
      words[1] = with_source ? resonate_redis_script_get_source (self->script)
                             : resonate_redis_script_get_digest (self->script);
      for (; n < 2; n++)
        lengths[n] = strlen (words[n]);
    }
  for (unsigned int i = 0; i < self->words->len; i++, n++)
    words[n] = resonate_redis_command_get (self, i, &lengths[n]);

  length = redisFormatSdsCommandArgv (&line, (int) n_words, words, lengths);
  /* Memory that ran out ends a program of GLib everywhere else, too. */
  g_assert (length > 0);
  g_byte_array_append (out, (const guint8 *) line, (guint) length);
  redisFreeSdsCommand (line);
}
