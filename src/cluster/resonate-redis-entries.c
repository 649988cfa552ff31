/* resonate-redis-entries.c: entries of streams, as Redis answers them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-entries"

#include "config.h"

#include <string.h>

#include "resonate-redis-entries-private.h"

#include "resonate-delivery-private.h"
#include "resonate-store-error.h"

gboolean
resonate_redis_entries_is_id (const char *text)
{
  size_t n = strspn (text, "0123456789");
  size_t m;

  if (n == 0 || text[n] != '-')
    return FALSE;

  m = strspn (text + n + 1, "0123456789");

  return m > 0 && text[n + 1 + m] == '\0';
}

char *
resonate_redis_entries_dup_id (const ResonateRedisReply *reply, GError **error)
{
  const char *text = resonate_redis_reply_get_text (reply, NULL, error);

  if (text == NULL)
    return NULL;

  if (!resonate_redis_entries_is_id (text))
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL,
                   "“%s” is no id of an entry", text);
      return NULL;
    }

  return g_strdup (text);
}

/* (transfer floating): a{say}. A name that is no text is nobody's who could ask for it. */
static GVariant *
read_fields (const ResonateRedisReply *reply, size_t length)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{say}"));

  for (size_t i = 0; i + 1 < length; i += 2)
    {
      size_t size;
      const char *name = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, i),
                                                        &size, NULL);
      g_autoptr (GBytes) value =
        resonate_redis_reply_dup_bytes (resonate_redis_reply_get_element (reply, i + 1), NULL);

      if (name != NULL && value != NULL && g_utf8_validate_len (name, size, NULL))
        g_variant_builder_add (&builder, "{s@ay}", name,
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, value, TRUE));
    }

  return g_variant_builder_end (&builder);
}

gboolean
resonate_redis_entries_read (const ResonateRedisReply *reply,
                             const char *stream,
                             GPtrArray *deliveries,
                             GError **error)
{
  size_t n_entries;

  if (!resonate_redis_reply_get_length (reply, &n_entries, error))
    return FALSE;

  for (size_t i = 0; i < n_entries; i++)
    {
      const ResonateRedisReply *entry = resonate_redis_reply_get_element (reply, i);
      const ResonateRedisReply *fields;
      g_autofree char *id = NULL;
      size_t length;

      if (resonate_redis_reply_is_nil (entry))
        continue;

      if (!resonate_redis_reply_get_length (entry, &length, error))
        return FALSE;
      if (length != 2)
        {
          g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_PROTOCOL,
                       "An entry of “%s” has not two parts", stream);
          return FALSE;
        }

      id = resonate_redis_entries_dup_id (resonate_redis_reply_get_element (entry, 0), error);
      if (id == NULL)
        return FALSE;

      fields = resonate_redis_reply_get_element (entry, 1);
      if (resonate_redis_reply_is_nil (fields))
        continue;
      if (!resonate_redis_reply_get_length (fields, &length, error))
        return FALSE;

      g_ptr_array_add (deliveries,
                       resonate_delivery_new (stream, id, read_fields (fields, length), 1));
    }

  return TRUE;
}
