/* resonate-redis-slots.c: which of the slots of a Redis Cluster a key is in, and who has it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-slots"

#include "config.h"

#include <string.h>

#include "resonate-redis-slots-private.h"

/* More masters than Redis recommends; an index of them fits a byte and more does not. */
#define MAX_HOSTS 1000

struct _ResonateRedisSlots
{
  GPtrArray *hosts;                      /* (element-type ResonateRedisHost) */
  guint16 owner[RESONATE_REDIS_N_SLOTS]; /* 1 + index into hosts; 0 is nobody known */
};

/* CRC-16/XMODEM: the polynomial 0x1021, from zero, nothing turned around. */
static guint16
crc16 (const char *text, size_t length)
{
  guint16 crc = 0;

  for (size_t i = 0; i < length; i++)
    {
      crc ^= (guint16) ((guint8) text[i] << 8);
      for (int bit = 0; bit < 8; bit++)
        crc = (guint16) ((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
    }

  return crc;
}

unsigned int
resonate_redis_slot_of (const char *key, size_t length)
{
  const char *open;
  const char *close;

  g_return_val_if_fail (key != NULL, 0);

  open = memchr (key, '{', length);
  close = open != NULL ? memchr (open, '}', length - (size_t) (open - key)) : NULL;
  if (close != NULL && close > open + 1)
    return crc16 (open + 1, (size_t) (close - open - 1)) % RESONATE_REDIS_N_SLOTS;

  return crc16 (key, length) % RESONATE_REDIS_N_SLOTS;
}

gboolean
resonate_redis_slot_of_command (const ResonateRedisCommand *command, int *slot, GError **error)
{
  unsigned int n;

  g_return_val_if_fail (command != NULL && slot != NULL, FALSE);

  *slot = -1;
  n = resonate_redis_command_get_n_keys (command);
  for (unsigned int i = 0; i < n; i++)
    {
      size_t length;
      const char *key = resonate_redis_command_get_key (command, i, &length);
      int other = (int) resonate_redis_slot_of (key, length);

      if (*slot >= 0 && other != *slot)
        {
          g_autofree char *one =
            g_utf8_make_valid (resonate_redis_command_get_key (command, 0, NULL), -1);
          g_autofree char *two = g_utf8_make_valid (key, (gssize) length);

          g_set_error (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_CROSSSLOT,
                       "The keys “%s” and “%s” are not in one slot of the Cluster; a part in "
                       "braces that both have puts them there",
                       one, two);
          return FALSE;
        }

      *slot = other;
    }

  return TRUE;
}

ResonateRedisHost *
resonate_redis_slots_read_redirect (const char *text,
                                    const ResonateRedisHost *from,
                                    unsigned int *slot)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *host = NULL;
  const char *colon;
  unsigned int n;
  guint64 number;
  guint64 port;

  g_return_val_if_fail (text != NULL && from != NULL && slot != NULL, NULL);

  words = g_strsplit (text, " ", -1);
  n = g_strv_length (words);
  if (n < 3 ||
      !g_ascii_string_to_unsigned (words[n - 2], 10, 0, RESONATE_REDIS_N_SLOTS - 1, &number, NULL))
    return NULL;

  /* The last colon: an IPv6 address has no brackets here. */
  colon = strrchr (words[n - 1], ':');
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
    return NULL;

  *slot = (unsigned int) number;
  host = g_strndup (words[n - 1], (size_t) (colon - words[n - 1]));

  return resonate_redis_host_new (host[0] != '\0' ? host : from->host, (uint16_t) port);
}

ResonateRedisSlots *
resonate_redis_slots_new (void)
{
  ResonateRedisSlots *self = g_new0 (ResonateRedisSlots, 1);

  self->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_redis_host_free);

  return self;
}

void
resonate_redis_slots_free (ResonateRedisSlots *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->hosts);
  g_free (self);
}

