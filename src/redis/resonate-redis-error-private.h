/* resonate-redis-error-private.h: what Redis answers instead of an answer, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "../base/resonate-error.h"

G_BEGIN_DECLS

/* The first word of an error of the server. What the link itself has to say (nobody there, too
 * late, too much) is RESONATE_ERROR_UNAVAILABLE, and RESONATE_ERROR_BAD_STATE once it is closed. */
typedef enum
{
  RESONATE_REDIS_ERROR_OTHER, /* ERR, and every word that is not below */
  RESONATE_REDIS_ERROR_LOADING,
  RESONATE_REDIS_ERROR_READONLY,
  RESONATE_REDIS_ERROR_MASTERDOWN,
  RESONATE_REDIS_ERROR_OOM,
  RESONATE_REDIS_ERROR_MISCONF,
  RESONATE_REDIS_ERROR_NOREPLICAS,
  RESONATE_REDIS_ERROR_NOAUTH,
  RESONATE_REDIS_ERROR_WRONGPASS,
  RESONATE_REDIS_ERROR_NOPERM,
  RESONATE_REDIS_ERROR_WRONGTYPE,
  RESONATE_REDIS_ERROR_NOSCRIPT,
  RESONATE_REDIS_ERROR_MOVED,
  RESONATE_REDIS_ERROR_ASK,
  RESONATE_REDIS_ERROR_TRYAGAIN,
  RESONATE_REDIS_ERROR_CROSSSLOT,
  RESONATE_REDIS_ERROR_CLUSTERDOWN,
  RESONATE_REDIS_ERROR_BUSY,
  RESONATE_REDIS_ERROR_BUSYGROUP,
  RESONATE_REDIS_ERROR_NOGROUP,
  RESONATE_REDIS_ERROR_REPLY, /* not the server's: the reply is not of the type that was asked for
                               */
} ResonateRedisError;

#define RESONATE_REDIS_ERROR (resonate_redis_error_quark ())

GQuark resonate_redis_error_quark (void);

/* From the text of an error reply, such as `WRONGTYPE Operation against a key …`. An error of a
 * command that a script called has the name of that one, in Redis 6 as in 7. */
GError *resonate_redis_error_new (const char *text, size_t length);

/* Whether it may go away by itself: nobody there, or a server that cannot just now. */
gboolean resonate_redis_error_is_unavailable (const GError *error);

G_END_DECLS
