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

#include "../dbus/resonate-dbus-service.h"
#include "daemon-config.h"
#include "daemon-log.h"
#include "daemon-options.h"
#include "daemon-pid-file.h"
#include "daemon-service.h"
#include "daemon-swap.h"
#include "resonate-sd.h"

/* What a supervisor learns from the exit status: see sysexits.h for the last two. */
#define EXIT_USAGE   2
#define EXIT_RESTART 75
#define EXIT_CONFIG  78

/* Everything that lives as long as the process. Callbacks get this; nothing is global. */
typedef struct
{
  const DaemonOptions *options;
  GMainLoop *loop;
  ResonateServer *server;
  ResonateDbusService *bus; /* (nullable) */
  DaemonConfig *config;
  DaemonService *service;
  DaemonSwap *swap;
  int64_t stay_us; /* how long those may stay who cannot go to another process */
  gboolean is_swapping;
  char *pid_file; /* (nullable): that we wrote */
  gboolean stopping;
  int status;
} Daemon;

/* @debug: somebody asked for it since the options were read */
static void
log_as_told (const DaemonOptions *options, gboolean debug)
{
  debug |= options->debug;
  resonate_log_set_traffic (debug);
  daemon_log_set_lowest (debug              ? G_LOG_LEVEL_DEBUG
                         : options->verbose ? G_LOG_LEVEL_INFO
                                            : G_LOG_LEVEL_MESSAGE);
}

static void
on_departed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *daemon = user_data;

  g_main_loop_quit (daemon->loop);
}

static void
stop (gpointer user_data)
{
  Daemon *daemon = user_data;

  if (daemon->stopping)
    return;

  daemon->stopping = TRUE;
  g_message ("Gracefully stopping the server");
  daemon_service_stopping (daemon->service);
  resonate_server_stop_async (daemon->server, NULL, on_departed, daemon);
}

/* The first signal lets clients go in good order; whoever sends a second does not want to wait. */
static gboolean
on_terminate (gpointer user_data)
{
  Daemon *daemon = user_data;

  if (daemon->stopping)
    g_main_loop_quit (daemon->loop);
  else
    stop (daemon);

  return G_SOURCE_CONTINUE;
}

static void
drain (int64_t timeout_us, gpointer user_data)
{
  Daemon *daemon = user_data;

  if (resonate_server_get_state (daemon->server) != RESONATE_SERVER_RUNNING)
    return;

  g_message ("Draining the server (%u connections)",
             resonate_server_get_n_connections (daemon->server));
  if (timeout_us < 0)
    timeout_us = resonate_config_get_drain_timeout (resonate_server_get_config (daemon->server));
  daemon_service_draining (daemon->service, timeout_us);
  resonate_server_drain_async (daemon->server, timeout_us, NULL, on_departed, daemon);
}

static void
replaced (gpointer user_data)
{
  Daemon *daemon = user_data;

  resonate_server_stop_listening (daemon->server);
  drain (-1, daemon);
}

static gboolean
on_drain (gpointer user_data)
{
  drain (-1, user_data);

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
restart (gpointer user_data)
{
  Daemon *daemon = user_data;

  daemon->status = EXIT_RESTART;
  stop (daemon);
}

/* The service manager hears who is the main process before that one can be gone. */
static void
on_swapped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Daemon *daemon = g_task_get_task_data (task);
  DaemonSwapReport report = { 0 };
  GError *error = NULL;
  gboolean is_replaced;

  daemon->is_swapping = FALSE;
  is_replaced = daemon_swap_run_finish (daemon->server, result, &report, &error);
  if (daemon->bus != NULL)
    resonate_dbus_service_end_yield (daemon->bus, is_replaced);
  if (!is_replaced)
    {
      g_message ("Serving on, since no other process could: %s", error->message);
      resonate_sd_ready ();
      g_task_return_error (task, error);
      return;
    }

  g_message ("Process %d goes on with %u connections after %.1f ms; %u stay here until they are "
             "closed",
             report.pid, report.handed_over, (double) report.gap_us / 1000, report.staying);
  daemon_service_replaced (daemon->service, report.pid);
  g_task_return_pointer (task, daemon_swap_report_to_variant (&report),
                         (GDestroyNotify) g_variant_unref);
  resonate_server_drain_async (daemon->server, daemon->stay_us, NULL, on_departed, daemon);
}

static void
reload (int64_t timeout_us,
        int64_t health_timeout_us,
        GAsyncReadyCallback callback,
        gpointer callback_data,
        gpointer user_data)
{
  Daemon *daemon = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, callback_data);

  if (daemon->is_swapping || resonate_server_get_state (daemon->server) != RESONATE_SERVER_RUNNING)
    {
      g_task_return_new_error (task, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                               "Only a server that is running can be replaced, and once at a time");
      return;
    }

  daemon->is_swapping = TRUE;
  daemon->stay_us = timeout_us;
  if (daemon->bus != NULL)
    resonate_dbus_service_yield (daemon->bus);
  resonate_sd_reloading ();
  g_task_set_task_data (task, daemon, NULL);
  daemon_swap_run_async (daemon->swap, daemon->server, health_timeout_us, on_swapped,
                         g_steal_pointer (&task));
}

static GVariant *
reload_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
check_config (GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
  Daemon *daemon = user_data;

  daemon_config_load_async (daemon->config, callback, callback_data);
}

