/* resonate-redis-url.c: where Redis is, and who asks
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-url"

#include "config.h"

#include <string.h>

#include "../base/resonate-error.h"
#include "resonate-redis-url-private.h"

#define REDIS_PORT    6379
#define SENTINEL_PORT 26379
#define MAX_DATABASE  65535

static const struct
{
  const char *scheme;
  ResonateRedisKind kind;
  gboolean use_tls;
  gboolean is_path;
} schemes[] = {
  { "redis", RESONATE_REDIS_ONE, FALSE, FALSE },
  { "rediss", RESONATE_REDIS_ONE, TRUE, FALSE },
  { "tls", RESONATE_REDIS_ONE, TRUE, FALSE },
  { "tcp", RESONATE_REDIS_ONE, FALSE, FALSE },
  { "unix", RESONATE_REDIS_ONE, FALSE, TRUE },
  { "redis+sentinel", RESONATE_REDIS_SENTINEL, FALSE, FALSE },
  { "rediss+sentinel", RESONATE_REDIS_SENTINEL, TRUE, FALSE },
  { "redis+cluster", RESONATE_REDIS_CLUSTER, FALSE, FALSE },
  { "rediss+cluster", RESONATE_REDIS_CLUSTER, TRUE, FALSE },
};

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "The URL of Redis: %s", text);

  return FALSE;
}

ResonateRedisHost *
resonate_redis_host_new (const char *host, uint16_t port)
{
  ResonateRedisHost *self = g_new0 (ResonateRedisHost, 1);

  self->host = g_strdup (host);
  self->port = port;

  return self;
}

ResonateRedisHost *
resonate_redis_host_copy (const ResonateRedisHost *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return resonate_redis_host_new (self->host, self->port);
}

void
resonate_redis_host_free (ResonateRedisHost *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->host);
  g_free (self);
}

gboolean
resonate_redis_host_equal (const ResonateRedisHost *a, const ResonateRedisHost *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->port == b->port && strcmp (a->host, b->host) == 0;
}

char *
resonate_redis_host_to_string (const ResonateRedisHost *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->host[0] == '/')
    return g_strdup (self->host);

  return g_strdup_printf (strchr (self->host, ':') != NULL ? "[%s]:%u" : "%s:%u", self->host,
                          self->port);
}

static gboolean
parse_number (const char *text, guint64 min, guint64 max, guint64 *number)
{
  return g_ascii_string_to_unsigned (text, 10, min, max, number, NULL);
}

/* Whatever is quoted here might be a piece of a password with an `@` or a `/` in it, so nothing is.
 */
static gboolean
parse_host (ResonateRedisUrl *self, const char *text, uint16_t default_port, GError **error)
{
  g_autofree char *host = NULL;
  const char *rest;
  guint64 port = default_port;

  if (text[0] == '[')
    {
      rest = strchr (text, ']');
      if (rest == NULL)
        return refuse (error, "an IPv6 address lacks its “]”");

      host = g_strndup (text + 1, (size_t) (rest - text - 1));
      rest++;
      if (!g_hostname_is_ip_address (host))
        return refuse (error, "what is in brackets is no IPv6 address");
    }
  else
    {
      rest = text + strcspn (text, ":");
      host = g_strndup (text, (size_t) (rest - text));
    }

  if (rest[0] == ':' && strchr (rest + 1, ':') != NULL)
    return refuse (error, "an IPv6 address has to be in brackets, such as [::1]:6379");
  if (host[0] == '\0')
    return refuse (error, "the host is missing; write redis://HOST:PORT");
  if (rest[0] != '\0' && (rest[0] != ':' || !parse_number (rest + 1, 1, 65535, &port)))
    return refuse (error, "a port is no number from 1 to 65535");

  g_ptr_array_add (self->hosts, resonate_redis_host_new (host, (uint16_t) port));

  return TRUE;
}

static gboolean
parse_hosts (ResonateRedisUrl *self, const char *text, GError **error)
{
  g_auto (GStrv) hosts = g_strsplit (text, ",", -1);
  uint16_t port = self->kind == RESONATE_REDIS_SENTINEL ? SENTINEL_PORT : REDIS_PORT;

  if (hosts[0] == NULL)
    return refuse (error, "the host is missing; write redis://HOST:PORT");
  if (hosts[1] != NULL && self->kind == RESONATE_REDIS_ONE)
    return refuse (error, "several hosts are for redis+sentinel:// and redis+cluster:// only");

  for (char **host = hosts; *host != NULL; host++)
    if (!parse_host (self, *host, port, error))
      return FALSE;

  return TRUE;
}

static gboolean
decode (const char *text, size_t length, char **decoded, GError **error)
{
  *decoded = g_uri_unescape_segment (text, text + length, NULL);
  if (*decoded == NULL)
    return refuse (error,
                   "user and password may only have “%%” where two hexadecimal digits follow");
  if (**decoded == '\0')
    g_clear_pointer (decoded, g_free);

  return TRUE;
}

static gboolean
parse_credentials (ResonateRedisUrl *self, const char *text, size_t length, GError **error)
{
  const char *colon = memchr (text, ':', length);

  if (colon == NULL)
    return refuse (error, "there is a user and no password; write USER:PASSWORD@ or :PASSWORD@");
  if (!decode (text, (size_t) (colon - text), &self->user, error) ||
      !decode (colon + 1, length - (size_t) (colon + 1 - text), &self->password, error))
    return FALSE;
  if (self->user != NULL && self->password == NULL)
    return refuse (error, "there is a user and no password; write USER:PASSWORD@ or :PASSWORD@");

  return TRUE;
}

