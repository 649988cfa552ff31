/* resonate-redis-settings-private.h: what every connection to one Redis has in common
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../base/resonate-wheel-private.h"
#include "resonate-redis-url-private.h"

G_BEGIN_DECLS

typedef struct
{
  int64_t connect_timeout_us; /* from the name to the last answer before commands are sent */
  int64_t command_timeout_us; /* waiting to be sent, and again for the answer; 0 is for ever */
  unsigned int max_queued;    /* commands that wait for a connection; 0 refuses them at once */
  size_t max_backlog;         /* bytes of commands that have no answer yet */
  size_t max_reply;           /* bytes of one reply */
  const char *ca_file;        /* (nullable): PEM, who is believed beside the system's */
  const char *cert_file;      /* (nullable): PEM, what is shown to a server that asks */
  const char *key_file;       /* (nullable): where it is not in cert_file */
} ResonateRedisOptions;

#define RESONATE_REDIS_OPTIONS_INIT                                                     \
  {                                                                                     \
    .connect_timeout_us = 2 * G_USEC_PER_SEC, .command_timeout_us = 5 * G_USEC_PER_SEC, \
    .max_queued = 1024, .max_backlog = 64 << 20, .max_reply = 64 << 20,                 \
  }

/* Shared by all that has to do with one Redis. Nothing in it changes. */
typedef struct
{
  grefcount references;
  ResonateRedisUrl *url;
  ResonateRedisOptions options;
  char *ca_file;   /* (nullable) */
  char *cert_file; /* (nullable) */
  char *key_file;  /* (nullable) */
  ResonateWheel *wheel;
} ResonateRedisSettings;

/* Takes @url; @options, (nullable), are copied. */
ResonateRedisSettings *resonate_redis_settings_new (ResonateRedisUrl *url,
                                                    const ResonateRedisOptions *options);

ResonateRedisSettings *resonate_redis_settings_ref (ResonateRedisSettings *self);

void resonate_redis_settings_unref (ResonateRedisSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisSettings, resonate_redis_settings_unref)

G_END_DECLS
