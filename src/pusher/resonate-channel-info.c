/* resonate-channel-info.c: what publishers may ask of a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel-info"

#include "config.h"

#include "resonate-channel-info-private.h"

#include "../base/resonate-json-writer-private.h"
#include "../transport/resonate-frame-private.h"
#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"

static const struct
{
  const char *name;
  ResonateInfo info;
} names[] = {
  { "occupied", RESONATE_INFO_OCCUPIED },
  { "user_count", RESONATE_INFO_USER_COUNT },
  { "subscription_count", RESONATE_INFO_SUBSCRIPTION_COUNT },
  { "cache", RESONATE_INFO_CACHE },
};

/*
 * resonate_channel_info_parse:
 * @list: (nullable): names with commas between them and nothing else; unknown ones are ignored
 */
ResonateInfo
resonate_channel_info_parse (const char *list)
{
  g_auto (GStrv) parts = NULL;
  ResonateInfo wanted = 0;

  if (list == NULL)
    return 0;

  parts = g_strsplit (list, ",", -1);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strv_contains ((const char *const *) parts, names[i].name))
        wanted |= names[i].info;
    }

  return wanted;
}

/* Appends the list that says so, as the text of a string. */
void
resonate_channel_info_append_names (ResonateInfo wanted, GString *out)
{
  const char *comma = "";

  g_string_append_c (out, '"');
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if ((wanted & names[i].info) == 0)
        continue;

      g_string_append_printf (out, "%s%s", comma, names[i].name);
      comma = ",";
    }
  g_string_append_c (out, '"');
}

static void
append_cache (ResonateRealm *realm, const char *channel, GString *out)
{
  GBytes *frame = resonate_channel_cache_lookup (realm->cache, channel);
  const char *text;
  size_t length;

  if (frame == NULL)
    return;

  text = resonate_frame_peek_payload (frame, &length);
  resonate_json_append_name (out, "cache");
  g_string_append_len (out, text, length);
}

/*
 * resonate_channel_info_append:
 *
 * Appends `{"occupied":true,"user_count":1}`: of what is wanted, what a channel of that kind has,
 * in this order. A channel nobody is on has no counts.
 */
void
resonate_channel_info_append (ResonateRealm *realm,
                              const char *channel,
                              ResonateInfo wanted,
                              GString *out)
{
  ResonateChannel *live = resonate_channel_list_lookup (realm->channels, channel);
  ResonateChannelKind kind = resonate_channel_kind_from_name (channel);
  gboolean presence = resonate_channel_kind_is_presence (kind);

  g_string_append_c (out, '{');
  if (wanted & RESONATE_INFO_OCCUPIED)
    {
      resonate_json_append_name (out, "occupied");
      g_string_append (out, live != NULL ? "true" : "false");
    }
  if (wanted & RESONATE_INFO_USER_COUNT && live != NULL && presence)
    {
      resonate_json_append_name (out, "user_count");
      g_string_append_printf (out, "%u", resonate_channel_get_user_count (live));
    }
  if (wanted & RESONATE_INFO_SUBSCRIPTION_COUNT && live != NULL && !presence)
    {
      resonate_json_append_name (out, "subscription_count");
      g_string_append_printf (out, "%u", resonate_channel_get_subscription_count (live));
    }
  if (wanted & RESONATE_INFO_CACHE && resonate_channel_kind_is_cache (kind))
    append_cache (realm, channel, out);
  g_string_append_c (out, '}');
}
