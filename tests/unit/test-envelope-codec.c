/* test-envelope-codec.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <glib.h>

#include "base/resonate-clock-private.h"
#include "cluster/resonate-envelope-codec-private.h"

#define TOPIC "resonate:ch:a:private-room"
#define NOW   INT64_C (1764100000000000)

/* printf '%s\n%s' TOPIC TEXT | openssl dgst -sha256 -hmac secret */
#define EXPECTED                                                                    \
  "{\"v\":1,\"type\":\"message\",\"application\":\"a\",\"node\":\"one\",\"seq\":1," \
  "\"time\":1764100000000000,\"payload\":{\"event\":\"e\"},"                        \
  "\"mac\":\"9bec7a11ec0d9d137b31a3d6c21ae83346b1419eaad5f1d26c5d68f1a2190d42\"}"

static GBytes *
write_one (ResonateEnvelopeCodec *codec, const char *topic, uint64_t *seq)
{
  GString *text = resonate_envelope_codec_begin (codec, RESONATE_ENVELOPE_MESSAGE, "a");

  g_string_append (text, "{\"event\":\"e\"}");

  return resonate_envelope_codec_end (codec, text, topic, NULL, seq);
}

/* Whether it is believed, and if not, that it is counted for this reason and for no other. */
static void
assert_dropped (ResonateEnvelopeCodec *codec, GBytes *bytes, ResonateEnvelopeProblem problem)
{
  const ResonateEnvelopeCounters *counters = resonate_envelope_codec_get_counters (codec);
  ResonateEnvelopeCounters before = *counters;
  ResonateEnvelope envelope;

  g_assert_false (resonate_envelope_codec_read (codec, TOPIC, bytes, &envelope));
  before.dropped[problem]++;
  g_assert_cmpmem (counters, sizeof *counters, &before, sizeof before);
}

static void
assert_believed (ResonateEnvelopeCodec *codec, GBytes *bytes)
{
  ResonateEnvelope envelope;

  g_assert_true (resonate_envelope_codec_read (codec, TOPIC, bytes, &envelope));
}

static void
test_codec_unsigned (void)
{
  g_autoptr (ResonateEnvelopeCodec) one = resonate_envelope_codec_new ("one", NULL);
  g_autoptr (ResonateEnvelopeCodec) other = resonate_envelope_codec_new ("other", NULL);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  ResonateEnvelope envelope;
  uint64_t seq;

  first = write_one (one, TOPIC, &seq);
  g_assert_cmpuint (seq, ==, 1);
  second = write_one (one, TOPIC, &seq);
  g_assert_cmpuint (seq, ==, 2);

  g_assert_true (resonate_envelope_codec_read (other, TOPIC, second, &envelope));
  g_assert_cmpuint (envelope.seq, ==, 2);
  g_assert_false (resonate_envelope_codec_is_own (other, &envelope));
  g_assert_true (resonate_envelope_codec_is_own (one, &envelope));
  g_assert_true (resonate_envelope_codec_read (other, "elsewhere", first, &envelope));
  g_assert_cmpuint (resonate_envelope_codec_get_counters (one)->written, ==, 2);
  g_assert_cmpuint (resonate_envelope_codec_get_counters (other)->read, ==, 2);
}

static void
test_codec_signed (void)
{
  g_autoptr (ResonateEnvelopeCodec) one = resonate_envelope_codec_new ("one", "secret");
  g_autoptr (ResonateEnvelopeCodec) other = resonate_envelope_codec_new ("other", "secret");
  g_autoptr (ResonateEnvelopeCodec) open = resonate_envelope_codec_new ("open", NULL);
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  size_t length;

  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW);
  bytes = write_one (one, TOPIC, NULL);
  text = g_bytes_get_data (bytes, &length);

  g_assert_cmpmem (text, length, EXPECTED, strlen (EXPECTED));
  assert_believed (other, bytes);
  assert_believed (open, bytes);
  resonate_clock_unset_for_test ();
}

