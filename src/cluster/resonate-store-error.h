/* resonate-store-error.h: what can go wrong with what the nodes share, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-version-macros.h"

G_BEGIN_DECLS

/**
 * ResonateStoreError:
 * @RESONATE_STORE_ERROR_FAILED: something went wrong that has no code of its own
 * @RESONATE_STORE_ERROR_UNAVAILABLE: the server behind it cannot be reached, or does not take
 *   commands at present; what was asked for may have happened if it was under way
 * @RESONATE_STORE_ERROR_TIMEOUT: the server behind it did not answer in time
 * @RESONATE_STORE_ERROR_CLOSED: the object was closed
 * @RESONATE_STORE_ERROR_NOT_SUPPORTED: this backend cannot do that
 * @RESONATE_STORE_ERROR_NO_SUCH_TABLE: no table has that name
 * @RESONATE_STORE_ERROR_NO_SUCH_COLUMN: the table has no column of that name
 * @RESONATE_STORE_ERROR_BAD_SCHEMA: columns that no table can have, or not those that the table has
 * @RESONATE_STORE_ERROR_TYPE_MISMATCH: a value is not of its column's type
 * @RESONATE_STORE_ERROR_VALUE_TOO_LONG: a value is longer than its column, or a call has too many
 *   values
 * @RESONATE_STORE_ERROR_OUT_OF_RANGE: the sum does not fit into 64 bits, or is no finite number
 * @RESONATE_STORE_ERROR_CAPACITY: there are as many as there may be; nothing was written
 * @RESONATE_STORE_ERROR_SCRIPT: a script of the server failed
 * @RESONATE_STORE_ERROR_PROTOCOL: an answer was none that the question can have
 * @RESONATE_STORE_ERROR_INVALID_NAME: a name or key is empty, too long, or not text
 * @RESONATE_STORE_ERROR_NOT_CONNECTED: there is no connection yet
 * @RESONATE_STORE_ERROR_RATE_LIMITED: more often than it may be
 * @RESONATE_STORE_ERROR_UNAUTHENTICATED: the server behind it wants another user or password, or a
 *   signature was not right
 * @RESONATE_STORE_ERROR_FORBIDDEN: the user may not do that
 *
 * Codes of the [error@Resonate.StoreError] domain.
 *
 * A miss is none of them: what is not there reads as nothing. Matching the domain catches all.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_STORE_ERROR_FAILED,
  RESONATE_STORE_ERROR_UNAVAILABLE,
  RESONATE_STORE_ERROR_TIMEOUT,
  RESONATE_STORE_ERROR_CLOSED,
  RESONATE_STORE_ERROR_NOT_SUPPORTED,
  RESONATE_STORE_ERROR_NO_SUCH_TABLE,
  RESONATE_STORE_ERROR_NO_SUCH_COLUMN,
  RESONATE_STORE_ERROR_BAD_SCHEMA,
  RESONATE_STORE_ERROR_TYPE_MISMATCH,
  RESONATE_STORE_ERROR_VALUE_TOO_LONG,
  RESONATE_STORE_ERROR_OUT_OF_RANGE,
  RESONATE_STORE_ERROR_CAPACITY,
  RESONATE_STORE_ERROR_SCRIPT,
  RESONATE_STORE_ERROR_PROTOCOL,
  RESONATE_STORE_ERROR_INVALID_NAME,
  RESONATE_STORE_ERROR_NOT_CONNECTED,
  RESONATE_STORE_ERROR_RATE_LIMITED,
  RESONATE_STORE_ERROR_UNAUTHENTICATED,
  RESONATE_STORE_ERROR_FORBIDDEN,
} ResonateStoreError;

/**
 * RESONATE_STORE_ERROR:
 *
 * The error domain of stores, of publish and subscribe, and of streams.
 *
 * Since: 1.0
 */
#define RESONATE_STORE_ERROR (resonate_store_error_quark ())

RESONATE_AVAILABLE_IN_1_0
GQuark resonate_store_error_quark (void);

G_END_DECLS
