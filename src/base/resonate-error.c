/* resonate-error.c: what can go wrong, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-error"

#include "config.h"

#include "resonate-error.h"

/* One row per code, in order: the same failure reads the same in C, over D-Bus and from gdbus. */
static const GDBusErrorEntry entries[] = {
  { RESONATE_ERROR_FAILED, "org.resonate.Resonate1.Error.Failed" },
  { RESONATE_ERROR_CONFIG, "org.resonate.Resonate1.Error.Config" },
  { RESONATE_ERROR_UNKNOWN_APP, "org.resonate.Resonate1.Error.UnknownApp" },
  { RESONATE_ERROR_ALREADY_SUBSCRIBED, "org.resonate.Resonate1.Error.AlreadySubscribed" },
  { RESONATE_ERROR_UNAUTHORIZED, "org.resonate.Resonate1.Error.Unauthorized" },
  { RESONATE_ERROR_LIMIT, "org.resonate.Resonate1.Error.Limit" },
  { RESONATE_ERROR_BAD_STATE, "org.resonate.Resonate1.Error.BadState" },
  { RESONATE_ERROR_UNAVAILABLE, "org.resonate.Resonate1.Error.Unavailable" },
  { RESONATE_ERROR_SYNTAX, "org.resonate.Resonate1.Error.Syntax" },
  { RESONATE_ERROR_NOT_FOUND, "org.resonate.Resonate1.Error.NotFound" },
  { RESONATE_ERROR_BAD_ARGUMENT, "org.resonate.Resonate1.Error.BadArgument" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == RESONATE_ERROR_BAD_ARGUMENT + 1);

/**
 * resonate_error_quark:
 *
 * Gets the domain of [error@Resonate.Error].
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
GQuark
resonate_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("resonate-error-quark", &quark, entries,
                                      G_N_ELEMENTS (entries));

  return (GQuark) quark;
}
