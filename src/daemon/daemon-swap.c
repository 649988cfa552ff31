/* daemon-swap.c: the process that goes on where this one stops, and the one before
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-swap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>

/* How a process learns that another one waits for it, and by which descriptor. */
#define VARIABLE "RESONATE_SWAP_FD"
#define CHILD_FD 3

/* How long one that failed has to end by itself. */
#define END_TIMEOUT_MS 500

struct _DaemonSwap
{
  char *program;
  GStrv argv;
  GSocket *predecessor; /* (nullable) */
};

/* What is tried until it serves or has ended. */
typedef struct
{
  GSocket *socket;
  GSubprocess *process; /* (nullable): before it is started */
  GError *error;        /* (nullable): why it is to end */
  guint timer;
  DaemonSwapReport report;
} Attempt;

static void
attempt_free (Attempt *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_error (&self->error);
  g_clear_object (&self->process);
  g_clear_object (&self->socket);
  g_free (self);
}

/* The path by which we were started, and not the file behind it: an update puts another one there.
 */
static char *
find_program (const char *name)
{
  g_autofree char *found = NULL;

  if (strchr (name, G_DIR_SEPARATOR) != NULL)
    return g_canonicalize_filename (name, NULL);

  found = g_find_program_in_path (name);

  if (found == NULL)
    found = g_file_read_link ("/proc/self/exe", NULL);

  return found != NULL ? g_steal_pointer (&found) : g_strdup (name);
}

/* It is taken out of the environment, so that no child believes that it is its own. */
static GSocket *
take_predecessor (void)
{
  const char *value = g_getenv (VARIABLE);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  guint64 fd = 0;

  if (value == NULL)
    return NULL;

  if (g_ascii_string_to_unsigned (value, 10, 3, 65535, &fd, &error))
    socket = g_socket_new_from_fd ((int) fd, &error);
  g_unsetenv (VARIABLE);

  if (socket == NULL)
    g_warning ("%s names no process to go on for: %s", VARIABLE, error->message);
  else
    fcntl ((int) fd, F_SETFD, FD_CLOEXEC);

  return g_steal_pointer (&socket);
}

/*
 * daemon_swap_new:
 * @argv: as main() was given it
 *
 * Remembers how the process was started, before anything changes it.
 */
DaemonSwap *
daemon_swap_new (char *argv[])
{
  DaemonSwap *self = g_new0 (DaemonSwap, 1);

  self->program = find_program (argv[0]);
  self->argv = g_strdupv (argv);
  self->predecessor = take_predecessor ();

  return self;
}

void
daemon_swap_free (DaemonSwap *self)
{
  g_clear_object (&self->predecessor);
  g_clear_pointer (&self->argv, g_strfreev);
  g_clear_pointer (&self->program, g_free);
  g_free (self);
}

/* Returns: (transfer none) (nullable): the process whose clients we are to go on with */
GSocket *
daemon_swap_get_predecessor (DaemonSwap *self)
{
  return self->predecessor;
}

/*
 * An attempt that fails
 */
static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  GSubprocess *process = G_SUBPROCESS (source);
  int status;

  g_subprocess_wait_finish (process, result, NULL);
  g_clear_handle_id (&attempt->timer, g_source_remove);

  status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : 0;
  if (status != 0)
    g_prefix_error (&attempt->error, "%s ended with status %d, and its log says why: ",
                    (const char *) g_object_get_data (source, "program"), status);

  g_task_return_error (task, g_steal_pointer (&attempt->error));
}

static gboolean
on_end_timeout (gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->timer = 0;
  g_subprocess_force_exit (attempt->process);

  return G_SOURCE_REMOVE;
}

/* It hears that its socket is closed and ends, unless it is no program of ours, or hangs. */
static void
give_up (GTask *task, GError *error)
{
  Attempt *attempt = g_task_get_task_data (task);

  attempt->error = error;
  g_socket_close (attempt->socket, NULL);
  attempt->timer = g_timeout_add (END_TIMEOUT_MS, on_end_timeout, attempt);
  g_subprocess_wait_async (attempt->process, NULL, on_ended, task);
}

