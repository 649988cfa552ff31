/* doctor-limits.c: what the kernel and the service manager let a server have
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>

#include "client.h"
#include "doctor.h"

#define BUS_NAME "org.resonate.Resonate1"

/* What the server asks for with listen(). */
#define BACKLOG 4096

/* Descriptors that are no clients: listeners, epoll, the log, REST requests that must get through.
 */
#define RESERVE 64

/* Fewer are what a shell gives, and not what somebody has thought of. */
#define FEW_DESCRIPTORS 4096

#define LIMIT_PLACE  "/etc/systemd/system/resonated.service.d/limits.conf"
#define SYSCTL_PLACE "/etc/sysctl.d/60-resonate.conf"

/* Returns 0, with @error set, when there is no server on the bus, or no bus. */
static int
ask_bus (const Cli *cli, GError **error)
{
  g_autoptr (GDBusConnection) bus = client_open_bus (cli, error);
  g_autoptr (GVariant) reply = NULL;
  guint32 pid = 0;

  if (bus == NULL)
    return 0;

  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                                       g_variant_new ("(s)", BUS_NAME), G_VARIANT_TYPE ("(u)"),
                                       G_DBUS_CALL_FLAGS_NO_AUTO_START, 5000, NULL, error);
  if (reply != NULL)
    g_variant_get (reply, "(u)", &pid);

  return (int) pid;
}

/* The soft limit of the descriptors of a process; G_MAXUINT64 is none. */
static gboolean
read_limit (int pid, guint64 *limit, GError **error)
{
  g_autofree char *file = g_strdup_printf ("/proc/%d/limits", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (file, &text, NULL, error))
    return FALSE;

  line = strstr (text, "Max open files");
  if (line == NULL)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s says nothing of descriptors"),
                   file);
      return FALSE;
    }

  line += strlen ("Max open files");
  line += strspn (line, " ");
  *limit = g_str_has_prefix (line, "unlimited") ? G_MAXUINT64 : g_ascii_strtoull (line, NULL, 10);

  return TRUE;
}

static void
check_descriptors (Doctor *self, int pid)
{
  guint64 wanted = resonate_config_get_max_connections (self->config);
  guint64 limit = 0;
  g_autoptr (GError) error = NULL;

  if (!read_limit (pid, &limit, &error))
    {
      doctor_find (self, DOCTOR_ERROR, NULL, NULL, "%s", error->message);
      return;
    }

  if (wanted > 0 && limit < wanted + RESERVE)
    {
      g_autofree char *fix = g_strdup_printf ("[Service] LimitNOFILE=%" G_GUINT64_FORMAT,
                                              wanted + RESERVE);
      g_autofree char *value = g_strdup_printf ("%" G_GUINT64_FORMAT,
                                                limit > RESERVE ? limit - RESERVE : 1);

      doctor_find (self, DOCTOR_ERROR, LIMIT_PLACE, fix,
                   _ ("the process %d may have %u descriptors, too few for max-connections"), pid,
                   (unsigned int) limit);
      doctor_find_key (self, DOCTOR_NOTE, "server", "max-connections", value,
                       _ ("or as many connections as there are descriptors for"));
    }
  else if (wanted == 0 && limit < FEW_DESCRIPTORS)
    doctor_find (self, DOCTOR_WARNING, LIMIT_PLACE, "[Service] LimitNOFILE=1048576",
                 _ ("the process %d may have %u descriptors, and no more connections than that"),
                 pid, (unsigned int) limit);
}

static void
check_backlog (Doctor *self)
{
  g_autofree char *text = NULL;
  g_autofree char *fix = NULL;
  guint64 most;

  if (!g_file_get_contents ("/proc/sys/net/core/somaxconn", &text, NULL, NULL))
    return;

  most = g_ascii_strtoull (text, NULL, 10);
  fix = g_strdup_printf ("net.core.somaxconn = %d", BACKLOG);
  if (most < BACKLOG)
    doctor_find (self, DOCTOR_WARNING, SYSCTL_PLACE, fix,
                 _ ("%u clients may wait to be accepted; when many come back at once, the others "
                    "are turned away"),
                 (unsigned int) most);
}

void
doctor_check_limits (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  int pid = self->pid > 0 ? self->pid : ask_bus (self->cli, &error);

  check_backlog (self);
  if (pid > 0)
    check_descriptors (self, pid);
  else
    doctor_find (self, DOCTOR_NOTE, NULL, "resonatectl doctor --pid PID",
                 _ ("no server is on the bus, so the limits of none were looked at: %s"),
                 error->message);
}
