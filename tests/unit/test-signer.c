/* test-signer.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <glib.h>

#include "base/resonate-signer-private.h"

#define PUSHER_SECRET "7ad3773142a6692b25b8"

/* The first two and the fourth to last are Pusher's own published examples. */
static const struct
{
  const char *secret, *text, *signature;
} vectors[] = {
  { PUSHER_SECRET, "1234.1234:private-foobar",
    "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4" },
  { PUSHER_SECRET,
    "1234.1234:presence-foobar:{\"user_id\":10,\"user_info\":{\"name\":\"Mr. Channels\"}}",
    "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80" },
  { PUSHER_SECRET, "1234.1234::user::{\"id\":\"12345\"}",
    "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba" },
  { "app-secret", "1234.5678:private-orders",
    "2d1e5109f17c93a347d0a52f060df3a517761ce1ddcd7bce2998c4f1925a7cab" },
  { "app-secret", "1234.5678:presence-room:{\"user_id\":\"1\",\"user_info\":{\"name\":\"Ann\"}}",
    "22d0ad018202937a3ad0ab4f596477cf14c4068f116a14a52cd6cf9a478a6daa" },
  { PUSHER_SECRET,
    "POST\n/apps/3/events\nauth_key=278d425bdf160c739803&auth_timestamp=1353088179"
    "&auth_version=1.0&body_md5=ec365a775a4cd0599faeb73354201b6f",
    "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c" },
  { "app-secret",
    "POST\n/apps/app-id/events\nauth_key=app-key&auth_timestamp=1700000000"
    "&auth_version=1.0&body_md5=6f2bc7101f3dd1b200be448074f61ddb",
    "9be1bd93be8f5c8d53af431f3f1dd6daa7753ae5e6cb7f486c06924b531c1355" },
  { "app-secret",
    "GET\n/apps/app-id/channels\nauth_key=app-key&auth_timestamp=1700000000"
    "&auth_version=1.0&filter_by_prefix=presence-&info=user_count,subscription_count",
    "588fbe1cbc96a79509ea04babd1a58ef6aff37cb8da22ddb5dbe2dfb1cfcedf2" },
};

static void
test_signer_vectors (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (ResonateSigner) signer = resonate_signer_new (vectors[i].secret);
      g_autofree char *signature = resonate_signer_sign (signer, vectors[i].text, -1);

      g_test_message ("%s", vectors[i].text);
      g_assert_cmpstr (signature, ==, vectors[i].signature);
      g_assert_true (resonate_signer_verify (signer, vectors[i].text, strlen (vectors[i].text),
                                             vectors[i].signature));
    }
}

static void
test_signer_again (void)
{
  g_autoptr (ResonateSigner) signer = resonate_signer_new (vectors[3].secret);

  g_test_summary ("One signature leaves nothing behind for the next");

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *other = resonate_signer_sign (signer, "something else", -1);
      g_autofree char *signature = resonate_signer_sign (signer, vectors[3].text, -1);

      g_assert_cmpstr (signature, ==, vectors[3].signature);
      g_assert_cmpstr (other, !=, signature);
    }
}

static void
test_signer_refuses (void)
{
  g_autoptr (ResonateSigner) signer = resonate_signer_new (vectors[3].secret);
  g_autoptr (ResonateSigner) stranger = resonate_signer_new ("app-secret-2");
  const char *text = vectors[3].text;
  const char *right = vectors[3].signature;
  g_autofree char *upper = g_ascii_strup (right, -1);
  g_autofree char *longer = g_strconcat (right, "0", NULL);
  g_autofree char *shorter = g_strndup (right, strlen (right) - 1);

  g_assert_true (resonate_signer_verify (signer, text, -1, right));
  g_assert_false (resonate_signer_verify (stranger, text, -1, right));
  g_assert_false (resonate_signer_verify (signer, "1234.5679:private-orders", -1, right));
  g_assert_false (resonate_signer_verify (signer, text, -1, upper));
  g_assert_false (resonate_signer_verify (signer, text, -1, longer));
  g_assert_false (resonate_signer_verify (signer, text, -1, shorter));
  g_assert_false (resonate_signer_verify (signer, text, -1, ""));
  g_assert_false (resonate_signer_verify (signer, text, -1, "deadbeefdeadbeef"));
}

static void
test_signer_every_digit_counts (void)
{
  g_autoptr (ResonateSigner) signer = resonate_signer_new (vectors[3].secret);
  g_autofree char *wrong = g_strdup (vectors[3].signature);

  for (size_t i = 0; wrong[i] != '\0'; i++)
    {
      char right = wrong[i];

      wrong[i] = right == '0' ? '1' : '0';
      g_assert_false (resonate_signer_verify (signer, vectors[3].text, -1, wrong));
      wrong[i] = right;
    }
}

static void
test_signer_length (void)
{
  g_autoptr (ResonateSigner) signer = resonate_signer_new ("s");
  g_autofree char *whole = resonate_signer_sign (signer, "a\0b", 3);
  g_autofree char *start = resonate_signer_sign (signer, "a\0b", -1);
  g_autofree char *given = resonate_signer_sign (signer, "abc", 1);

  g_test_summary ("A NUL byte is signed when the length covers it");

  g_assert_cmpstr (whole, !=, start);
  g_assert_cmpstr (start, ==, given);
}

static void
test_signer_context (void)
{
  g_autoptr (ResonateSigner) signer = resonate_signer_new ("s");
  g_autofree char *whole = resonate_signer_sign (signer, "a\nb", -1);
  g_autofree char *under = resonate_signer_sign_under (signer, "a", "b", -1);

  g_test_summary ("What a text stands for is signed with it");

  g_assert_cmpstr (under, ==, whole);
  g_assert_true (resonate_signer_verify_under (signer, "a", "b", 1, under));
  g_assert_false (resonate_signer_verify_under (signer, "c", "b", 1, under));
  g_assert_false (resonate_signer_verify (signer, "b", 1, under));
}

/* RFC 4231, cases 6 and 7: a secret longer than a block is hashed first. */
static void
test_signer_long_secret (void)
{
  g_autofree char *secret = g_strnfill (131, '\xaa');
  g_autoptr (ResonateSigner) signer = resonate_signer_new (secret);
  g_autofree char *signature = NULL;

  signature = resonate_signer_sign (signer,
                                    "Test Using Larger Than Block-Size Key - Hash Key First", -1);
  g_assert_cmpstr (signature, ==,
                   "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signer/vectors", test_signer_vectors);
  g_test_add_func ("/signer/again", test_signer_again);
  g_test_add_func ("/signer/refuses", test_signer_refuses);
  g_test_add_func ("/signer/every-digit-counts", test_signer_every_digit_counts);
  g_test_add_func ("/signer/length", test_signer_length);
  g_test_add_func ("/signer/context", test_signer_context);
  g_test_add_func ("/signer/long-secret", test_signer_long_secret);

  return g_test_run ();
}
