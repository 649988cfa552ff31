/* daemon-options.c: what resonated is told on its command line
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-options.h"

#include <unistd.h>

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
    { "session", 0, 0, G_OPTION_ARG_NONE, &self->session, "Be controlled over the session bus",
      NULL },
    { "system", 0, 0, G_OPTION_ARG_NONE, &self->system, "Be controlled over the system bus", NULL },
    { "no-bus", 0, 0, G_OPTION_ARG_NONE, &self->no_bus, "Serve without a message bus", NULL },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &self->replace,
      "Listen beside the server that runs, then have it drain and leave", NULL },
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

  if (self->session + self->system + self->no_bus > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "Only one of --session, --system and --no-bus is possible");
      return FALSE;
    }

  if (self->replace && self->no_bus)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "--replace needs a bus: that is where the other server hears of it");
      return FALSE;
    }

  return TRUE;
}

/*
 * daemon_options_get_bus:
 *
 * A service of the machine is on the system bus, and so is what root starts by hand; everybody
 * else's is on the session bus. The manager of a user's services listens elsewhere than systemd
 * itself.
 */
GBusType
daemon_options_get_bus (const DaemonOptions *self)
{
  const char *notify_socket = g_getenv ("NOTIFY_SOCKET");

  if (self->no_bus)
    return G_BUS_TYPE_NONE;
  if (self->session)
    return G_BUS_TYPE_SESSION;
  if (self->system || geteuid () == 0 ||
      (notify_socket != NULL && g_str_has_prefix (notify_socket, "/run/systemd/")))
    return G_BUS_TYPE_SYSTEM;

  return G_BUS_TYPE_SESSION;
}

static gboolean
override (ResonateConfig *config, const char *key, const char *value, GError **error)
{
  return value == NULL || resonate_config_override (config, "server", key, value, error);
}

/* Who is on the session bus has the user's configuration and no other, as resonatectl has. Without
 * a bus nobody has said whose server it is: the user's, where the user has a configuration. */
static char **
dup_files (const DaemonOptions *self)
{
  g_autofree char *file = NULL;
  gboolean is_users = daemon_options_get_bus (self) == G_BUS_TYPE_SESSION;

  if (self->files != NULL)
    return g_strdupv (self->files);

  file = g_build_filename (g_get_user_config_dir (), "resonate", "resonate.conf", NULL);
  if ((is_users || (self->no_bus && geteuid () != 0)) && g_file_test (file, G_FILE_TEST_EXISTS))
    return g_strdupv ((char *[]){ file, NULL });

  return is_users ? g_new0 (char *, 1) : NULL;
}

/*
 * daemon_options_load:
 *
 * Reads the configuration that the options name, or that is there for who runs the server. Options
 * win over everything else.
 */
ResonateConfig *
daemon_options_load (const DaemonOptions *self, GError **error)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_auto (GStrv) files = dup_files (self);

  if (!override (config, "host", self->host, error) ||
      !override (config, "port", self->port, error) ||
      !override (config, "path", self->path, error) ||
      !resonate_config_load (config, (const char *const *) files, self->env_file, error))
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
