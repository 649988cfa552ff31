/* client.h: a running server, as commands reach it over the bus
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "cli.h"
#include "resonate-dbus-gen.h"

/* The rights that a method needs may have to be asked for, of a person who has to find a password.
 */
#define CLIENT_FLAGS \
  (G_DBUS_CALL_FLAGS_NO_AUTO_START | G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION)
#define CLIENT_TIMEOUT_MS 120000

/* What is wrong before the server is asked, or instead of its answer; each has an exit status. */
typedef enum
{
  CLIENT_ERROR_NO_SERVER,
  CLIENT_ERROR_USAGE,
  CLIENT_ERROR_UNKNOWN_APP,
  CLIENT_ERROR_BAD_ANSWER,
} ClientError;

#define CLIENT_ERROR (client_error_quark ())

GQuark client_error_quark (void);

typedef struct
{
  GDBusConnection *connection;
  ResonateDbusGenManager *manager;
} Client;

gboolean client_parse (
  Cli *cli, GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv);

/* The bus that the options name. Fails with CLIENT_ERROR_NO_SERVER, or _USAGE for the address. */
GDBusConnection *client_open_bus (const Cli *cli, GError **error);

Client *client_new (const Cli *cli, GError **error);

void client_free (Client *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

ResonateDbusGenMetrics *client_dup_metrics (Client *self, GError **error);

GVariant *client_dup_apps (Client *self, GError **error);

ResonateDbusGenApp *client_dup_app (Client *self, const char *id, GError **error);

CliStatus client_failed (const GError *error);
