/* resonate-channel-kind.c: what a channel's name says of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-channel-kind"

#include "config.h"

#include "resonate-channel-kind-private.h"

/* The first row that matches counts. The short prefixes have no hyphen, and that is meant:
 * `privateer` asks for a signature in the reference too (decision A2). */
static const struct
{
  const char *prefix;
  ResonateChannelKind kind;
} prefixes[] = {
  { "private-cache-", RESONATE_CHANNEL_PRIVATE_CACHE },
  { "presence-cache-", RESONATE_CHANNEL_PRESENCE_CACHE },
  { "private-encrypted-", RESONATE_CHANNEL_PRIVATE_ENCRYPTED },
  { "cache", RESONATE_CHANNEL_CACHE },
  { "private", RESONATE_CHANNEL_PRIVATE },
  { "presence", RESONATE_CHANNEL_PRESENCE },
};

/**
 * resonate_channel_kind_from_name:
 * @name: a channel's name
 *
 * Reads what kind of channel it is.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
ResonateChannelKind
resonate_channel_kind_from_name (const char *name)
{
  g_return_val_if_fail (name != NULL, RESONATE_CHANNEL_PUBLIC);

  for (size_t i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      if (g_str_has_prefix (name, prefixes[i].prefix))
        return prefixes[i].kind;
    }

  return RESONATE_CHANNEL_PUBLIC;
}

gboolean
resonate_channel_kind_is_signed (ResonateChannelKind kind)
{
  return kind != RESONATE_CHANNEL_PUBLIC && kind != RESONATE_CHANNEL_CACHE;
}

gboolean
resonate_channel_kind_is_presence (ResonateChannelKind kind)
{
  return kind == RESONATE_CHANNEL_PRESENCE || kind == RESONATE_CHANNEL_PRESENCE_CACHE;
}

gboolean
resonate_channel_kind_is_cache (ResonateChannelKind kind)
{
  return kind == RESONATE_CHANNEL_CACHE || kind == RESONATE_CHANNEL_PRIVATE_CACHE ||
         kind == RESONATE_CHANNEL_PRESENCE_CACHE;
}
