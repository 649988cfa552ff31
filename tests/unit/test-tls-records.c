/* test-tls-records.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/resonate-tls-records-private.h"

typedef struct
{
  int peer;
  ResonateTlsRecords *records;
  GInputStream *in; /* (unowned) */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  int pair[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  self->peer = pair[1];
  socket = g_socket_new_from_fd (pair[0], &error);
  g_assert_no_error (error);
  self->records = resonate_tls_records_new (socket);
  self->in = g_io_stream_get_input_stream (G_IO_STREAM (self->records));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->records);
  close (self->peer);
}

static void
send_bytes (Fixture *self, const char *bytes, gsize size)
{
  g_assert_cmpint (write (self->peer, bytes, size), ==, (gssize) size);
}

/* Reads as much as GIO asks for, which is a header and then what follows it, or whatever. */
static void
assert_read (Fixture *self, const char *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  char buffer[64];
  gssize n;

  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->in), buffer, size,
                                                NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, bytes, size);
}

static void
assert_refused (Fixture *self, gsize size)
{
  g_autoptr (GError) error = NULL;
  char buffer[64];
  gssize n;

  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->in), buffer, size,
                                                NULL, &error);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC);
  g_assert_cmpint (n, ==, -1);
}

/* A handshake, in records that are read in parts, and what may follow it. */
#define HELLO    "\x16\x03\x01\x00\x03xyz"
#define CHANGE   "\x14\x03\x03\x00\x01\x01"
#define FINISHED "\x16\x03\x03\x00\x02\x16\x16"
#define NOTHING  "\x17\x03\x03\x00\x00"
#define DATA     "\x17\x03\x03\x00\x06\x16\x16\x16\x16\x16\x16"
#define WARNING  "\x15\x03\x03\x00\x02\x01\x00"

static void
shake_hands (Fixture *self)
{
  send_bytes (self, HELLO CHANGE FINISHED, 8 + 6 + 7);
  assert_read (self, "\x16\x03\x01\x00\x03", 5);
  assert_read (self, "xyz\x14\x03\x03", 6);
  assert_read (self, "\x00\x01\x01\x16\x03\x03\x00\x02\x16\x16", 10);
  resonate_tls_records_end_handshake (self->records);
}

static void
test_tls_records_data_and_alerts (Fixture *self, gconstpointer data)
{
  static const char bytes[] = DATA WARNING NOTHING DATA;

  g_test_summary ("Data passes, whatever is in it and wherever a read ends, and so do alerts");

  shake_hands (self);
  for (gsize size = 1; size < sizeof (bytes); size++)
    {
      send_bytes (self, bytes, sizeof (bytes) - 1);
      for (gsize i = 0; i < sizeof (bytes) - 1; i += size)
        assert_read (self, bytes + i, MIN (size, sizeof (bytes) - 1 - i));
    }
}

static void
test_tls_records_no_other_handshake (Fixture *self, gconstpointer data)
{
  g_test_summary ("The header of another handshake is as far as a client comes");

  shake_hands (self);
  send_bytes (self, DATA "\x16", 12);
  assert_read (self, DATA, 11);
  assert_refused (self, 5);

  /* And stays so. */
  send_bytes (self, DATA, 11);
  assert_refused (self, 11);
}

static void
test_tls_records_behind_data (Fixture *self, gconstpointer data)
{
  g_test_summary ("It is found behind other records of the same read");

  shake_hands (self);
  send_bytes (self, DATA WARNING HELLO, 11 + 7 + 8);
  assert_refused (self, 26);
}

static void
test_tls_records_no_other_type (Fixture *self, gconstpointer data)
{
  g_test_summary ("Nor do other types follow: heartbeats, or the hello of SSL 2");

  shake_hands (self);
  send_bytes (self, "\x80", 1);
  assert_refused (self, 1);
}

static void
test_tls_records_no_waiting (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char buffer[8];

  g_test_summary ("A thread may wait in a handshake, and not behind it");

  send_bytes (self, HELLO, 8);
  g_assert_cmpint (g_input_stream_read (self->in, buffer, 8, NULL, &error), ==, 8);
  g_assert_no_error (error);

  resonate_tls_records_end_handshake (self->records);
  g_assert_cmpint (g_input_stream_read (self->in, buffer, 8, NULL, &error), ==, -1);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC);
}

static void
test_tls_records_source (Fixture *self, gconstpointer data)
{
  g_autoptr (GSource) source = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[8];
  gssize n;

  g_test_summary ("Whoever cannot read yet is told when it can");

  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->in), buffer, 8, NULL,
                                                &error);
  g_assert_cmpint (n, ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (self->in)));

  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->in), NULL);
  g_source_set_dummy_callback (source);
  g_source_attach (source, NULL);
  send_bytes (self, HELLO, 8);
  g_assert_true (g_main_context_iteration (NULL, TRUE));
  g_assert_true (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (self->in)));
  assert_read (self, HELLO, 8);
  g_source_destroy (source);
}

static void
test_tls_records_descriptor_outlives_close (void)
{
  g_autoptr (ResonateTlsRecords) records = NULL;
  g_autoptr (GInputStream) in = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[8];
  int pair[2];

  g_test_summary ("A thread that has yet to read never reads from the next client's descriptor");

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  socket = g_socket_new_from_fd (pair[0], &error);
  g_assert_no_error (error);
  records = resonate_tls_records_new (socket);
  in = g_object_ref (g_io_stream_get_input_stream (G_IO_STREAM (records)));

  /* Everybody has let go of it but the thread. */
  g_io_stream_close (G_IO_STREAM (records), NULL, &error);
  g_assert_no_error (error);
  shutdown (pair[0], SHUT_RDWR);
  g_clear_object (&records);
  g_clear_object (&socket);

  g_assert_no_errno (fcntl (pair[0], F_GETFD));
  g_assert_cmpint (g_input_stream_read (in, buffer, sizeof (buffer), NULL, &error), ==, 0);
  g_assert_no_error (error);

  g_clear_object (&in);
  g_assert_cmpint (fcntl (pair[0], F_GETFD), ==, -1);
  close (pair[1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/tls-records/data-and-alerts", test_tls_records_data_and_alerts);
  add ("/tls-records/no-other-handshake", test_tls_records_no_other_handshake);
  add ("/tls-records/behind-data", test_tls_records_behind_data);
  add ("/tls-records/no-other-type", test_tls_records_no_other_type);
  add ("/tls-records/no-waiting", test_tls_records_no_waiting);
  add ("/tls-records/source", test_tls_records_source);
#undef add
  g_test_add_func ("/tls-records/descriptor-outlives-close",
                   test_tls_records_descriptor_outlives_close);

  return g_test_run ();
}
