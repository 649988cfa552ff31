/* resonate-pusher-error.h: what the protocol says went wrong, by number
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
 * ResonatePusherError:
 * @RESONATE_PUSHER_ERROR_UNKNOWN_APP: no app has that key; the connection is closed
 * @RESONATE_PUSHER_ERROR_APP_DISABLED: the app is not served at present; the connection is closed
 * @RESONATE_PUSHER_ERROR_OVER_QUOTA: the app has as many connections as it may; the connection is
 *   closed
 * @RESONATE_PUSHER_ERROR_UNAUTHORIZED: a signature, an origin or a membership was refused
 * @RESONATE_PUSHER_ERROR_TOO_LARGE: a message is larger than the app allows; it was not read
 * @RESONATE_PUSHER_ERROR_OVER_CAPACITY: the client does not take what is sent to it, or a channel
 * is full; come back later
 * @RESONATE_PUSHER_ERROR_INVALID_MESSAGE: a message is malformed or not known
 * @RESONATE_PUSHER_ERROR_NO_PONG: a ping was not answered in time; the connection is closed
 * @RESONATE_PUSHER_ERROR_RATE_LIMIT: too many messages, or messages of a kind that is switched off
 * @RESONATE_PUSHER_ERROR_SUBSCRIPTION_LIMIT: one subscription too many
 *
 * Codes of the [error@Resonate.PusherError] domain: the numbers of the Pusher protocol, as they
 * stand in `pusher:error` frames and in close frames.
 *
 * Clients act on the hundred: 4000 to 4099 do not reconnect, 4100 to 4199 do so after a while,
 * 4200 to 4299 at once. Source: Pusher Channels protocol 7, "Error codes".
 *
 * Since: 1.0
 */
typedef enum
{
  RESONATE_PUSHER_ERROR_UNKNOWN_APP = 4001,
  RESONATE_PUSHER_ERROR_APP_DISABLED = 4003,
  RESONATE_PUSHER_ERROR_OVER_QUOTA = 4004,
  RESONATE_PUSHER_ERROR_UNAUTHORIZED = 4009,
  RESONATE_PUSHER_ERROR_TOO_LARGE = 4019,
  RESONATE_PUSHER_ERROR_OVER_CAPACITY = 4100,
  RESONATE_PUSHER_ERROR_INVALID_MESSAGE = 4200,
  RESONATE_PUSHER_ERROR_NO_PONG = 4201,
  RESONATE_PUSHER_ERROR_RATE_LIMIT = 4301,
  RESONATE_PUSHER_ERROR_SUBSCRIPTION_LIMIT = 4302,
} ResonatePusherError;

/**
 * RESONATE_PUSHER_ERROR:
 *
 * The error domain of what the protocol refuses.
 *
 * Since: 1.0
 */
#define RESONATE_PUSHER_ERROR (resonate_pusher_error_quark ())

RESONATE_AVAILABLE_IN_1_0
GQuark resonate_pusher_error_quark (void);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_pusher_error_to_string (ResonatePusherError code);

G_END_DECLS
