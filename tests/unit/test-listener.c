/* test-listener.c: what an accepted socket is set to
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "front-fixture.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static void
set_up (FrontFixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  front_fixture_init (self, &limits);
}

static void
tear_down (FrontFixture *self, gconstpointer data)
{
  front_fixture_clear (self);
}

/* The other end of @client is in this process, too: the descriptor whose peer is the client. */
static int
find_accepted (RawClient *client)
{
  struct sockaddr_in mine;
  socklen_t length = sizeof (mine);
  int fd = g_socket_get_fd (g_socket_connection_get_socket (client->connection));

  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &mine, &length), ==, 0);
  for (int other = 0; other < 1000; other++)
    {
      struct sockaddr_in peer = { 0 };

      length = sizeof (peer);
      if (getpeername (other, (struct sockaddr *) &peer, &length) == 0 &&
          peer.sin_family == AF_INET && peer.sin_port == mine.sin_port)
        return other;
    }

  return -1;
}

static int
get_option (int fd, int option)
{
  int value = -1;
  socklen_t length = sizeof (value);

  g_assert_cmpint (getsockopt (fd, IPPROTO_TCP, option, &value, &length), ==, 0);

  return value;
}

static void
test_options (FrontFixture *self, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (self->port);
  int fd;

  resonate_test_wait_until (resonate_front_get_n_streams (self->front) == 1);
  fd = find_accepted (client);
  g_assert_cmpint (fd, >=, 0);

  g_assert_cmpint (get_option (fd, TCP_NODELAY), !=, 0);
  g_assert_cmpint (get_option (fd, TCP_USER_TIMEOUT), ==, 60 * 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/listener/options", FrontFixture, NULL, set_up, test_options, tear_down);

  return g_test_run ();
}