/*
 * An attempt
 */
static void
on_handed_over (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  DaemonSwapReport *report = &attempt->report;
  GError *error = NULL;

  if (!resonate_server_hand_over_finish (RESONATE_SERVER (source), result, &report->handed_over,
                                         &report->staying, &report->gap_us, &error))
    {
      give_up (task, error);
      return;
    }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static GSubprocess *
start (DaemonSwap *self, int fd, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_auto (GStrv) argv = g_strdupv (self->argv);
  g_autofree char *number = g_strdup_printf ("%d", CHILD_FD);

  g_free (argv[0]);
  argv[0] = g_strdup (self->program);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  g_subprocess_launcher_take_fd (launcher, fd, CHILD_FD);
  g_subprocess_launcher_setenv (launcher, VARIABLE, number, TRUE);

  /* The watchdog is for the main process, whichever that is. */
  g_subprocess_launcher_unsetenv (launcher, "WATCHDOG_PID");

  return g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, error);
}

/* One that has ended already has none any more, and will not answer. */
static int
get_pid (GSubprocess *process)
{
  const char *identifier = g_subprocess_get_identifier (process);

  return identifier != NULL ? (int) g_ascii_strtoll (identifier, NULL, 10) : 0;
}

/* Returns the end for the child, which is not in the way of another child. */
static int
make_sockets (Attempt *attempt, GError **error)
{
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code),
                   "Cannot make a pair of sockets: %s", g_strerror (code));
      return -1;
    }

  attempt->socket = g_socket_new_from_fd (pair[0], error);
  if (attempt->socket != NULL)
    return pair[1];

  close (pair[0]);
  close (pair[1]);

  return -1;
}

/*
 * daemon_swap_run_async:
 * @health_timeout_us: how long the new process may take to be ready; negative leaves the choice to
 *   the library
 *
 * Starts the program that is now on disk, as we were started, and hands everything over to it. When
 * that fails, the new process has ended and the server serves as before.
 */
void
daemon_swap_run_async (DaemonSwap *self,
                       ResonateServer *server,
                       int64_t health_timeout_us,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (server, NULL, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);
  GError *error = NULL;
  int fd;

  g_task_set_source_tag (task, daemon_swap_run_async);
  g_task_set_task_data (task, attempt, (GDestroyNotify) attempt_free);

  fd = make_sockets (attempt, &error);
  if (fd >= 0)
    attempt->process = start (self, fd, &error);
  if (attempt->process == NULL)
    {
      g_prefix_error (&error, "Cannot start %s: ", self->program);
      g_task_return_error (task, error);
      return;
    }

  g_object_set_data_full (G_OBJECT (attempt->process), "program", g_strdup (self->program), g_free);
  attempt->report.pid = get_pid (attempt->process);
  resonate_server_hand_over_async (server, attempt->socket, health_timeout_us, NULL, on_handed_over,
                                   g_steal_pointer (&task));
}

/* @report: (out): set on success */
gboolean
daemon_swap_run_finish (ResonateServer *server,
                        GAsyncResult *result,
                        DaemonSwapReport *report,
                        GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *report = ((Attempt *) g_task_get_task_data (G_TASK (result)))->report;

  return TRUE;
}

/* Returns: (transfer full): `a{sv}`, as the bus has it */
GVariant *
daemon_swap_report_to_variant (const DaemonSwapReport *report)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "pid", g_variant_new_uint32 ((guint32) report->pid));
  g_variant_builder_add (&builder, "{sv}", "handed-over",
                         g_variant_new_uint32 (report->handed_over));
  g_variant_builder_add (&builder, "{sv}", "draining", g_variant_new_uint32 (report->staying));
  g_variant_builder_add (&builder, "{sv}", "gap-us",
                         g_variant_new_uint64 ((guint64) report->gap_us));

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