/* Returns 1 + its index; 0 when there are too many. */
static guint16
add_host (ResonateRedisSlots *self, const ResonateRedisHost *host)
{
  unsigned int i;

  if (g_ptr_array_find_with_equal_func (self->hosts, host, (GEqualFunc) resonate_redis_host_equal,
                                        &i))
    return (guint16) (i + 1);
  if (self->hosts->len >= MAX_HOSTS)
    return 0;

  g_ptr_array_add (self->hosts, resonate_redis_host_copy (host));

  return (guint16) self->hosts->len;
}

/* FIRST LAST [HOST PORT …] and replicas, which nobody asks. */
static gboolean
read_range (ResonateRedisSlots *self,
            const ResonateRedisReply *range,
            const ResonateRedisHost *from,
            GError **error)
{
  g_autoptr (ResonateRedisHost) host = NULL;
  const ResonateRedisReply *node;
  const ResonateRedisReply *name;
  const char *text = from->host;
  int64_t first, last, port;
  size_t length;
  guint16 owner;

  if (!resonate_redis_reply_get_length (range, &length, error))
    return FALSE;
  if (length < 3)
    {
      g_set_error_literal (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY,
                           "A range of CLUSTER SLOTS has no master");
      return FALSE;
    }

  node = resonate_redis_reply_get_element (range, 2);
  if (!resonate_redis_reply_get_int (resonate_redis_reply_get_element (range, 0), &first, error) ||
      !resonate_redis_reply_get_int (resonate_redis_reply_get_element (range, 1), &last, error) ||
      !resonate_redis_reply_get_length (node, &length, error))
    return FALSE;
  if (length < 2 || first < 0 || last < first || last >= RESONATE_REDIS_N_SLOTS ||
      !resonate_redis_reply_get_int (resonate_redis_reply_get_element (node, 1), &port, NULL) ||
      port < 1 || port > G_MAXUINT16)
    {
      g_set_error_literal (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_REPLY,
                           "A range of CLUSTER SLOTS is none");
      return FALSE;
    }

  /* Nil or nothing: whoever was asked. */
  name = resonate_redis_reply_get_element (node, 0);
  if (!resonate_redis_reply_is_nil (name))
    text = resonate_redis_reply_get_text (name, NULL, error);
  if (text == NULL)
    return FALSE;

  host = resonate_redis_host_new (text[0] != '\0' ? text : from->host, (uint16_t) port);
  owner = add_host (self, host);
  for (int64_t slot = first; slot <= last; slot++)
    self->owner[slot] = owner;

  return TRUE;
}

gboolean
resonate_redis_slots_read (ResonateRedisSlots *self,
                           const ResonateRedisReply *reply,
                           const ResonateRedisHost *from,
                           GError **error)
{
  g_autoptr (ResonateRedisSlots) read = resonate_redis_slots_new ();
  size_t length;

  g_return_val_if_fail (self != NULL && reply != NULL && from != NULL, FALSE);

  if (!resonate_redis_reply_get_length (reply, &length, error))
    return FALSE;
  for (size_t i = 0; i < length; i++)
    if (!read_range (read, resonate_redis_reply_get_element (reply, i), from, error))
      return FALSE;

  g_ptr_array_unref (self->hosts);
  self->hosts = g_ptr_array_ref (read->hosts);
  memcpy (self->owner, read->owner, sizeof self->owner);

  return TRUE;
}

void
resonate_redis_slots_set (ResonateRedisSlots *self,
                          unsigned int slot,
                          const ResonateRedisHost *host)
{
  g_return_if_fail (self != NULL && slot < RESONATE_REDIS_N_SLOTS && host != NULL);

  self->owner[slot] = add_host (self, host);
}

const ResonateRedisHost *
resonate_redis_slots_get (const ResonateRedisSlots *self, unsigned int slot)
{
  g_return_val_if_fail (self != NULL && slot < RESONATE_REDIS_N_SLOTS, NULL);

  return self->owner[slot] > 0 ? self->hosts->pdata[self->owner[slot] - 1] : NULL;
}

GPtrArray *
resonate_redis_slots_get_hosts (const ResonateRedisSlots *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->hosts;
}
