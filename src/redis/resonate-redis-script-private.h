/* resonate-redis-script-private.h: a Lua script that Redis runs as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The first time on a connection it is sent as text, which Redis keeps, and then by its digest; a
 * server that has forgotten it (NOSCRIPT) is sent the text again. So calls keep their order, and
 * nobody has to load anything. */
typedef struct _ResonateRedisScript ResonateRedisScript;

/* @name is for messages, and both texts are static. */
ResonateRedisScript *resonate_redis_script_new (const char *name, const char *source);

ResonateRedisScript *resonate_redis_script_ref (ResonateRedisScript *self);

void resonate_redis_script_unref (ResonateRedisScript *self);

const char *resonate_redis_script_get_name (const ResonateRedisScript *self);

const char *resonate_redis_script_get_source (const ResonateRedisScript *self);

/* SHA-1 in hexadecimal. */
const char *resonate_redis_script_get_digest (const ResonateRedisScript *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateRedisScript, resonate_redis_script_unref)

G_END_DECLS
