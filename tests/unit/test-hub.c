/* test-hub.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <sys/socket.h>
#include <unistd.h>

#include "resonate-test.h"
#include "transport/resonate-hub-private.h"

typedef struct
{
  ResonateHub *hub;
  ResonateHubWatch watch;
  ResonateHubWatch *victim; /* (nullable): whom it stops watching */
  int peer;
  int heard;
  uint32_t events;
  uint32_t again; /* what it nudges itself with, once */
} Socket;

static void
on_events (gpointer owner, uint32_t events)
{
  Socket *self = owner;

  self->heard++;
  self->events = events;
  if (self->victim != NULL)
    resonate_hub_unwatch (self->hub, self->victim);
  if (self->again != 0)
    resonate_hub_nudge (self->hub, &self->watch, self->again);
  self->again = 0;
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
  resonate_hub_unwatch (self->hub, &self->watch);
  close (self->watch.fd);
  close (self->peer);
}

/* Runs the loop until it has nothing more to say. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
test_hub_tells_once (void)
{
  g_autoptr (ResonateHub) hub = resonate_hub_new ();
  Socket socket;

  socket_init (&socket, hub);
  resonate_hub_watch (hub, &socket.watch);
  resonate_hub_watch (hub, &socket.watch);
  settle ();
  g_assert_cmpint (socket.heard, ==, 1);
  g_assert_cmpuint (socket.events, ==, EPOLLOUT);

  /* Unread, and told only when there is more. */
  for (int i = 2; i < 4; i++)
    {
      g_assert_cmpint (write (socket.peer, "x", 1), ==, 1);
      settle ();
      g_assert_cmpint (socket.heard, ==, i);
      g_assert_cmpuint (socket.events & EPOLLIN, ==, EPOLLIN);
    }

  g_assert_cmpint (shutdown (socket.peer, SHUT_WR), ==, 0);
  settle ();
  g_assert_cmpuint (socket.events & EPOLLRDHUP, ==, EPOLLRDHUP);

  resonate_hub_unwatch (hub, &socket.watch);
  socket.heard = 0;
  close (socket.peer);
  socket.peer = -1;
  settle ();
  g_assert_cmpint (socket.heard, ==, 0);
  socket_clear (&socket);
}

static void
test_hub_forgets_at_once (void)
{
  g_autoptr (ResonateHub) hub = resonate_hub_new ();
  Socket sockets[2];

  g_test_summary ("Who is taken out by a neighbour of the same turn hears nothing more");

  for (int nudged = 0; nudged < 2; nudged++)
    {
      for (int i = 0; i < 2; i++)
        {
          socket_init (&sockets[i], hub);
          if (nudged)
            resonate_hub_nudge (hub, &sockets[i].watch, EPOLLMSG);
          else
            resonate_hub_watch (hub, &sockets[i].watch);
        }
      sockets[0].victim = &sockets[1].watch;
      sockets[1].victim = &sockets[0].watch;

      settle ();
      g_assert_cmpint (sockets[0].heard + sockets[1].heard, ==, 1);

      socket_clear (&sockets[0]);
      socket_clear (&sockets[1]);
    }
}

static gboolean
count_turn (gpointer turns)
{
  ++*(int *) turns;

  return G_SOURCE_CONTINUE;
}

static void
test_hub_nudge (void)
{
  g_autoptr (ResonateHub) hub = resonate_hub_new ();
  Socket socket;
  int turns = 0;
  guint source;

  socket_init (&socket, hub);
  resonate_hub_nudge (hub, &socket.watch, EPOLLMSG);
  resonate_hub_nudge (hub, &socket.watch, EPOLLIN);
  settle ();
  g_assert_cmpint (socket.heard, ==, 1);
  g_assert_cmpuint (socket.events, ==, EPOLLMSG | EPOLLIN);

  /* Who goes on in the next turn leaves this one to others. */
  source = g_idle_add_full (G_PRIORITY_DEFAULT, count_turn, &turns, NULL);
  socket.again = EPOLLMSG;
  resonate_hub_nudge (hub, &socket.watch, EPOLLMSG);
  resonate_test_wait_until (socket.heard == 3);
  g_assert_cmpint (turns, >=, 1);
  g_source_remove (source);

  resonate_hub_nudge (hub, &socket.watch, EPOLLMSG);
  resonate_hub_unwatch (hub, &socket.watch);
  settle ();
  g_assert_cmpint (socket.heard, ==, 3);
  socket_clear (&socket);
}

static gboolean
append_heard (gpointer data)
{
  Socket *socket = data;

  socket->events = (uint32_t) socket->heard;

  return FALSE;
}

/* A hook finds all events of its turn told. */
static void
test_hub_hooks (void)
{
  g_autoptr (ResonateHub) hub = resonate_hub_new ();
  Socket socket;

  socket_init (&socket, hub);
  resonate_hub_add_hook (hub, append_heard, &socket);
  resonate_hub_nudge (hub, &socket.watch, EPOLLMSG);
  resonate_test_wait_until (socket.heard == 1);
  g_assert_cmpuint (socket.events, ==, 1);
  socket_clear (&socket);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hub/tells-once", test_hub_tells_once);
  g_test_add_func ("/hub/forgets-at-once", test_hub_forgets_at_once);
  g_test_add_func ("/hub/nudge", test_hub_nudge);
  g_test_add_func ("/hub/hooks", test_hub_hooks);

  return g_test_run ();
}
