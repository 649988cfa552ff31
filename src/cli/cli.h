/* cli.h: what the commands of resonatectl share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/* Exit statuses. */
typedef enum
{
  CLI_DONE = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2,
  CLI_NO_SERVER = 3,
} CliStatus;

/* Options that stand before a command or behind it. */
typedef struct
{
  gboolean json;
  gboolean session;
  gboolean system;
  char *address; /* (nullable): of a bus */
} Cli;

void cli_clear (Cli *cli);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cli, cli_clear)

typedef CliStatus (*CliFunc) (Cli *cli, int argc, char *argv[]);

CliStatus cmd_install (Cli *cli, int argc, char *argv[]);

CliStatus cmd_keygen (Cli *cli, int argc, char *argv[]);

CliStatus cmd_config (Cli *cli, int argc, char *argv[]);

CliStatus cmd_config_reload (Cli *cli);

CliStatus cmd_import (Cli *cli, int argc, char *argv[]);

CliStatus cmd_status (Cli *cli, int argc, char *argv[]);

CliStatus cmd_apps (Cli *cli, int argc, char *argv[]);

CliStatus cmd_metrics (Cli *cli, int argc, char *argv[]);

CliStatus cmd_monitor (Cli *cli, int argc, char *argv[]);

CliStatus cmd_channels (Cli *cli, int argc, char *argv[]);

CliStatus cmd_members (Cli *cli, int argc, char *argv[]);

CliStatus cmd_connections (Cli *cli, int argc, char *argv[]);

CliStatus cmd_connection (Cli *cli, int argc, char *argv[]);

CliStatus cmd_publish (Cli *cli, int argc, char *argv[]);

CliStatus cmd_terminate (Cli *cli, int argc, char *argv[]);

CliStatus cmd_reload (Cli *cli, int argc, char *argv[]);

CliStatus cmd_restart (Cli *cli, int argc, char *argv[]);

CliStatus cmd_stop (Cli *cli, int argc, char *argv[]);

CliStatus cmd_doctor (Cli *cli, int argc, char *argv[]);

gboolean
cli_parse (Cli *cli, GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv);

gboolean cli_take (char **words, unsigned int min, unsigned int max);

CliStatus cli_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);

CliStatus cli_failed (const char *format, ...) G_GNUC_PRINTF (1, 2);

void cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);

void cli_print_json (JsonBuilder *builder);

void cli_print_json_line (JsonBuilder *builder);

void cli_json_string (JsonBuilder *builder, const char *name, const char *value);

void cli_json_strings (JsonBuilder *builder, const char *name, GPtrArray *values);

gboolean cli_is_session (const Cli *cli);