static gboolean
parse_database (ResonateRedisUrl *self, const char *text, GError **error)
{
  guint64 database;

  if (!parse_number (text, 0, MAX_DATABASE, &database))
    return refuse (error, "the database is no number from 0 to %d", MAX_DATABASE);
  if (database != 0 && self->kind == RESONATE_REDIS_CLUSTER)
    return refuse (error, "Redis Cluster has no database but 0");

  self->database = (unsigned int) database;

  return TRUE;
}

static gboolean
parse_path (ResonateRedisUrl *self, const char *path, GError **error)
{
  const char *slash;

  if (self->kind == RESONATE_REDIS_SENTINEL)
    {
      slash = path + strcspn (path, "/");
      if (!decode (path, (size_t) (slash - path), &self->master_name, error))
        return FALSE;
      if (self->master_name == NULL)
        return refuse (error, "the name that the sentinels know the master by is missing; "
                              "write redis+sentinel://HOST,HOST/NAME");

      path = slash[0] == '/' ? slash + 1 : slash;
    }

  return path[0] == '\0' || parse_database (self, path, error);
}

static gboolean
parse_query (ResonateRedisUrl *self, const char *query, GError **error)
{
  if (!g_str_has_prefix (query, "db="))
    return refuse (error, "the only option after “?” is db=NUMBER");

  return parse_database (self, query + 3, error);
}

static gboolean
parse_rest (ResonateRedisUrl *self, const char *text, gboolean is_path, GError **error)
{
  size_t length = strcspn (text, "/?#");
  const char *path = text + length;
  const char *at = length > 0 ? memrchr (text, '@', length) : NULL;
  g_autofree char *hosts = NULL;
  g_auto (GStrv) halves = NULL;

  if (strchr (path, '@') != NULL && at == NULL && !is_path)
    return refuse (error, "in user and password “/”, “?” and “#” are written %%2F, %%3F and %%23");
  if (strchr (path, '#') != NULL)
    return refuse (error, "“#” has no meaning here; in a password it is written %%23");
  if (at != NULL && !parse_credentials (self, text, (size_t) (at - text), error))
    return FALSE;

  at = at != NULL ? at + 1 : text;
  hosts = g_strndup (at, (size_t) (path - at));
  halves = g_strsplit (path, "?", 2);
  if (halves[0] != NULL && halves[1] != NULL && !parse_query (self, halves[1], error))
    return FALSE;

  if (is_path)
    {
      if (hosts[0] != '\0' || halves[0] == NULL || halves[0][0] != '/' || halves[0][1] == '\0')
        return refuse (error, "a Unix socket has an absolute path; write unix:///run/redis.sock");

      g_ptr_array_add (self->hosts, resonate_redis_host_new (halves[0], 0));
      return TRUE;
    }

  return parse_hosts (self, hosts, error) &&
         parse_path (self, halves[0] != NULL && halves[0][0] == '/' ? halves[0] + 1 : "", error);
}

static gboolean
find_scheme (const char *text, size_t length, size_t *found, GError **error)
{
  g_autofree char *scheme = g_ascii_strdown (text, (gssize) length);
  const char *shown = length <= 16 ? scheme : "that one";

  for (*found = 0; *found < G_N_ELEMENTS (schemes); ++*found)
    if (strcmp (scheme, schemes[*found].scheme) == 0)
      return TRUE;

  /* Before a “:” that is not a scheme's there may be anything. */
  if (strspn (scheme, "abcdefghijklmnopqrstuvwxyz+.-") != length || length == 0)
    return refuse (error, "it has no scheme; write redis://HOST:PORT");

  return refuse (error,
                 "unsupported scheme “%s”; write redis://, rediss://, unix://, "
                 "redis+sentinel:// or redis+cluster://",
                 shown);
}

ResonateRedisUrl *
resonate_redis_url_parse (const char *text, GError **error)
{
  g_autoptr (ResonateRedisUrl) self = NULL;
  const char *colon;
  size_t i;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  colon = strstr (text, "://");
  if (colon == NULL)
    {
      refuse (error, "it has no scheme; write redis://HOST:PORT");
      return NULL;
    }
  if (!find_scheme (text, (size_t) (colon - text), &i, error))
    return NULL;

  self = g_new0 (ResonateRedisUrl, 1);
  self->kind = schemes[i].kind;
  self->use_tls = schemes[i].use_tls;
  self->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_redis_host_free);
  if (!parse_rest (self, colon + 3, schemes[i].is_path, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
resonate_redis_url_free (ResonateRedisUrl *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->hosts);
  g_free (self->user);
  g_free (self->password);
  g_free (self->master_name);
  g_free (self);
}

char *
resonate_redis_url_to_string (const ResonateRedisUrl *self)
{
  static const char *const kinds[] = { "", "+sentinel", "+cluster" };
  GString *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  if (((ResonateRedisHost *) self->hosts->pdata[0])->host[0] == '/')
    g_string_append (text, "unix://");
  else
    g_string_append_printf (text, "%s%s://", self->use_tls ? "rediss" : "redis", kinds[self->kind]);

  for (unsigned int i = 0; i < self->hosts->len; i++)
    {
      g_autofree char *host = resonate_redis_host_to_string (self->hosts->pdata[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", host);
    }
  if (self->master_name != NULL)
    g_string_append_printf (text, "/%s", self->master_name);
  if (self->database != 0)
    g_string_append_printf (text, "?db=%u", self->database);

  return g_string_free (text, FALSE);
}