static void
test_codec_forged (void)
{
  g_autoptr (ResonateEnvelopeCodec) one = resonate_envelope_codec_new ("one", "secret");
  g_autoptr (ResonateEnvelopeCodec) stranger = resonate_envelope_codec_new ("one", "Secret");
  g_autoptr (ResonateEnvelopeCodec) open = resonate_envelope_codec_new ("one", NULL);
  g_autoptr (ResonateEnvelopeCodec) reader = resonate_envelope_codec_new ("two", "secret");
  g_autoptr (GBytes) theirs = write_one (stranger, TOPIC, NULL);
  g_autoptr (GBytes) bare = write_one (open, TOPIC, NULL);
  g_autoptr (GBytes) elsewhere = write_one (one, TOPIC "2", NULL);
  g_autoptr (GBytes) reference = g_bytes_new_static (
    "{\"type\":\"terminate\",\"application\":\"a\",\"payload\":{\"user_id\":\"1\"}}", 66);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  assert_dropped (reader, theirs, RESONATE_ENVELOPE_FORGED);
  assert_dropped (reader, elsewhere, RESONATE_ENVELOPE_FORGED);
  assert_dropped (reader, bare, RESONATE_ENVELOPE_UNSIGNED);
  assert_dropped (reader, reference, RESONATE_ENVELOPE_UNSIGNED);
  assert_dropped (reader, empty, RESONATE_ENVELOPE_UNSIGNED);
}

static void
test_codec_every_byte_counts (void)
{
  g_autoptr (ResonateEnvelopeCodec) one = resonate_envelope_codec_new ("one", "secret");
  g_autoptr (ResonateEnvelopeCodec) reader = resonate_envelope_codec_new ("two", "secret");
  g_autoptr (GBytes) bytes = write_one (one, TOPIC, NULL);
  size_t length;
  const char *text = g_bytes_get_data (bytes, &length);

  for (size_t i = 0; i < length; i++)
    {
      g_autofree char *changed = g_memdup2 (text, length);
      g_autoptr (GBytes) forged = NULL;
      ResonateEnvelope envelope;

      changed[i] ^= 1;
      forged = g_bytes_new (changed, length);
      g_assert_false (resonate_envelope_codec_read (reader, TOPIC, forged, &envelope));
    }

  assert_believed (reader, bytes);
}

static void
test_codec_replayed (void)
{
  g_autoptr (ResonateEnvelopeCodec) one = resonate_envelope_codec_new ("one", "secret");
  g_autoptr (ResonateEnvelopeCodec) two = resonate_envelope_codec_new ("two", "secret");
  g_autoptr (ResonateEnvelopeCodec) reader = resonate_envelope_codec_new ("three", "secret");
  g_autoptr (GBytes) first = write_one (one, TOPIC, NULL);
  g_autoptr (GBytes) second = write_one (one, TOPIC, NULL);
  g_autoptr (GBytes) theirs = write_one (two, TOPIC, NULL);

  g_test_summary ("Each node has numbers of its own, and each of them is good once");

  assert_believed (reader, second);
  assert_believed (reader, first);
  assert_believed (reader, theirs);
  assert_dropped (reader, first, RESONATE_ENVELOPE_REPLAYED);
  assert_dropped (reader, second, RESONATE_ENVELOPE_REPLAYED);
  assert_dropped (reader, theirs, RESONATE_ENVELOPE_REPLAYED);
}

static void
test_codec_stale (void)
{
  const int64_t far_us = RESONATE_ENVELOPE_FRESH_US;
  g_autoptr (ResonateEnvelopeCodec) one = resonate_envelope_codec_new ("one", "secret");
  g_autoptr (ResonateEnvelopeCodec) reader = resonate_envelope_codec_new ("two", "secret");
  g_autoptr (GBytes) early = NULL;
  g_autoptr (GBytes) soon = NULL;
  g_autoptr (GBytes) late = NULL;

  g_test_summary ("What a window has forgotten is too old to be believed");

  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW);
  early = write_one (one, TOPIC, NULL);
  soon = write_one (one, TOPIC, NULL);
  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW + 2 * far_us + 2);
  late = write_one (one, TOPIC, NULL);

  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW + far_us + 1);
  assert_dropped (reader, early, RESONATE_ENVELOPE_STALE);
  assert_dropped (reader, late, RESONATE_ENVELOPE_STALE);

  /* As far as it may be off, and then for as long as it would be believed again. */
  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW - far_us);
  assert_believed (reader, soon);
  resonate_clock_set_for_test (G_USEC_PER_SEC + 2 * far_us - 1, NOW + far_us - 1);
  resonate_envelope_codec_check (reader);
  assert_dropped (reader, soon, RESONATE_ENVELOPE_REPLAYED);
  resonate_clock_unset_for_test ();
}

