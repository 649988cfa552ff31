/* resonate-store-name.c: what may be a name, and what a key
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-store-name-private.h"

#include <string.h>

#include "resonate-store-error.h"

static gboolean
refuse (GError **error, const char *what, const char *why)
{
  g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME, "The %s is %s", what,
               why);

  return FALSE;
}

/* Names and keys are text, so that every language can read them back. */
static gboolean
check (const char *what, const char *text, size_t max_bytes, GError **error)
{
  size_t length = strlen (text);

  if (length == 0)
    return refuse (error, what, "empty");
  if (length > max_bytes)
    {
      g_set_error (error, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME,
                   "The %s has %" G_GSIZE_FORMAT " bytes; there may be %" G_GSIZE_FORMAT, what,
                   length, max_bytes);
      return FALSE;
    }
  if (!g_utf8_validate (text, (gssize) length, NULL))
    return refuse (error, what, "not UTF-8");

  return TRUE;
}

gboolean
resonate_store_check_name (const char *what, const char *name, GError **error)
{
  g_autofree char *said = g_strdup_printf ("name of the %s", what);

  if (!check (said, name, RESONATE_STORE_NAME_MAX_BYTES, error))
    return FALSE;

  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (at)))
        return refuse (error, said, "not without control characters");
    }

  return TRUE;
}

gboolean
resonate_store_check_key (const char *key, GError **error)
{
  return check ("key", key, RESONATE_STORE_KEY_MAX_BYTES, error);
}
