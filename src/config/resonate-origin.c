/* resonate-origin.c: where a page comes from, as its browser says
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-app"

#include "config.h"

#include <string.h>

#include "resonate-origin-private.h"

/* The text behind `//`; NULL when there is none, or what stands before it is no scheme. */
static const char *
skip_scheme (const char *url)
{
  const char *slashes = strstr (url, "//");

  if (slashes == NULL)
    return NULL;

  if (slashes == url)
    return slashes + 2;

  if (slashes[-1] != ':' || slashes - 1 == url)
    return NULL;

  for (const char *at = url; at < slashes - 1; at++)
    if (!g_ascii_isalnum (*at) && strchr ("+-.", *at) == NULL)
      return NULL;

  return slashes + 2;
}

static gboolean
is_port (const char *text)
{
  size_t digits = strspn (text, "0123456789");

  return digits <= 5 && text[digits] == '\0' && g_ascii_strtoull (text, NULL, 10) <= 65535;
}

/*
 * resonate_origin_dup_host:
 * @origin: (nullable): the value of an `Origin` header
 *
 * Takes the host out of an origin: scheme, user, port, path, query and fragment do not count. The
 * brackets of an IPv6 address are part of it.
 *
 * Returns: (transfer full) (nullable): the host in lower case, or %NULL where there is none
 */
char *
resonate_origin_dup_host (const char *origin)
{
  g_autofree char *authority = NULL;
  const char *start;
  char *host;
  char *end;

  start = origin != NULL ? skip_scheme (origin) : NULL;
  if (start == NULL)
    return NULL;

  authority = g_strndup (start, strcspn (start, "/?#"));
  for (const char *at = authority; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) || *at == ' ')
      return NULL;

  host = strrchr (authority, '@');
  host = host != NULL ? host + 1 : authority;

  end = *host == '[' ? strchr (host, ']') : strchr (host, ':');
  if (*host == '[')
    {
      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return NULL;
      end++;
    }

  if (end != NULL && *end == ':')
    {
      if (!is_port (end + 1))
        return NULL;
      *end = '\0';
    }

  return *host != '\0' ? g_ascii_strdown (host, -1) : NULL;
}

/*
 * resonate_origin_pattern_is_host:
 * @pattern: one of an application's allowed origins
 *
 * Returns: %FALSE for a pattern with a scheme, a port or a path, which no host can match
 */
gboolean
resonate_origin_pattern_is_host (const char *pattern)
{
  const char *rest = pattern;

  if (*rest == '[')
    {
      rest = strchr (rest, ']');
      if (rest == NULL)
        return FALSE;
    }

  return strpbrk (rest, ":/?#@ ") == NULL;
}
