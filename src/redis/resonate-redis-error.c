/* resonate-redis-error.c: what Redis answers instead of an answer, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-error"

#include "config.h"

#include <string.h>

#include "resonate-redis-error-private.h"

G_DEFINE_QUARK (resonate - redis - error - quark, resonate_redis_error)

/* Longer than any of ours; the rest of a message is for people, and not all of it. */
#define MAX_TEXT 400

static const struct
{
  const char *name;
  ResonateRedisError code;
  gboolean is_passing; /* the same command may be taken later */
} names[] = {
  { "LOADING", RESONATE_REDIS_ERROR_LOADING, TRUE },
  { "READONLY", RESONATE_REDIS_ERROR_READONLY, TRUE },
  { "MASTERDOWN", RESONATE_REDIS_ERROR_MASTERDOWN, TRUE },
  { "OOM", RESONATE_REDIS_ERROR_OOM, TRUE },
  { "MISCONF", RESONATE_REDIS_ERROR_MISCONF, TRUE },
  { "NOREPLICAS", RESONATE_REDIS_ERROR_NOREPLICAS, TRUE },
  { "NOAUTH", RESONATE_REDIS_ERROR_NOAUTH, FALSE },
  { "WRONGPASS", RESONATE_REDIS_ERROR_WRONGPASS, FALSE },
  { "NOPERM", RESONATE_REDIS_ERROR_NOPERM, FALSE },
  { "WRONGTYPE", RESONATE_REDIS_ERROR_WRONGTYPE, FALSE },
  { "NOSCRIPT", RESONATE_REDIS_ERROR_NOSCRIPT, FALSE },
  { "MOVED", RESONATE_REDIS_ERROR_MOVED, FALSE },
  { "ASK", RESONATE_REDIS_ERROR_ASK, FALSE },
  { "TRYAGAIN", RESONATE_REDIS_ERROR_TRYAGAIN, TRUE },
  { "CROSSSLOT", RESONATE_REDIS_ERROR_CROSSSLOT, FALSE },
  { "CLUSTERDOWN", RESONATE_REDIS_ERROR_CLUSTERDOWN, TRUE },
  { "BUSY", RESONATE_REDIS_ERROR_BUSY, TRUE },
  { "BUSYGROUP", RESONATE_REDIS_ERROR_BUSYGROUP, FALSE },
  { "NOGROUP", RESONATE_REDIS_ERROR_NOGROUP, FALSE },
};

static gboolean
find_name (const char *text, ResonateRedisError *code)
{
  size_t length = strcspn (text, " ");

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i].name) == length && memcmp (names[i].name, text, length) == 0)
      {
        *code = names[i].code;
        return TRUE;
      }

  return FALSE;
}

/* Redis 6 puts the place in front: `ERR Error running script (call to f_…): @user_script:1: OOM …`
 */
static const char *
skip_place (const char *text)
{
  const char *place = g_strrstr (text, "@user_script:");
  const char *end = place != NULL ? strstr (place, ": ") : NULL;

  if (end == NULL || !g_str_has_prefix (text, "ERR "))
    return text;

  end += strspn (end, ": -0123456789");

  return end;
}

GError *
resonate_redis_error_new (const char *text, size_t length)
{
  g_autofree char *copy = NULL;
  g_autofree char *clean = NULL;
  ResonateRedisError code = RESONATE_REDIS_ERROR_OTHER;

  g_return_val_if_fail (text != NULL, NULL);

  copy = g_strndup (text, MIN (length, MAX_TEXT));
  clean = g_utf8_make_valid (copy, -1);
  if (!find_name (clean, &code))
    find_name (skip_place (clean), &code);

  return g_error_new (RESONATE_REDIS_ERROR, code, "Redis: %s", clean);
}

gboolean
resonate_redis_error_is_unavailable (const GError *error)
{
  g_return_val_if_fail (error != NULL, FALSE);

  if (error->domain != RESONATE_REDIS_ERROR)
    return g_error_matches (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE);

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if ((int) names[i].code == error->code)
      return names[i].is_passing;

  return FALSE;
}
