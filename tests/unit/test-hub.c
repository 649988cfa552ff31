/* test-hub.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "resonate-test.h"
#include "transport/resonate-hub-private.h"

typedef struct
{
  ResonateHub *hub;
  ResonateHubWatch watch;
  ResonateHubWatch *victim; /* (nullable): whom it stops waiting for */
  int peer;
  int heard;
  uint32_t events;
} Socket;

static void
on_events (gpointer owner, uint32_t events)
{
  Socket *self = owner;

  self->heard++;
  self->events = events;
  if (self->victim != NULL)
    resonate_hub_set (self->hub, self->victim, 0);
}

static void
socket_init (Socket *self, ResonateHub *hub)
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), ==, 0);
  *self = (Socket){ .hub = hub, .peer = pair[1] };
  self->watch = (ResonateHubWatch){ .func = on_events, .owner = self, .fd = pair[0] };
}

static void
socket_clear (Socket *self)
{
  resonate_hub_set (self->hub, &self->watch, 0);
  close (self->watch.fd);
  close (self->peer);
}

static void
test_hub_tells_until_read (void)
{
  g_autoptr (ResonateHub) hub = resonate_hub_new ();
  Socket socket;
  char byte;

  socket_init (&socket, hub);
  resonate_hub_set (hub, &socket.watch, EPOLLIN);
  g_assert_false (g_main_context_pending (NULL));

  g_assert_cmpint (write (socket.peer, "x", 1), ==, 1);
  resonate_test_wait_until (socket.heard == 2);
  g_assert_cmpuint (socket.events, ==, EPOLLIN);

  g_assert_cmpint (read (socket.watch.fd, &byte, 1), ==, 1);
  g_assert_false (g_main_context_pending (NULL));

  resonate_hub_set (hub, &socket.watch, EPOLLIN | EPOLLOUT);
  resonate_test_wait_until (socket.events == EPOLLOUT);

  resonate_hub_set (hub, &socket.watch, 0);
  g_assert_cmpint (write (socket.peer, "x", 1), ==, 1);
  g_assert_false (g_main_context_pending (NULL));

  resonate_hub_set (hub, &socket.watch, EPOLLIN);
  close (socket.peer);
  socket.peer = -1;
  resonate_test_wait_until ((socket.events & EPOLLHUP) != 0);

  socket_clear (&socket);
}

static void
test_hub_forgets_at_once (void)
{
  g_autoptr (ResonateHub) hub = resonate_hub_new ();
  Socket sockets[2];

  g_test_summary ("Who is taken out by a neighbour of the same turn hears nothing more");

  for (int i = 0; i < 2; i++)
    {
      socket_init (&sockets[i], hub);
      resonate_hub_set (hub, &sockets[i].watch, EPOLLIN);
      g_assert_cmpint (write (sockets[i].peer, "x", 1), ==, 1);
    }
  sockets[0].victim = &sockets[1].watch;
  sockets[1].victim = &sockets[0].watch;

  resonate_test_wait_until (sockets[0].heard + sockets[1].heard > 0);
  g_assert_cmpint (sockets[0].heard + sockets[1].heard, ==, 1);

  socket_clear (&sockets[0]);
  socket_clear (&sockets[1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hub/tells-until-read", test_hub_tells_until_read);
  g_test_add_func ("/hub/forgets-at-once", test_hub_forgets_at_once);

  return g_test_run ();
}
