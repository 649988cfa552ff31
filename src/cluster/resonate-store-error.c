/* resonate-store-error.c: what can go wrong with what the nodes share, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store-error"

#include "config.h"

#include "resonate-store-error.h"

/* One row per code, in order. */
static const GDBusErrorEntry entries[] = {
  { RESONATE_STORE_ERROR_FAILED, "org.resonate.Resonate1.StoreError.Failed" },
  { RESONATE_STORE_ERROR_UNAVAILABLE, "org.resonate.Resonate1.StoreError.Unavailable" },
  { RESONATE_STORE_ERROR_TIMEOUT, "org.resonate.Resonate1.StoreError.Timeout" },
  { RESONATE_STORE_ERROR_CLOSED, "org.resonate.Resonate1.StoreError.Closed" },
  { RESONATE_STORE_ERROR_NOT_SUPPORTED, "org.resonate.Resonate1.StoreError.NotSupported" },
  { RESONATE_STORE_ERROR_NO_SUCH_TABLE, "org.resonate.Resonate1.StoreError.NoSuchTable" },
  { RESONATE_STORE_ERROR_NO_SUCH_COLUMN, "org.resonate.Resonate1.StoreError.NoSuchColumn" },
  { RESONATE_STORE_ERROR_BAD_SCHEMA, "org.resonate.Resonate1.StoreError.BadSchema" },
  { RESONATE_STORE_ERROR_TYPE_MISMATCH, "org.resonate.Resonate1.StoreError.TypeMismatch" },
  { RESONATE_STORE_ERROR_VALUE_TOO_LONG, "org.resonate.Resonate1.StoreError.ValueTooLong" },
  { RESONATE_STORE_ERROR_OUT_OF_RANGE, "org.resonate.Resonate1.StoreError.OutOfRange" },
  { RESONATE_STORE_ERROR_CAPACITY, "org.resonate.Resonate1.StoreError.Capacity" },
  { RESONATE_STORE_ERROR_SCRIPT, "org.resonate.Resonate1.StoreError.Script" },
  { RESONATE_STORE_ERROR_PROTOCOL, "org.resonate.Resonate1.StoreError.Protocol" },
  { RESONATE_STORE_ERROR_INVALID_NAME, "org.resonate.Resonate1.StoreError.InvalidName" },
  { RESONATE_STORE_ERROR_NOT_CONNECTED, "org.resonate.Resonate1.StoreError.NotConnected" },
  { RESONATE_STORE_ERROR_RATE_LIMITED, "org.resonate.Resonate1.StoreError.RateLimited" },
  { RESONATE_STORE_ERROR_UNAUTHENTICATED, "org.resonate.Resonate1.StoreError.Unauthenticated" },
  { RESONATE_STORE_ERROR_FORBIDDEN, "org.resonate.Resonate1.StoreError.Forbidden" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == RESONATE_STORE_ERROR_FORBIDDEN + 1);

/**
 * resonate_store_error_quark:
 *
 * Gets the domain of [error@Resonate.StoreError].
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
GQuark
resonate_store_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("resonate-store-error-quark", &quark, entries,
                                      G_N_ELEMENTS (entries));

  return (GQuark) quark;
}