static void
test_codec_crowded (void)
{
  g_autoptr (ResonateEnvelopeCodec) reader = resonate_envelope_codec_new ("reader", "secret");
  g_autoptr (GBytes) last = NULL;
  g_autoptr (GBytes) again = NULL;

  g_test_summary ("So many nodes are remembered, and forgotten when nothing they said can return");

  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW);
  for (unsigned int i = 0; i <= 1024; i++)
    {
      g_autofree char *name = g_strdup_printf ("node-%u", i);
      g_autoptr (ResonateEnvelopeCodec) node = resonate_envelope_codec_new (name, "secret");
      g_autoptr (GBytes) bytes = write_one (node, TOPIC, NULL);

      if (i < 1024)
        assert_believed (reader, bytes);
      else
        assert_dropped (reader, bytes, RESONATE_ENVELOPE_CROWDED);
    }

  resonate_clock_set_for_test (G_USEC_PER_SEC + 2 * RESONATE_ENVELOPE_FRESH_US,
                               NOW + 2 * RESONATE_ENVELOPE_FRESH_US);
  {
    g_autoptr (ResonateEnvelopeCodec) node = resonate_envelope_codec_new ("node-1024", "secret");

    last = write_one (node, TOPIC, NULL);
    again = write_one (node, TOPIC, NULL);
  }
  assert_believed (reader, last);
  assert_believed (reader, again);
  resonate_clock_unset_for_test ();
}

static unsigned int n_lines;
static char *last_line;

static GLogWriterOutput
count_lines (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      {
        g_free (last_line);
        last_line = g_strdup (fields[i].value);
      }
  n_lines++;

  return G_LOG_WRITER_HANDLED;
}

static void
test_codec_log (void)
{
  g_autoptr (ResonateEnvelopeCodec) codec = resonate_envelope_codec_new ("one", NULL);
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("nonsense", 8);

  g_test_summary ("The log hears of the first, and once a minute of all others");

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  g_log_set_writer_func (count_lines, NULL, NULL);
  resonate_clock_set_for_test (G_USEC_PER_SEC, NOW);
  assert_dropped (codec, nonsense, RESONATE_ENVELOPE_NOT_JSON);
  g_assert_cmpuint (n_lines, ==, 1);
  g_assert_cmpstr (last_line, ==, "Pub/sub envelope dropped: it is not a JSON object (1)");

  for (unsigned int i = 0; i < 1000; i++)
    assert_dropped (codec, nonsense, RESONATE_ENVELOPE_NOT_JSON);
  resonate_envelope_codec_drop (codec, RESONATE_ENVELOPE_UNKNOWN_APP);
  resonate_envelope_codec_drop (codec, RESONATE_ENVELOPE_LATE);
  resonate_clock_set_for_test (60 * G_USEC_PER_SEC, NOW);
  resonate_envelope_codec_check (codec);
  g_assert_cmpuint (n_lines, ==, 1);

  resonate_clock_set_for_test (61 * G_USEC_PER_SEC, NOW);
  resonate_envelope_codec_check (codec);
  resonate_envelope_codec_check (codec);
  g_assert_cmpuint (n_lines, ==, 2);
  g_assert_cmpstr (last_line, ==,
                   "Pub/sub envelope dropped: it is not a JSON object (1000); no application here "
                   "has that id (1)");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/envelope-codec/unsigned", test_codec_unsigned);
  g_test_add_func ("/envelope-codec/signed", test_codec_signed);
  g_test_add_func ("/envelope-codec/forged", test_codec_forged);
  g_test_add_func ("/envelope-codec/every-byte-counts", test_codec_every_byte_counts);
  g_test_add_func ("/envelope-codec/replayed", test_codec_replayed);
  g_test_add_func ("/envelope-codec/stale", test_codec_stale);
  g_test_add_func ("/envelope-codec/crowded", test_codec_crowded);
  g_test_add_func ("/envelope-codec/log", test_codec_log);

  return g_test_run ();
}
