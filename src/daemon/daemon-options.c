/* daemon-options.c: what resonated is told on its command line
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-options.h"

/*
 * daemon_options_parse:
 *
 * Fails with a #GOptionError.
 */
gboolean
daemon_options_parse (DaemonOptions *self, int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->files,
      "Read this instead of the machine's own configuration; may be given again", "FILE" },
    { "env-file", 0, 0, G_OPTION_ARG_FILENAME, &self->env_file, "Read a Laravel .env as well",
      "FILE" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &self->host, "Listen on these addresses, with ; between",
      "ADDRESS" },
    { "port", 0, 0, G_OPTION_ARG_STRING, &self->port,
      "Listen on this port; with 0 the kernel chooses one", "PORT" },
    { "path", 0, 0, G_OPTION_ARG_STRING, &self->path, "Serve below this path", "PATH" },
    { "no-bus", 0, 0, G_OPTION_ARG_NONE, &self->no_bus,
      "Serve without a message bus, as this version always does", NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &self->check, "Check the configuration, and exit", NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &self->verbose, "Log what is refused, and why", NULL },
    { "debug", 0, 0, G_OPTION_ARG_NONE, &self->debug,
      "Log messages too, with what is secret left out", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version, and exit", NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_set_summary (context, "Serves the Pusher protocol.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "Unexpected argument ‘%s’: options only", (*argv)[1]);
      return FALSE;
    }

  return TRUE;
}

static gboolean
override (ResonateConfig *config, const char *key, const char *value, GError **error)
{
  return value == NULL || resonate_config_override (config, "server", key, value, error);
}

/*
 * daemon_options_load:
 *
 * Reads the configuration that the options name. Options win over everything else.
 */
ResonateConfig *
daemon_options_load (const DaemonOptions *self, GError **error)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();

  if (!override (config, "host", self->host, error) ||
      !override (config, "port", self->port, error) ||
      !override (config, "path", self->path, error) ||
      !resonate_config_load (config, (const char *const *) self->files, self->env_file, error))
    return NULL;

  return g_steal_pointer (&config);
}

DaemonOptions *
daemon_options_copy (const DaemonOptions *self)
{
  DaemonOptions *copy = g_new0 (DaemonOptions, 1);

  copy->files = g_strdupv (self->files);
  copy->env_file = g_strdup (self->env_file);
  copy->host = g_strdup (self->host);
  copy->port = g_strdup (self->port);
  copy->path = g_strdup (self->path);

  return copy;
}

void
daemon_options_clear (DaemonOptions *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->port, g_free);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->env_file, g_free);
  g_clear_pointer (&self->files, g_strfreev);
}

void
daemon_options_free (DaemonOptions *self)
{
  daemon_options_clear (self);
  g_free (self);
}
