/* cli.h: what the commands of resonatectl share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/* Exit statuses. A server that is missing on the bus is 3, for the commands that speak to one. */
typedef enum
{
  CLI_DONE = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2,
} CliStatus;

/* Options that stand before a command or behind it. */
typedef struct
{
  gboolean json;
  gboolean session;
  gboolean system;
} Cli;

typedef CliStatus (*CliFunc) (Cli *cli, int argc, char *argv[]);

CliStatus cmd_install (Cli *cli, int argc, char *argv[]);

CliStatus cmd_keygen (Cli *cli, int argc, char *argv[]);

CliStatus cmd_config (Cli *cli, int argc, char *argv[]);

CliStatus cmd_import (Cli *cli, int argc, char *argv[]);

CliStatus cmd_doctor (Cli *cli, int argc, char *argv[]);

gboolean
cli_parse (Cli *cli, GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv);

CliStatus cli_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);

CliStatus cli_failed (const char *format, ...) G_GNUC_PRINTF (1, 2);

void cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);

void cli_print_json (JsonBuilder *builder);

void cli_json_string (JsonBuilder *builder, const char *name, const char *value);

void cli_json_strings (JsonBuilder *builder, const char *name, GPtrArray *values);

gboolean cli_is_session (const Cli *cli);
