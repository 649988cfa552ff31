/* resonate-app-secret.c: what an application signs with, and what it still accepts
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-app"

#include "config.h"

#include <string.h>

#include "resonate-app-private.h"

/* A secret cannot be changed everywhere in one moment. While it is rotated there are two: the
 * publishers go from one to the other in their own time, and nobody is refused meanwhile. */

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
resonate_app_clear_secret (ResonateApp *self)
{
  g_clear_pointer (&self->previous_signer, resonate_signer_free);
  g_clear_pointer (&self->signer, resonate_signer_free);
  g_clear_pointer (&self->previous_secret, wipe);
  g_clear_pointer (&self->secret, wipe);
}

/**
 * resonate_app_set_secret:
 * @self: an application
 * @secret: what signatures are made with from now on
 * @previous: (nullable): another secret whose signatures are accepted, too
 *
 * Changes the secret. To rotate it without refusing anybody, keep the old one as @previous until
 * everybody who signs has the new one.
 *
 * Since: 1.0
 */
void
resonate_app_set_secret (ResonateApp *self, const char *secret, const char *previous)
{
  char *new_secret;
  char *new_previous;

  g_return_if_fail (RESONATE_IS_APP (self));
  g_return_if_fail (secret != NULL && *secret != '\0');
  g_return_if_fail (previous == NULL || *previous != '\0');

  /* They may be our own. */
  new_secret = g_strdup (secret);
  new_previous = g_strdup (previous);
  resonate_app_clear_secret (self);

  self->secret = new_secret;
  self->signer = resonate_signer_new (new_secret);
  self->previous_secret = new_previous;
  if (new_previous != NULL)
    self->previous_signer = resonate_signer_new (new_previous);
}

/*
 * resonate_app_get_secret:
 *
 * For writing it where it came from, and for nothing else: it is never logged, never on the bus and
 * never in a binding.
 *
 * Returns: (transfer none): the secret
 */
const char *
resonate_app_get_secret (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), NULL);

  return self->secret != NULL ? self->secret : "";
}

const char *
resonate_app_get_previous_secret (ResonateApp *self)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), NULL);

  return self->previous_secret;
}

/*
 * resonate_app_sign:
 * @length: of @text; -1 when it ends with a NUL
 *
 * Returns: (transfer full) (nullable): the signature of @text, by the secret and never by the one
 *   before; %NULL of an app without a secret
 */
char *
resonate_app_sign (ResonateApp *self, const char *text, gssize length)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), NULL);

  return self->signer != NULL ? resonate_signer_sign (self->signer, text, length) : NULL;
}

/* Whether one of the secrets made @signature. A binding that makes an app without
 * resonate_app_new () gets one that accepts none. */
gboolean
resonate_app_verify (ResonateApp *self, const char *text, gssize length, const char *signature)
{
  g_return_val_if_fail (RESONATE_IS_APP (self), FALSE);

  if (self->signer != NULL && resonate_signer_verify (self->signer, text, length, signature))
    return TRUE;

  return self->previous_signer != NULL &&
         resonate_signer_verify (self->previous_signer, text, length, signature);
}
