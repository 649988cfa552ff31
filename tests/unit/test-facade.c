/* test-facade.c: what libsoup sees of a socket, and what is left of it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate-test.h"
#include "transport/resonate-facade-private.h"

static gssize
on_read (gpointer owner, void *buffer, gsize count)
{
  return RESONATE_FACADE_WOULD_BLOCK;
}

static gssize
on_write (gpointer owner, const void *buffer, gsize count)
{
  return (gssize) count;
}

static gboolean
is_never (gpointer owner)
{
  return FALSE;
}

static void
on_event (gpointer owner)
{
}

static const ResonateFacadeFuncs funcs = {
  on_read, on_write, on_event, is_never, is_never, on_event
};

static gboolean
on_ready (GObject *stream, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* A reader that waits is woken by the end; the halves do not keep each other alive behind it. */
static void
test_facade_detached (void)
{
  static int owner;
  ResonateFacade *face = resonate_facade_new (&funcs, &owner);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (face));
  GSource *source = NULL;
  gboolean ready = FALSE;
  char byte;

  g_object_add_weak_pointer (G_OBJECT (input), (gpointer *) &input);
  source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_ready), &ready, NULL);
  g_source_attach (source, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (ready);

  resonate_facade_detach (face);
  resonate_test_wait_until (ready);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), &byte,
                                                             1, NULL, NULL),
                   ==, 0);

  g_source_destroy (source);
  g_source_unref (source);
  g_object_unref (face);
  g_assert_null (input);
}

static void
test_facade_farewell (void)
{
  static int owner;
  g_autoptr (ResonateFacade) face = resonate_facade_new (&funcs, &owner);
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (
    g_io_stream_get_input_stream (G_IO_STREAM (face)));
  char bytes[2];

  resonate_facade_set_farewell (face);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (input, bytes, 2, NULL, NULL), ==, -1);
  resonate_facade_detach (face);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (input, bytes, 2, NULL, NULL), ==, 1);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (input, bytes, 2, NULL, NULL), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/facade/detached", test_facade_detached);
  g_test_add_func ("/facade/farewell", test_facade_farewell);

  return g_test_run ();
}
