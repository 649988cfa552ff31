/* resonate-finding.c: what several nodes say of one channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-finding"

#include "config.h"

#include "resonate-finding-private.h"

#include <string.h>

#include "../base/resonate-json-writer-private.h"
#include "resonate-channel-kind-private.h"

#define LARGEST_COUNT ((uint64_t) 1 << 40)

static gboolean
take_count (const ResonateJsonValue *value, uint64_t *count)
{
  if (value->text == NULL)
    return TRUE;
  if (value->kind != RESONATE_JSON_NUMBER)
    return FALSE;

  for (size_t i = 0; i < value->length; i++)
    {
      if (!g_ascii_isdigit (value->text[i]) || *count >= LARGEST_COUNT)
        return FALSE;
      *count = *count * 10 + (uint64_t) (value->text[i] - '0');
    }

  return TRUE;
}

static gboolean
are_ids (const ResonateJsonValue *users)
{
  ResonateJsonIter iter;
  ResonateJsonValue id;

  if (users->kind != RESONATE_JSON_ARRAY)
    return FALSE;

  resonate_json_iter_init (&iter, users);
  while (resonate_json_iter_next_element (&iter, &id))
    {
      if (!resonate_id_set_may_hold (&id))
        return FALSE;
    }

  return TRUE;
}

const char *
resonate_facts_read (ResonateFacts *self, const ResonateJsonValue *object)
{
  static const char *const names[] = { "occupied", "user_count", "subscription_count",
                                       "cache",    "users",      "cache_left" };
  ResonateJsonValue values[G_N_ELEMENTS (names)];
  gboolean is_list = object->kind == RESONATE_JSON_ARRAY && resonate_json_is_empty (object);

  *self = (ResonateFacts){ 0 };
  if (object->kind != RESONATE_JSON_OBJECT && !is_list)
    return "what is said of a channel is no object";

  resonate_json_get_members (object, names, values, G_N_ELEMENTS (names));
  if (!take_count (&values[1], &self->n_users) ||
      !take_count (&values[2], &self->n_subscriptions) ||
      !take_count (&values[5], &self->cache_left_ms))
    return "a count that is none";

  self->has_users = values[4].text != NULL;
  if (self->has_users && !are_ids (&values[4]))
    return "users that have no ids";

  /* Only a channel that somebody is on has a count. */
  self->is_occupied = values[1].text != NULL || values[2].text != NULL;
  if (values[0].text != NULL)
    self->is_occupied = values[0].kind == RESONATE_JSON_TRUE;
  self->users = values[4];
  self->cache = values[3];

  return NULL;
}

ResonateFinding *
resonate_finding_new (const char *name)
{
  ResonateFinding *self = g_new0 (ResonateFinding, 1);

  self->name = g_strdup (name);

  return self;
}

void
resonate_finding_free (ResonateFinding *self)
{
  g_clear_pointer (&self->cache, g_free);
  g_clear_pointer (&self->users, resonate_id_set_free);
  g_clear_pointer (&self->name, g_free);
  g_free (self);
}

static size_t
add_users (ResonateFinding *self, const ResonateJsonValue *users)
{
  ResonateJsonIter iter;
  ResonateJsonValue id;
  size_t bytes = 0;

  if (self->users == NULL)
    self->users = resonate_id_set_new ();

  resonate_json_iter_init (&iter, users);
  while (resonate_json_iter_next_element (&iter, &id))
    bytes += resonate_id_set_add (self->users, &id);

  return bytes;
}

/* Several nodes keep the last event that they were sent; the one that will keep it longest has been
 * sent it last. Who does not say how long it will is believed when nobody else is there. */
static size_t
add_cache (ResonateFinding *self, const ResonateFacts *facts)
{
  size_t before = self->cache != NULL ? strlen (self->cache) : 0;

  if (self->cache != NULL && facts->cache_left_ms <= self->cache_left_ms)
    return 0;

  g_free (self->cache);
  self->cache = resonate_json_dup_text (&facts->cache);
  self->cache_left_ms = facts->cache_left_ms;

  return facts->cache.length > before ? facts->cache.length - before : 0;
}

size_t
resonate_finding_add (ResonateFinding *self, const ResonateFacts *facts)
{
  size_t bytes = 0;

  self->is_occupied = self->is_occupied || facts->is_occupied;
  self->n_subscriptions += facts->n_subscriptions;
  if (facts->has_users)
    bytes += add_users (self, &facts->users);
  else
    self->n_users += facts->n_users;
  if (facts->cache.text != NULL)
    bytes += add_cache (self, facts);

  return bytes;
}

static uint64_t
count_users (const ResonateFinding *self)
{
  return self->n_users + (self->users != NULL ? resonate_id_set_get_size (self->users) : 0);
}

void
resonate_finding_append_info (const ResonateFinding *self,
                              const char *name,
                              ResonateInfo wanted,
                              GString *out)
{
  ResonateChannelKind kind = resonate_channel_kind_from_name (name);
  gboolean presence = resonate_channel_kind_is_presence (kind);
  gboolean is_occupied = self != NULL && self->is_occupied;

  g_string_append_c (out, '{');
  if (wanted & RESONATE_INFO_OCCUPIED)
    {
      resonate_json_append_name (out, "occupied");
      g_string_append (out, is_occupied ? "true" : "false");
    }
  if (wanted & RESONATE_INFO_USER_COUNT && is_occupied && presence)
    {
      resonate_json_append_name (out, "user_count");
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, count_users (self));
    }
  if (wanted & RESONATE_INFO_SUBSCRIPTION_COUNT && is_occupied && !presence)
    {
      resonate_json_append_name (out, "subscription_count");
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, self->n_subscriptions);
    }
  if (wanted & RESONATE_INFO_CACHE && self != NULL && self->cache != NULL &&
      resonate_channel_kind_is_cache (kind))
    {
      resonate_json_append_name (out, "cache");
      g_string_append (out, self->cache);
    }
  g_string_append_c (out, '}');
}
