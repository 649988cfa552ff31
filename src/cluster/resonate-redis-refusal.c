/* resonate-redis-refusal.c: what a Redis reports, in the words of a store
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-refusal"

#include "config.h"

#include "resonate-redis-refusal-private.h"

#include "../base/resonate-error.h"
#include "../redis/resonate-redis-error-private.h"
#include "resonate-store-error.h"

static ResonateStoreError
code_of_server (int code)
{
  switch ((ResonateRedisError) code)
    {
    case RESONATE_REDIS_ERROR_NOAUTH:
    case RESONATE_REDIS_ERROR_WRONGPASS:
      return RESONATE_STORE_ERROR_UNAUTHENTICATED;

    case RESONATE_REDIS_ERROR_NOPERM:
      return RESONATE_STORE_ERROR_FORBIDDEN;

    case RESONATE_REDIS_ERROR_WRONGTYPE:
      return RESONATE_STORE_ERROR_TYPE_MISMATCH;

    case RESONATE_REDIS_ERROR_CROSSSLOT:
      return RESONATE_STORE_ERROR_NOT_SUPPORTED;

    case RESONATE_REDIS_ERROR_NOSCRIPT:
      return RESONATE_STORE_ERROR_SCRIPT;

    case RESONATE_REDIS_ERROR_REPLY:
      return RESONATE_STORE_ERROR_PROTOCOL;

    case RESONATE_REDIS_ERROR_LOADING:
    case RESONATE_REDIS_ERROR_READONLY:
    case RESONATE_REDIS_ERROR_MASTERDOWN:
    case RESONATE_REDIS_ERROR_OOM:
    case RESONATE_REDIS_ERROR_MISCONF:
    case RESONATE_REDIS_ERROR_NOREPLICAS:
    case RESONATE_REDIS_ERROR_MOVED:
    case RESONATE_REDIS_ERROR_ASK:
    case RESONATE_REDIS_ERROR_TRYAGAIN:
    case RESONATE_REDIS_ERROR_CLUSTERDOWN:
    case RESONATE_REDIS_ERROR_BUSY:
      return RESONATE_STORE_ERROR_UNAVAILABLE;

    case RESONATE_REDIS_ERROR_OTHER:
    case RESONATE_REDIS_ERROR_BUSYGROUP:
    case RESONATE_REDIS_ERROR_NOGROUP:
    default:
      return RESONATE_STORE_ERROR_FAILED;
    }
}

static ResonateStoreError
code_of (const GError *error)
{
  if (error->domain == RESONATE_REDIS_ERROR)
    return code_of_server (error->code);

  if (g_error_matches (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE))
    return RESONATE_STORE_ERROR_CLOSED;

  if (g_error_matches (error, RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE))
    return RESONATE_STORE_ERROR_UNAVAILABLE;

  return RESONATE_STORE_ERROR_FAILED;
}

GError *
resonate_redis_refusal_new (const GError *error, const char *doing)
{
  g_return_val_if_fail (error != NULL && doing != NULL, NULL);

  return g_error_new (RESONATE_STORE_ERROR, (int) code_of (error), "%s: %s", doing, error->message);
}
