/* resonate-error.h: what can go wrong, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "resonate-version-macros.h"

G_BEGIN_DECLS

/**
 * ResonateError:
 * @RESONATE_ERROR_FAILED: something went wrong that has no code of its own
 * @RESONATE_ERROR_CONFIG: a configuration value is missing or out of range
 * @RESONATE_ERROR_UNKNOWN_APP: no app has that id or key
 * @RESONATE_ERROR_ALREADY_SUBSCRIBED: the connection is in that channel already
 * @RESONATE_ERROR_UNAUTHORIZED: the signature, token or origin was refused
 * @RESONATE_ERROR_LIMIT: a configured limit (connections, message size, rate) was reached
 * @RESONATE_ERROR_BAD_STATE: the operation makes no sense in the server's present state
 * @RESONATE_ERROR_UNAVAILABLE: a backend (Redis, database, webhook endpoint) did not answer
 * @RESONATE_ERROR_SYNTAX: a text that should be JSON, or a request that should be HTTP, is not
 * @RESONATE_ERROR_NOT_FOUND: there is nothing, or nobody, of that name
 * @RESONATE_ERROR_BAD_ARGUMENT: an argument is none that the method takes
 *
 * Codes of the [error@Resonate.Error] domain.
 *
 * A caller may branch on these. Anything finer belongs in the message, which is for people.
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_ERROR_FAILED,
  RESONATE_ERROR_CONFIG,
  RESONATE_ERROR_UNKNOWN_APP,
  RESONATE_ERROR_ALREADY_SUBSCRIBED,
  RESONATE_ERROR_UNAUTHORIZED,
  RESONATE_ERROR_LIMIT,
  RESONATE_ERROR_BAD_STATE,
  RESONATE_ERROR_UNAVAILABLE,
  RESONATE_ERROR_SYNTAX,
  RESONATE_ERROR_NOT_FOUND,
  RESONATE_ERROR_BAD_ARGUMENT,
} ResonateError;

/**
 * RESONATE_ERROR:
 *
 * The error domain of the library and of its D-Bus interfaces.
 *
 * Since: 1.0
 */
#define RESONATE_ERROR (resonate_error_quark ())

RESONATE_AVAILABLE_IN_1_0
GQuark resonate_error_quark (void);

G_END_DECLS
