/* resonate-signer.c: HMAC-SHA256 with one secret
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-signer"

#include "config.h"

#include "resonate-signer-private.h"

#include <string.h>

#define SIGNATURE_LENGTH 64 /* SHA-256 in hexadecimal digits */

/* The secret is hashed into the state once; every signature starts from a copy of it. */
struct _ResonateSigner
{
  GHmac *keyed;
};

ResonateSigner *
resonate_signer_new (const char *secret)
{
  ResonateSigner *self;

  g_return_val_if_fail (secret != NULL, NULL);

  self = g_new0 (ResonateSigner, 1);
  self->keyed = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret));

  return self;
}

void
resonate_signer_free (ResonateSigner *self)
{
  g_clear_pointer (&self->keyed, g_hmac_unref);
  g_free (self);
}

/* @context: (nullable): stands before the text, on a line of its own */
static GHmac *
compute (ResonateSigner *self, const char *context, const char *text, gssize length)
{
  GHmac *hmac = g_hmac_copy (self->keyed);

  if (context != NULL)
    {
      g_hmac_update (hmac, (const guchar *) context, -1);
      g_hmac_update (hmac, (const guchar *) "\n", 1);
    }
  g_hmac_update (hmac, (const guchar *) text, length);

  return hmac;
}

/* Returns the signature in lower-case hexadecimal digits. */
char *
resonate_signer_sign (ResonateSigner *self, const char *text, gssize length)
{
  return resonate_signer_sign_under (self, NULL, text, length);
}

char *
resonate_signer_sign_under (ResonateSigner *self,
                            const char *context,
                            const char *text,
                            gssize length)
{
  g_autoptr (GHmac) hmac = compute (self, context, text, length);

  return g_strdup (g_hmac_get_string (hmac));
}

gboolean
resonate_signer_verify (ResonateSigner *self,
                        const char *text,
                        gssize length,
                        const char *signature)
{
  return resonate_signer_verify_under (self, NULL, text, length, signature);
}

/* Takes the same time wherever the first difference is, so that nobody can feel their way to a
 * signature. The length of a right one is no secret: a wrong one is refused before anything is
 * computed. */
gboolean
resonate_signer_verify_under (
  ResonateSigner *self, const char *context, const char *text, gssize length, const char *signature)
{
  g_autoptr (GHmac) hmac = NULL;
  const char *expected;
  guint8 difference = 0;

  if (strlen (signature) != SIGNATURE_LENGTH)
    return FALSE;

  hmac = compute (self, context, text, length);
  expected = g_hmac_get_string (hmac);
  for (size_t i = 0; i < SIGNATURE_LENGTH; i++)
    difference |= (guint8) expected[i] ^ (guint8) signature[i];

  return difference == 0;
}