static gboolean
check_config_finish (GAsyncResult *result, gpointer user_data, GError **error)
{
  Daemon *daemon = user_data;
  g_autoptr (ResonateConfig) config = daemon_config_load_finish (daemon->config, result, error);

  return config != NULL;
}

static void
reload_config (GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
  Daemon *daemon = user_data;

  daemon_config_reload_async (daemon->config, callback, callback_data);
}

static GVariant *
reload_config_finish (GAsyncResult *result, gpointer user_data, GError **error)
{
  Daemon *daemon = user_data;

  return daemon_config_reload_finish (daemon->config, result, error);
}

static void
set_debug (gboolean wanted, gpointer user_data)
{
  Daemon *daemon = user_data;

  log_as_told (daemon->options, wanted);
}

static gboolean
on_handing_over (ResonateServer *server, Daemon *daemon)
{
  return daemon->bus != NULL && !resonate_dbus_service_has_yielded (daemon->bus);
}

/* Has one from then on, unless there is to be none. */
static gboolean
make_bus (Daemon *daemon)
{
  static const ResonateDbusHost host = {
    .drain = drain,
    .replaced = replaced,
    .stop = stop,
    .restart = restart,
    .reload = reload,
    .reload_finish = reload_finish,
    .check_config = check_config,
    .check_config_finish = check_config_finish,
    .reload_config = reload_config,
    .reload_config_finish = reload_config_finish,
    .set_debug = set_debug,
  };
  GBusType bus = daemon_options_get_bus (daemon->options);
  gboolean replaces;

  if (daemon->bus != NULL)
    return TRUE;
  if (bus == G_BUS_TYPE_NONE)
    return FALSE;

  replaces = daemon->options->replace || daemon_swap_get_predecessor (daemon->swap) != NULL;
  daemon->bus = resonate_dbus_service_new (daemon->server, bus, replaces, &host, daemon);

  return TRUE;
}

static gboolean
on_taking_over (ResonateServer *server, Daemon *daemon)
{
  return make_bus (daemon) && resonate_dbus_service_take_name (daemon->bus);
}

/* A supervisor that waits for the file would wait for ever: without it there is no service. */
static gboolean
take_pid_file (Daemon *daemon)
{
  const char *path = resonate_config_get_pid_file (resonate_server_get_config (daemon->server));
  g_autoptr (GError) error = NULL;

  if (path == NULL || daemon_pid_file_write (path, &error))
    {
      daemon->pid_file = g_strdup (path);
      return TRUE;
    }

  g_printerr ("resonated: %s\n", error->message);
  daemon->status = EXIT_FAILURE;
  stop (daemon);

  return FALSE;
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

  if (!take_pid_file (daemon))
    return;

  announce (daemon);
  daemon_service_ready (daemon->service);

  /* Not before it listens: whoever is replaced stops accepting when its name is taken. */
  if (make_bus (daemon))
    resonate_dbus_service_start (daemon->bus);
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
serve (ResonateConfig *config, const DaemonOptions *options, DaemonSwap *swap)
{
  Daemon daemon = { .options = options, .swap = swap, .status = EXIT_SUCCESS };
  guint sources[4];

  daemon.loop = g_main_loop_new (NULL, FALSE);
  daemon.server = resonate_server_new (config);
  resonate_server_set_reuse_port (daemon.server, options->replace);
  g_signal_connect (daemon.server, "handing-over", G_CALLBACK (on_handing_over), &daemon);
  g_signal_connect (daemon.server, "taking-over", G_CALLBACK (on_taking_over), &daemon);
  daemon.config = daemon_config_new (daemon.server, options);
  daemon.service = daemon_service_new (daemon.server);

  sources[0] = g_unix_signal_add (SIGTERM, on_terminate, &daemon);
  sources[1] = g_unix_signal_add (SIGINT, on_terminate, &daemon);
  sources[2] = g_unix_signal_add (SIGUSR2, on_drain, &daemon);
  sources[3] = g_unix_signal_add (SIGHUP, on_hangup, &daemon);

  if (daemon_swap_get_predecessor (swap) != NULL)
    resonate_server_take_over_async (daemon.server, daemon_swap_get_predecessor (swap), NULL,
                                     on_started, &daemon);
  else
    resonate_server_start_async (daemon.server, NULL, on_started, &daemon);
  g_main_loop_run (daemon.loop);

  if (daemon.pid_file != NULL)
    daemon_pid_file_remove (daemon.pid_file);
  g_free (daemon.pid_file);
  if (daemon.bus != NULL)
    resonate_dbus_service_stop (daemon.bus);
  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_clear_object (&daemon.bus);
  g_clear_pointer (&daemon.service, daemon_service_free);
  g_clear_pointer (&daemon.config, daemon_config_unref);
  g_clear_object (&daemon.server);
  g_clear_pointer (&daemon.loop, g_main_loop_unref);

  return daemon.status;
}

static int
run (const DaemonOptions *options, DaemonSwap *swap)
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

  raise_descriptor_limit ();

  return serve (config, options, swap);
}

int
main (int argc, char *argv[])
{
  g_autoptr (DaemonSwap) swap = daemon_swap_new (argv);
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

  daemon_log_init ();
  log_as_told (&options, FALSE);

  return run (&options, swap);
}
