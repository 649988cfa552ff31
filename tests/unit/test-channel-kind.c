/* test-channel-kind.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-channel-kind-private.h"

/* spec: Pusher protocol of Reverb, 3.1. The letters: asks for a signature, is presence, has a
 * cache. */
static void
test_channel_kind_from_name (void)
{
  static const struct
  {
    const char *name;
    ResonateChannelKind kind;
    const char *letters;
  } cases[] = {
    { "foo", RESONATE_CHANNEL_PUBLIC, "" },
    { "", RESONATE_CHANNEL_PUBLIC, "" },
    { "0", RESONATE_CHANNEL_PUBLIC, "" },
    { "Private-foo", RESONATE_CHANNEL_PUBLIC, "" },
    { " private-foo", RESONATE_CHANNEL_PUBLIC, "" },
    { "my-presence-foo", RESONATE_CHANNEL_PUBLIC, "" },
    { "privat", RESONATE_CHANNEL_PUBLIC, "" },
    { "private-foo", RESONATE_CHANNEL_PRIVATE, "s" },
    { "private", RESONATE_CHANNEL_PRIVATE, "s" },
    { "privateer", RESONATE_CHANNEL_PRIVATE, "s" },
    { "private-cache", RESONATE_CHANNEL_PRIVATE, "s" },
    { "private-cached-x", RESONATE_CHANNEL_PRIVATE, "s" },
    { "private-encrypted", RESONATE_CHANNEL_PRIVATE, "s" },
    { "private-encrypted-foo", RESONATE_CHANNEL_PRIVATE_ENCRYPTED, "s" },
    { "private-encrypted-cache-foo", RESONATE_CHANNEL_PRIVATE_ENCRYPTED, "s" },
    { "presence-foo", RESONATE_CHANNEL_PRESENCE, "sp" },
    { "presence", RESONATE_CHANNEL_PRESENCE, "sp" },
    { "presences", RESONATE_CHANNEL_PRESENCE, "sp" },
    { "presence-cache", RESONATE_CHANNEL_PRESENCE, "sp" },
    { "cache-foo", RESONATE_CHANNEL_CACHE, "c" },
    { "cached-prices", RESONATE_CHANNEL_CACHE, "c" },
    { "private-cache-foo", RESONATE_CHANNEL_PRIVATE_CACHE, "sc" },
    { "private-cache-", RESONATE_CHANNEL_PRIVATE_CACHE, "sc" },
    { "presence-cache-foo", RESONATE_CHANNEL_PRESENCE_CACHE, "spc" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ResonateChannelKind kind = resonate_channel_kind_from_name (cases[i].name);
      g_autofree char *letters = g_strconcat (resonate_channel_kind_is_signed (kind) ? "s" : "",
                                              resonate_channel_kind_is_presence (kind) ? "p" : "",
                                              resonate_channel_kind_is_cache (kind) ? "c" : "",
                                              NULL);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (kind, ==, cases[i].kind);
      g_assert_cmpstr (letters, ==, cases[i].letters);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/channel-kind/from-name", test_channel_kind_from_name);

  return g_test_run ();
}
