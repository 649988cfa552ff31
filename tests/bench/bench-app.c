/* bench-app.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-app.h"

#include <stdlib.h>
#include <string.h>

static char *
hmac (const BenchApp *app, const char *text)
{
  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) app->secret,
                                    strlen (app->secret), text, -1);
}

/* `key:signature`, as an application's backend hands it to a client. */
char *
bench_app_sign_channel (const BenchApp *app, const char *socket_id, const char *channel)
{
  g_autofree char *text = g_strconcat (socket_id, ":", channel, NULL);
  g_autofree char *signature = hmac (app, text);

  return g_strconcat (app->key, ":", signature, NULL);
}

/* The request target of a signed POST of @body to /events. */
char *
bench_app_sign_event (const BenchApp *app, const char *body)
{
  g_autofree char *md5 = g_compute_checksum_for_string (G_CHECKSUM_MD5, body, -1);
  g_autofree char *path = g_strdup_printf ("/apps/%s/events", app->id);
  g_autofree char *query = g_strdup_printf ("auth_key=%s&auth_timestamp=%" G_GINT64_FORMAT
                                            "&auth_version=1.0&body_md5=%s",
                                            app->key, g_get_real_time () / G_USEC_PER_SEC, md5);
  g_autofree char *text = g_strconcat ("POST\n", path, "\n", query, NULL);
  g_autofree char *signature = hmac (app, text);

  return g_strconcat (path, "?", query, "&auth_signature=", signature, NULL);
}

/* A measurement that did not happen has no figure: says why, and ends. */
void
bench_fail (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("resonate-bench: %s\n", text);
  exit (EXIT_FAILURE);
}
