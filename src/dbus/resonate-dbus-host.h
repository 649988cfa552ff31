/* resonate-dbus-host.h: what the bus asks of the process that it is a part of
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <resonate.h>

G_BEGIN_DECLS

/* What ends or changes the whole process is not the bus's to do. The daemon fills this in; each is
 * called from the main loop, with the data that came with the table. */
typedef struct
{
  /* @timeout_us: negative takes the configured one */
  void (*drain) (int64_t timeout_us, gpointer user_data);

  /* Another server listens beside this one, and has its name by now. */
  void (*replaced) (gpointer user_data);

  void (*stop) (gpointer user_data);

  /* As stop, with a status that makes a supervisor start the process again. */
  void (*restart) (gpointer user_data);

  /* Another process goes on. @timeout_us: how long those may stay who cannot go there;
   * @health_timeout_us: how long it may take to be ready; negative takes the usual. */
  void (*reload) (int64_t timeout_us,
                  int64_t health_timeout_us,
                  GAsyncReadyCallback callback,
                  gpointer callback_data,
                  gpointer user_data);

  /* (transfer full): the report, `a{sv}`, or NULL with @error set and this process serves on. */
  GVariant *(*reload_finish) (GAsyncResult *result, GError **error);

  /* Reads the configuration as it would be if the process were started now, and applies nothing. */
  void (*check_config) (GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data);

  gboolean (*check_config_finish) (GAsyncResult *result, gpointer user_data, GError **error);

  /* Reads it, and applies it as a whole or not at all. */
  void (*reload_config) (GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data);

  /* (transfer full): what has changed, `a(sss)`. */
  GVariant *(*reload_config_finish) (GAsyncResult *result, gpointer user_data, GError **error);

  /* Somebody wants debug messages, or does not any more. */
  void (*set_debug) (gboolean wanted, gpointer user_data);
} ResonateDbusHost;

G_END_DECLS
