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
#include "../config/resonate-app-private.h"

#define TEXT_SIZE 512 /* what most signed texts fit in */

/* What is signed is `METHOD\nPATH\nPARAMETERS`. */
static gboolean
verify (ResonateRequest *request, const char *path, const char *body_md5, const char *signature)
{
  g_autoptr (GString) text = g_string_sized_new (TEXT_SIZE);

  g_string_append (text, resonate_exchange_get_method (request->exchange));
  g_string_append_c (text, '\n');
  g_string_append (text, path);
  g_string_append_c (text, '\n');
  resonate_query_append_canonical (request->query, body_md5, text);

  return resonate_app_verify (request->realm->app, text->str, -1, signature);
}

/* The MD5 of the body is one of the parameters and is always taken from the body that came, never
 * from what the request says of it. Publishers of the reference leave the path prefix out of what
 * they sign, some put it in: both are right (spec: path prefix, 6.9). */
static gboolean
check_signature (ResonateRequest *request, const char *prefix)
{
  const char *path = resonate_exchange_get_path (request->exchange);
  const char *signature = resonate_query_get (request->query, "auth_signature");
  GBytes *body = resonate_exchange_get_body (request->exchange);
  g_autofree char *md5 = NULL;

  if (signature == NULL)
    return FALSE;

  if (g_bytes_get_size (body) > 0)
    md5 = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, body);

  if (*prefix != '\0' && g_str_has_prefix (path, prefix) &&
      verify (request, path + strlen (prefix), md5, signature))
    return TRUE;

  return verify (request, path, md5, signature);
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
