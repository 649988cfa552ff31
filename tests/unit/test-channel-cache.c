/* test-channel-cache.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "pusher/resonate-channel-cache-private.h"

static void
store (ResonateChannelCache *cache, const char *channel, const char *text, int64_t ttl_us)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (text, 1);

  resonate_channel_cache_store (cache, channel, frame, ttl_us);
}

static void
assert_cached (ResonateChannelCache *cache, const char *channel, const char *text)
{
  GBytes *frame = resonate_channel_cache_lookup (cache, channel);

  g_assert_nonnull (frame);
  g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), text, 1);
}

static void
test_channel_cache_last_event (void)
{
  g_autoptr (ResonateChannelCache) cache = resonate_channel_cache_new ();

  resonate_clock_set_for_test (0, 0);

  g_assert_null (resonate_channel_cache_lookup (cache, "cache-a"));
  store (cache, "cache-a", "1", 1000);
  store (cache, "cache-b", "2", 1000);
  store (cache, "cache-a", "3", 1000);
  assert_cached (cache, "cache-a", "3");
  assert_cached (cache, "cache-b", "2");
  assert_cached (cache, "cache-a", "3");
}

static void
test_channel_cache_time_to_live (void)
{
  g_autoptr (ResonateChannelCache) cache = resonate_channel_cache_new ();

  resonate_clock_set_for_test (0, 0);
  store (cache, "cache-a", "1", 1000);
  resonate_clock_set_for_test (500, 0);
  store (cache, "cache-b", "2", 1000);

  resonate_clock_set_for_test (999, 0);
  assert_cached (cache, "cache-a", "1");
  resonate_clock_set_for_test (1000, 0);
  g_assert_null (resonate_channel_cache_lookup (cache, "cache-a"));
  assert_cached (cache, "cache-b", "2");

  g_assert_cmpuint (resonate_channel_cache_purge (cache, 1000), ==, 1);
  g_assert_cmpuint (resonate_channel_cache_purge (cache, 1000), ==, 0);
  assert_cached (cache, "cache-b", "2");
  g_assert_cmpuint (resonate_channel_cache_purge (cache, 1500), ==, 1);
}

static void
test_channel_cache_stored_again_lives_again (void)
{
  g_autoptr (ResonateChannelCache) cache = resonate_channel_cache_new ();

  resonate_clock_set_for_test (0, 0);
  store (cache, "cache-a", "1", 1000);
  store (cache, "cache-b", "2", 1000);
  resonate_clock_set_for_test (900, 0);
  store (cache, "cache-a", "3", 1000);

  g_assert_cmpuint (resonate_channel_cache_purge (cache, 1000), ==, 1);
  resonate_clock_set_for_test (1899, 0);
  assert_cached (cache, "cache-a", "3");
  g_assert_null (resonate_channel_cache_lookup (cache, "cache-b"));
}

static void
test_channel_cache_switched_off (void)
{
  g_autoptr (ResonateChannelCache) cache = resonate_channel_cache_new ();

  g_test_summary ("With a time to live of 0 nothing is kept, also not what was there");

  resonate_clock_set_for_test (0, 0);
  store (cache, "cache-a", "1", 1000);
  store (cache, "cache-a", "2", 0);
  g_assert_null (resonate_channel_cache_lookup (cache, "cache-a"));
}

static void
test_channel_cache_is_bounded (void)
{
  g_autoptr (ResonateChannelCache) cache = resonate_channel_cache_new ();

  g_test_summary ("A publisher that makes up names loses its oldest events");

  resonate_clock_set_for_test (0, 0);
  for (unsigned int i = 0; i < 65536 + 2; i++)
    {
      g_autofree char *channel = g_strdup_printf ("cache-%u", i);

      store (cache, channel, "x", 1000);
    }

  g_assert_null (resonate_channel_cache_lookup (cache, "cache-0"));
  g_assert_null (resonate_channel_cache_lookup (cache, "cache-1"));
  assert_cached (cache, "cache-2", "x");
  assert_cached (cache, "cache-65537", "x");
  g_assert_cmpuint (resonate_channel_cache_purge (cache, 1000), ==, 65536);
}

static void
test_channel_cache_is_bounded_in_bytes (void)
{
  g_autoptr (ResonateChannelCache) cache = resonate_channel_cache_new ();
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (GBytes) frame = g_bytes_new (text, 1024 * 1024);

  resonate_clock_set_for_test (0, 0);
  for (unsigned int i = 0; i < 65; i++)
    {
      g_autofree char *channel = g_strdup_printf ("cache-%u", i);

      resonate_channel_cache_store (cache, channel, frame, 1000);
    }

  g_assert_null (resonate_channel_cache_lookup (cache, "cache-0"));
  g_assert_true (resonate_channel_cache_lookup (cache, "cache-1") == frame);
  g_assert_true (resonate_channel_cache_lookup (cache, "cache-64") == frame);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/channel-cache/last-event", test_channel_cache_last_event);
  g_test_add_func ("/channel-cache/time-to-live", test_channel_cache_time_to_live);
  g_test_add_func ("/channel-cache/stored-again-lives-again",
                   test_channel_cache_stored_again_lives_again);
  g_test_add_func ("/channel-cache/switched-off", test_channel_cache_switched_off);
  g_test_add_func ("/channel-cache/is-bounded", test_channel_cache_is_bounded);
  g_test_add_func ("/channel-cache/is-bounded-in-bytes", test_channel_cache_is_bounded_in_bytes);

  return g_test_run ();
}
