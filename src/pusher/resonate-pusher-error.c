/* resonate-pusher-error.c: what the protocol says went wrong, by number
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-pusher-error"

#include "config.h"

#include "resonate-pusher-error.h"

/* One row per code: the text that clients are sent, and the name that the bus knows it by. */
static const struct
{
  ResonatePusherError code;
  const char *text;
  const char *dbus_name;
} rows[] = {
  { RESONATE_PUSHER_ERROR_UNKNOWN_APP, "Application does not exist",
    "org.resonate.Resonate1.PusherError.UnknownApp" },
  { RESONATE_PUSHER_ERROR_APP_DISABLED, "Application disabled",
    "org.resonate.Resonate1.PusherError.AppDisabled" },
  { RESONATE_PUSHER_ERROR_OVER_QUOTA, "Application is over connection quota",
    "org.resonate.Resonate1.PusherError.OverQuota" },
  { RESONATE_PUSHER_ERROR_UNAUTHORIZED, "Connection is unauthorized",
    "org.resonate.Resonate1.PusherError.Unauthorized" },
  { RESONATE_PUSHER_ERROR_TOO_LARGE, "Message size exceeded",
    "org.resonate.Resonate1.PusherError.TooLarge" },
  { RESONATE_PUSHER_ERROR_OVER_CAPACITY, "Over capacity",
    "org.resonate.Resonate1.PusherError.OverCapacity" },
  { RESONATE_PUSHER_ERROR_INVALID_MESSAGE, "Invalid message format",
    "org.resonate.Resonate1.PusherError.InvalidMessage" },
  { RESONATE_PUSHER_ERROR_NO_PONG, "Pong reply not received in time",
    "org.resonate.Resonate1.PusherError.NoPong" },
  { RESONATE_PUSHER_ERROR_RATE_LIMIT, "Rate limit exceeded",
    "org.resonate.Resonate1.PusherError.RateLimit" },
  { RESONATE_PUSHER_ERROR_SUBSCRIPTION_LIMIT, "Subscription limit reached",
    "org.resonate.Resonate1.PusherError.SubscriptionLimit" },
};

/**
 * resonate_pusher_error_quark:
 *
 * Gets the domain of [error@Resonate.PusherError].
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
GQuark
resonate_pusher_error_quark (void)
{
  static gsize quark = 0;

  if (g_once_init_enter (&quark))
    {
      GQuark domain = g_quark_from_static_string ("resonate-pusher-error-quark");

      for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        g_dbus_error_register_error (domain, rows[i].code, rows[i].dbus_name);
      g_once_init_leave (&quark, domain);
    }

  return (GQuark) quark;
}

/**
 * resonate_pusher_error_to_string:
 * @code: a code
 *
 * Gets the text that the protocol gives to a code when nothing more exact is known.
 *
 * Returns: (transfer none): the text, in English as clients expect it
 *
 * Since: 1.0
 */
const char *
resonate_pusher_error_to_string (ResonatePusherError code)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].code == code)
        return rows[i].text;
    }

  g_return_val_if_reached (NULL);
}
