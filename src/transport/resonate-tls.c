/* resonate-tls.c: a certificate from files
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-tls"

#include "config.h"

#include <string.h>

#include "../base/resonate-error.h"
#include "resonate-front-private.h"

/* GIO reads a protected key from PKCS #12 only, where certificate and key are one file. */
static GTlsCertificate *
load_protected (const char *cert_file, const char *password_file, GError **error)
{
  g_autofree char *password = NULL;

  g_assert (cert_file != NULL && password_file != NULL);

  if (!g_file_get_contents (password_file, &password, NULL, error))
    return NULL;

  password[strcspn (password, "\r\n")] = '\0';

  return g_tls_certificate_new_from_file_with_password (cert_file, password, error);
}

static gboolean
bytes_differ (GTlsCertificate *a, GTlsCertificate *b, const char *property)
{
  g_autoptr (GByteArray) one = NULL;
  g_autoptr (GByteArray) other = NULL;

  g_object_get (a, property, &one, NULL);
  g_object_get (b, property, &other, NULL);

  /* Who keeps a key in a token does not show it. */
  if (one == NULL || other == NULL)
    return one != other;

  return one->len != other->len || memcmp (one->data, other->data, one->len) != 0;
}

gboolean
resonate_tls_certificates_differ (GTlsCertificate *a, GTlsCertificate *b)
{
  if (a != NULL && b != NULL && bytes_differ (a, b, "private-key"))
    return TRUE;

  for (; a != NULL && b != NULL;
       a = g_tls_certificate_get_issuer (a), b = g_tls_certificate_get_issuer (b))
    if (bytes_differ (a, b, "certificate"))
      return TRUE;

  return a != b;
}

/**
 * resonate_tls_load_certificate:
 * @cert_file: a PEM file, or a PKCS #12 file when there is a password
 * @key_file: (nullable): a PEM file, when the key is not in @cert_file
 * @password_file: (nullable): a file whose first line is the password of @cert_file
 * @error: return location for a #GError
 *
 * Loads what a TLS listener shows. The error names the file.
 *
 * Returns: (transfer full): the certificate, or %NULL with @error set
 */
GTlsCertificate *
resonate_tls_load_certificate (const char *cert_file,
                               const char *key_file,
                               const char *password_file,
                               GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GByteArray) key = NULL;

  g_return_val_if_fail (cert_file != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (password_file != NULL)
    certificate = load_protected (cert_file, password_file, error);
  else if (key_file != NULL)
    certificate = g_tls_certificate_new_from_files (cert_file, key_file, error);
  else
    certificate = g_tls_certificate_new_from_file (cert_file, error);

  if (certificate == NULL)
    {
      g_prefix_error (error, "Cannot load the certificate %s%s%s: ", cert_file,
                      key_file != NULL ? " with the key " : "", key_file != NULL ? key_file : "");
      return NULL;
    }

  g_object_get (certificate, "private-key", &key, NULL);
  if (key == NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "Cannot load the certificate %s: there is no key with it", cert_file);
      return NULL;
    }

  return g_steal_pointer (&certificate);
}
