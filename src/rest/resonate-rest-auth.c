/* resonate-rest-auth.c: is this request signed with the app's secret?
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-auth"

#include "config.h"

#include "resonate-rest-auth-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "../base/resonate-error.h"

/* What is signed is `METHOD\nPATH\nPARAMETERS`. The MD5 of the body is one of the parameters and is
 * always taken from the body that came, never from what the request says of it. */
static char *
canonical_text (ResonateRequest *request, const char *path)
{
  static const char *const unsigned_names[] = { "auth_signature", "body_md5", "appId", "appKey",
                                                "channelName" };
  GBytes *body = resonate_exchange_get_body (request->exchange);
  GString *text = g_string_new (NULL);
  g_autofree char *md5 = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (unsigned_names); i++)
    resonate_query_remove (request->query, unsigned_names[i]);

  if (g_bytes_get_size (body) > 0)
    {
      md5 = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, body);
      resonate_query_set (request->query, "body_md5", md5);
    }

  g_string_append_printf (text, "%s\n%s\n", resonate_exchange_get_method (request->exchange), path);
  resonate_query_append_canonical (request->query, text);

  return g_string_free (text, FALSE);
}

/* Publishers of the reference leave the path prefix out of what they sign, some put it in: both are
 * right (spec: path prefix, 6.9). */
static gboolean
check_signature (ResonateRequest *request, const char *prefix)
{
  const char *path = resonate_exchange_get_path (request->exchange);
  const char *short_path = path;
  g_autofree char *signature = g_strdup (resonate_query_get (request->query, "auth_signature"));
  g_autofree char *text = NULL;
  g_autofree char *short_text = NULL;

  if (signature == NULL)
    return FALSE;

  if (*prefix != '\0' && g_str_has_prefix (path, prefix))
    short_path = path + strlen (prefix);

  short_text = canonical_text (request, short_path);
  if (resonate_signer_verify (request->realm->signer, short_text, -1, signature))
    return TRUE;
  if (short_path == path)
    return FALSE;

  text = canonical_text (request, path);

  return resonate_signer_verify (request->realm->signer, text, -1, signature);
}

static gboolean
check_timestamp (ResonateRequest *request, int64_t grace_us, GError **error)
{
  const char *text = resonate_query_get (request->query, "auth_timestamp");
  int64_t now_s = resonate_clock_realtime_us () / G_USEC_PER_SEC;
  int64_t distance_s;
  guint64 sent_s;

  if (grace_us <= 0)
    return TRUE;

  if (text == NULL || *text == '\0' || text[strspn (text, "0123456789")] != '\0')
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAUTHORIZED,
                   "Authentication timestamp missing or invalid.");
      return FALSE;
    }

  /* More digits than a timestamp has saturate, and are far from now. */
  sent_s = MIN (g_ascii_strtoull (text, NULL, 10), (guint64) G_MAXINT64 / 2);
  distance_s = ABS (now_s - (int64_t) sent_s);
  if (distance_s > grace_us / G_USEC_PER_SEC)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAUTHORIZED,
                   "Authentication timestamp out of range.");
      return FALSE;
    }

  return TRUE;
}

/*
 * resonate_rest_auth_check:
 * @prefix: what every path starts with, or ""
 * @grace_us: how far the clocks may be apart; 0 does not look at the timestamp
 *
 * Fails with %RESONATE_ERROR_UNAUTHORIZED and the message that the publisher is told.
 */
gboolean
resonate_rest_auth_check (ResonateRequest *request,
                          const char *prefix,
                          int64_t grace_us,
                          GError **error)
{
  if (!check_signature (request, prefix))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_UNAUTHORIZED,
                   "Authentication signature invalid.");
      return FALSE;
    }

  return check_timestamp (request, grace_us, error);
}
