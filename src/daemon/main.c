/* main.c: resonated, the server as a service
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <glib-unix.h>
#include <resonate.h>

#include "daemon-config.h"
#include "daemon-log.h"
#include "daemon-options.h"
#include "resonate-sd.h"

/* What a supervisor learns from the exit status: see sysexits.h for the last one. */
#define EXIT_USAGE  2
#define EXIT_CONFIG 78

/* Everything that lives as long as the process. Callbacks get this; nothing is global. */
typedef struct
{
  GMainLoop *loop;
  ResonateServer *server;
  DaemonConfig *config;
  gboolean stopping;
  int status;
} Daemon;

static void
notify (const char *state)
{
  g_autoptr (GError) error = NULL;

  if (!resonate_sd_notify (state, &error))
    g_warning ("Cannot tell the service manager: %s", error->message);
}

static void
on_departed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *daemon = user_data;

  g_main_loop_quit (daemon->loop);
}

/* The first signal lets clients go in good order; whoever sends a second does not want to wait. */
static gboolean
on_terminate (gpointer user_data)
{
  Daemon *daemon = user_data;

  if (daemon->stopping)
    {
      g_main_loop_quit (daemon->loop);
      return G_SOURCE_CONTINUE;
    }

  daemon->stopping = TRUE;
  g_message ("Gracefully stopping the server");
  notify ("STOPPING=1");
  resonate_server_stop_async (daemon->server, NULL, on_departed, daemon);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_drain (gpointer user_data)
{
  Daemon *daemon = user_data;

  if (resonate_server_get_state (daemon->server) == RESONATE_SERVER_RUNNING)
    {
      g_message ("Draining the server (%u connections)",
                 resonate_server_get_n_connections (daemon->server));
      notify ("STOPPING=1");
      resonate_server_drain_async (daemon->server, -1, NULL, on_departed, daemon);
    }

  return G_SOURCE_CONTINUE;
}

/* What becomes of it is told by the log. */
static gboolean
on_hangup (gpointer user_data)
{
  Daemon *daemon = user_data;

  daemon_config_reload_async (daemon->config, NULL, NULL);

  return G_SOURCE_CONTINUE;
}

static void
announce (Daemon *daemon)
{
  g_auto (GStrv) uris = resonate_server_dup_uris (daemon->server);
  const char *path = resonate_config_get_path (resonate_server_get_config (daemon->server));
  g_autofree char *line = NULL;
  g_autofree char *separator = g_strconcat (path, ", ", NULL);

  line = g_strjoinv (separator, uris);
  printf ("Serving on %s%s\n", line, path);
  fflush (stdout);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *daemon = user_data;
  g_autoptr (GError) error = NULL;

  if (!resonate_server_start_finish (daemon->server, result, &error))
    {
      g_printerr ("resonated: %s\n", error->message);
      daemon->status = EXIT_FAILURE;
      g_main_loop_quit (daemon->loop);
      return;
    }

  announce (daemon);
  notify ("READY=1");
}

/* A connection is a descriptor: take all that we may have. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static int
serve (ResonateConfig *config, const DaemonOptions *options)
{
  Daemon daemon = { .status = EXIT_SUCCESS };
  unsigned int n_sockets = resonate_sd_take_sockets ();
  guint sources[4];

  daemon.loop = g_main_loop_new (NULL, FALSE);
  daemon.server = resonate_server_new (config);
  daemon.config = daemon_config_new (daemon.server, options);
  for (unsigned int i = 0; i < n_sockets; i++)
    resonate_server_add_socket (daemon.server, RESONATE_SD_FIRST_FD + (int) i);

  sources[0] = g_unix_signal_add (SIGTERM, on_terminate, &daemon);
  sources[1] = g_unix_signal_add (SIGINT, on_terminate, &daemon);
  sources[2] = g_unix_signal_add (SIGUSR2, on_drain, &daemon);
  sources[3] = g_unix_signal_add (SIGHUP, on_hangup, &daemon);

  resonate_server_start_async (daemon.server, NULL, on_started, &daemon);
  g_main_loop_run (daemon.loop);

  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_clear_pointer (&daemon.config, daemon_config_unref);
  g_clear_object (&daemon.server);
  g_clear_pointer (&daemon.loop, g_main_loop_unref);

  return daemon.status;
}

static int
run (const DaemonOptions *options)
{
  g_autoptr (ResonateConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  config = daemon_options_load (options, &error);
  if (config == NULL)
    {
      g_printerr ("resonated: %s\n", error->message);
      return EXIT_CONFIG;
    }

  daemon_config_warn_of (config);
  if (options->check)
    {
      printf ("The configuration is good.\n");
      return EXIT_SUCCESS;
    }

  resonate_log_set_traffic (options->debug);
  raise_descriptor_limit ();

  return serve (config, options);
}

int
main (int argc, char *argv[])
{
  g_auto (DaemonOptions) options = { NULL };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_set_prgname ("resonated");
  signal (SIGPIPE, SIG_IGN);

  /* What a desktop has installed must not be loaded into a server. */
  g_setenv ("GIO_USE_VFS", "local", FALSE);
  g_setenv ("GSETTINGS_BACKEND", "memory", FALSE);

  if (!daemon_options_parse (&options, &argc, &argv, &error))
    {
      g_printerr ("resonated: %s\nTry ‘resonated --help’.\n", error->message);
      return EXIT_USAGE;
    }

  if (options.version)
    {
      printf ("resonated %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }

  daemon_log_init (options.debug     ? G_LOG_LEVEL_DEBUG
                   : options.verbose ? G_LOG_LEVEL_INFO
                                     : G_LOG_LEVEL_MESSAGE);

  return run (&options);
}
