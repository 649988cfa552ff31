/* test-sd.c: what systemd is told, and what is taken from it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixfdmessage.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "resonate-sd.h"

/* A service manager: its end of NOTIFY_SOCKET. */
typedef struct
{
  GSocket *socket;
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("resonate-sd-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "notify", NULL);
  self->socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, 0, &error);
  g_assert_no_error (error);
  address = g_unix_socket_address_new (self->path);
  g_socket_bind (self->socket, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->socket, FALSE);
  g_setenv ("NOTIFY_SOCKET", self->path, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unsetenv ("NOTIFY_SOCKET");
  g_clear_object (&self->socket);
  g_remove (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

/* The next datagram, which is there already, and a descriptor that came with it, or -1. */
static char *
receive (Fixture *self, int *fd)
{
  char text[512];
  GInputVector vector = { text, sizeof text };
  GSocketControlMessage **messages = NULL;
  int n_messages = 0;
  int flags = 0;
  g_autoptr (GError) error = NULL;
  ssize_t length = g_socket_receive_message (self->socket, NULL, &vector, 1, &messages, &n_messages,
                                             &flags, NULL, &error);

  g_assert_no_error (error);
  *fd = -1;
  for (int i = 0; i < n_messages; i++)
    {
      if (G_IS_UNIX_FD_MESSAGE (messages[i]))
        {
          int n_fds;
          g_autofree int *fds = g_unix_fd_message_steal_fds (G_UNIX_FD_MESSAGE (messages[i]),
                                                             &n_fds);

          g_assert_cmpint (n_fds, ==, 1);
          *fd = fds[0];
        }
      g_object_unref (messages[i]);
    }
  g_free (messages);

  return g_strndup (text, (size_t) length);
}

static void
assert_told (Fixture *self, const char *expected)
{
  int fd;
  g_autofree char *state = receive (self, &fd);

  g_assert_cmpstr (state, ==, expected);
  g_assert_cmpint (fd, ==, -1);
}

static void
test_sd_reload (Fixture *self, gconstpointer data)
{
  int64_t before = g_get_monotonic_time ();
  g_autofree char *state = NULL;
  g_auto (GStrv) lines = NULL;
  int64_t said;
  int fd;

  resonate_sd_reloading ();
  resonate_sd_ready ();

  state = receive (self, &fd);
  lines = g_strsplit (state, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_cmpstr (lines[0], ==, "RELOADING=1");
  g_assert_true (g_str_has_prefix (lines[1], "MONOTONIC_USEC="));
  said = g_ascii_strtoll (strchr (lines[1], '=') + 1, NULL, 10);
  g_assert_cmpint (said, >=, before);
  g_assert_cmpint (said, <=, g_get_monotonic_time ());
  assert_told (self, "READY=1");
}

static void
test_sd_stores_sockets (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  GStatBuf mine, theirs;
  int fd;

  g_assert_true (
    resonate_sd_store_sockets ("kept", (int[]){ g_socket_get_fd (self->socket) }, 1, &error));
  g_assert_no_error (error);

  state = receive (self, &fd);
  g_assert_cmpstr (state, ==, "FDSTORE=1\nFDNAME=kept");
  g_assert_cmpint (fstat (fd, &theirs), ==, 0);
  g_assert_cmpint (fstat (g_socket_get_fd (self->socket), &mine), ==, 0);
  g_assert_cmpuint (mine.st_ino, ==, theirs.st_ino);
  close (fd);
}

static void
test_sd_deaf_manager (Fixture *self, gconstpointer data)
{
  int64_t begun;

  g_test_summary ("A service manager that does not read does not stop the main loop");

  while (resonate_sd_murmur ("WATCHDOG=1"))
    continue;

  begun = g_get_monotonic_time ();
  for (int i = 0; i < 100; i++)
    g_assert_false (resonate_sd_murmur ("WATCHDOG=1"));
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_USEC_PER_SEC);

  g_test_expect_message ("resonate-sd", G_LOG_LEVEL_WARNING, "Cannot tell the service manager: *");
  resonate_sd_tell ("STOPPING=1");
  g_test_assert_expected_messages ();
}

static void
test_sd_no_manager (void)
{
  g_autoptr (GError) error = NULL;

  g_unsetenv ("NOTIFY_SOCKET");
  g_assert_false (resonate_sd_is_managed ());
  resonate_sd_tell ("STOPPING=1");
  g_assert_true (resonate_sd_murmur ("WATCHDOG=1"));
  g_assert_true (resonate_sd_store_sockets ("kept", (int[]){ 0 }, 1, &error));
  g_assert_no_error (error);

  g_setenv ("NOTIFY_SOCKET", "relative", TRUE);
  g_assert_false (resonate_sd_is_managed ());
  g_unsetenv ("NOTIFY_SOCKET");
}

static void
set_listen (const char *pid, const char *fds, const char *names)
{
  g_setenv ("LISTEN_PID", pid, TRUE);
  g_setenv ("LISTEN_FDS", fds, TRUE);
  g_setenv ("LISTEN_FDNAMES", names, TRUE);
}

static void
assert_sockets (const char *expected)
{
  g_auto (GStrv) names = resonate_sd_take_sockets ();
  g_autofree char *joined = g_strjoinv (",", names);

  g_assert_cmpstr (joined, ==, expected);
  g_assert_null (g_getenv ("LISTEN_PID"));
  g_assert_null (g_getenv ("LISTEN_FDS"));
  g_assert_null (g_getenv ("LISTEN_FDNAMES"));
}

static void
test_sd_takes_sockets (void)
{
  g_autofree char *me = g_strdup_printf ("%d", getpid ());

  assert_sockets ("");
  set_listen (me, "3", "a:b:c");
  assert_sockets ("a,b,c");
  set_listen (me, "3", "a");
  assert_sockets ("a,,");
  set_listen (me, "many", "a");
  assert_sockets ("");
  set_listen (me, "1025", "a");
  assert_sockets ("");
  set_listen ("1", "2", "a:b");
  assert_sockets ("");
}

static int64_t
watchdog (const char *pid, const char *period)
{
  if (pid != NULL)
    g_setenv ("WATCHDOG_PID", pid, TRUE);
  g_setenv ("WATCHDOG_USEC", period, TRUE);

  return resonate_sd_take_watchdog ();
}

static void
test_sd_takes_watchdog (void)
{
  g_autofree char *me = g_strdup_printf ("%d", getpid ());

  g_assert_cmpint (resonate_sd_take_watchdog (), ==, 0);
  g_assert_cmpint (watchdog (me, "30000000"), ==, 30 * G_USEC_PER_SEC);

  /* A replacement that inherits the rest is watched, too. */
  g_assert_null (g_getenv ("WATCHDOG_PID"));
  g_assert_cmpint (watchdog (NULL, "30000000"), ==, 30 * G_USEC_PER_SEC);

  g_assert_cmpint (watchdog (me, "soon"), ==, 0);
  g_assert_cmpint (watchdog (me, "0"), ==, 0);
  g_assert_cmpint (watchdog ("1", "30000000"), ==, 0);
  g_assert_cmpstr (g_getenv ("WATCHDOG_PID"), ==, "1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (unsigned int i = 0; i < 5; i++)
    g_unsetenv (((const char *[]){ "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID",
                                   "WATCHDOG_USEC" })[i]);

#define add(path, func) g_test_add ("/sd/" path, Fixture, NULL, set_up, func, tear_down)

  add ("reload", test_sd_reload);
  add ("stores-sockets", test_sd_stores_sockets);
  add ("deaf-manager", test_sd_deaf_manager);

#undef add

  g_test_add_func ("/sd/no-manager", test_sd_no_manager);
  g_test_add_func ("/sd/takes-sockets", test_sd_takes_sockets);
  g_test_add_func ("/sd/takes-watchdog", test_sd_takes_watchdog);

  return g_test_run ();
}
