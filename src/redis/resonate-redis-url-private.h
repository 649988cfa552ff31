/* resonate-redis-url-private.h: where Redis is, and who asks
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  RESONATE_REDIS_ONE,      /* one server, at an address or a Unix socket */
  RESONATE_REDIS_SENTINEL, /* whoever the sentinels say is the master */
  RESONATE_REDIS_CLUSTER,  /* several masters, each with some of the slots */
} ResonateRedisKind;

typedef struct
{
  char *host; /* or the path of a Unix socket, which begins with `/` */
  uint16_t port;
} ResonateRedisHost;

ResonateRedisHost *resonate_redis_host_new (const char *host, uint16_t port);

ResonateRedisHost *resonate_redis_host_copy (const ResonateRedisHost *self);

void resonate_redis_host_free (ResonateRedisHost *self);

gboolean resonate_redis_host_equal (const ResonateRedisHost *a, const ResonateRedisHost *b);

/* For messages and tables: `127.0.0.1:6379`, `[::1]:6379`, `/run/redis/redis.sock`. */
char *resonate_redis_host_to_string (const ResonateRedisHost *self);

typedef struct
{
  ResonateRedisKind kind;
  gboolean use_tls;
  GPtrArray *hosts;      /* (element-type ResonateRedisHost): at least one */
  char *user;            /* (nullable) */
  char *password;        /* (nullable) */
  char *master_name;     /* (nullable): of the sentinels */
  unsigned int database; /* 0 with RESONATE_REDIS_CLUSTER */
} ResonateRedisUrl;

/* redis://, rediss://, tls://, unix://, and redis+sentinel://a,b,c/name[/db], redis+cluster://a,b,c
 * with rediss+ for TLS. The error, RESONATE_ERROR_CONFIG, says what is wrong and never repeats a
 * part of the URL that may be a piece of the password. */
ResonateRedisUrl *resonate_redis_url_parse (const char *text, GError **error);

void resonate_redis_url_free (ResonateRedisUrl *self);

/* Without user and password. */
char *resonate_redis_url_to_string (const ResonateRedisUrl *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisHost, resonate_redis_host_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisUrl, resonate_redis_url_free)

G_END_DECLS
