/* test-audience.c: everybody hears all that was said, in the order in which it was said
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "front-fixture.h"

#include "transport/resonate-audience-private.h"
#include "transport/resonate-frame-private.h"

#define N_CLIENTS 70 /* enough to be a crowd */
#define N_GROUPS  2

typedef struct
{
  FrontFixture front;
  RawClient *clients[N_CLIENTS];
  ResonateAudience *audiences[N_GROUPS];
  ResonateSeat seats[N_GROUPS][N_CLIENTS];
} Fixture;

/* How often a seat was looked for. */
static guint n_looks;

static ResonateSeat *
find_seat (gpointer owner, ResonateTransport *transport)
{
  ResonateSeat *seats = owner;

  n_looks++;
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      if (seats[i].transport == transport && seats[i].owner != NULL)
        return &seats[i];
    }

  return NULL;
}

static void
join (Fixture *self, guint group, guint client)
{
  ResonateSeat *seat = &self->seats[group][client];

  seat->transport = g_ptr_array_index (self->front.transports, client);
  seat->owner = self;
  resonate_audience_add (self->audiences[group], seat);
}

static void
leave (Fixture *self, guint group, guint client)
{
  resonate_audience_remove (self->audiences[group], &self->seats[group][client]);
  self->seats[group][client].owner = NULL;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  ResonateFrontLimits limits = front_fixture_limits ();

  front_fixture_init (&self->front, &limits);
  for (guint group = 0; group < N_GROUPS; group++)
    self->audiences[group] = resonate_audience_new (find_seat, self->seats[group]);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      self->clients[i] = raw_client_new (self->front.port);
      raw_client_upgrade (self->clients[i]);
      for (guint group = 0; group < N_GROUPS; group++)
        join (self, group, i);
    }
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint group = 0; group < N_GROUPS; group++)
    resonate_audience_free (self->audiences[group]);
  for (guint i = 0; i < N_CLIENTS; i++)
    raw_client_free (self->clients[i]);
  front_fixture_clear (&self->front);
}

static ResonateTransport *
transport_of (Fixture *self, guint client)
{
  return g_ptr_array_index (self->front.transports, client);
}

static void
say (Fixture *self, guint group, const char *text, ResonateTransport *except)
{
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, strlen (text));

  resonate_audience_send (self->audiences[group], frame, except);
}

static void
tell (Fixture *self, guint client, const char *text)
{
  g_autoptr (GBytes) frame = resonate_frame_new_text (text, strlen (text));

  resonate_transport_send (transport_of (self, client), frame);
}

static void
assert_hears (Fixture *self, guint client, const char *const *texts)
{
  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autofree char *payload = NULL;

      raw_client_read_frame (self->clients[client], &payload);
      g_assert_cmpstr (payload, ==, texts[i]);
    }
}

#define HEARS(client, ...) \
  assert_hears (self, client, (const char *const[]){ __VA_ARGS__, "end", NULL })

static void
end (Fixture *self)
{
  for (guint i = 0; i < N_CLIENTS; i++)
    tell (self, i, "end");
}

static void
test_audience_in_order (Fixture *self, gconstpointer data)
{
  say (self, 0, "a", NULL);
  say (self, 0, "b", NULL);
  tell (self, 7, "to seven");
  say (self, 0, "c", NULL);
  say (self, 1, "d", NULL);
  say (self, 0, "e", NULL);
  tell (self, 9, "to nine");
  end (self);

  for (guint i = 0; i < N_CLIENTS; i++)
    {
      if (i == 7)
        HEARS (i, "a", "b", "to seven", "c", "d", "e");
      else if (i == 9)
        HEARS (i, "a", "b", "c", "d", "e", "to nine");
      else
        HEARS (i, "a", "b", "c", "d", "e");
    }
}

/* Whether all heard both without a look: when the machine lets the slice of the first audience end
 * too early, the second has to ask where the others sit. */
static gboolean
hear_two_without_a_look (Fixture *self)
{
  n_looks = 0;
  say (self, 0, "a", NULL);
  say (self, 1, "b", NULL);
  for (guint i = 0; i < N_CLIENTS; i++)
    assert_hears (self, i, (const char *const[]){ "a", "b", NULL });

  return n_looks == 0;
}

static void
test_audience_looks_for_no_seat_in_vain (Fixture *self, gconstpointer data)
{
  guint n_tries = 1;

  g_test_summary ("Who has said nothing before is not asked where everybody sits");

  while (!hear_two_without_a_look (self))
    g_assert_cmpuint (++n_tries, <=, 100);

  n_looks = 0;
  say (self, 0, "c", NULL);
  tell (self, 7, "to seven");
  g_assert_cmpuint (n_looks, ==, 1);
  assert_hears (self, 7, (const char *const[]){ "c", "to seven", NULL });
}

static void
test_audience_except (Fixture *self, gconstpointer data)
{
  say (self, 0, "a", transport_of (self, 3));
  say (self, 0, "b", transport_of (self, 4));
  say (self, 0, "c", NULL);
  end (self);

  for (guint i = 0; i < N_CLIENTS; i++)
    {
      if (i == 3)
        HEARS (i, "b", "c");
      else if (i == 4)
        HEARS (i, "a", "c");
      else
        HEARS (i, "a", "b", "c");
    }
}

/* Who comes hears what is said from then on; who leaves hears nothing that is still to be sent. */
static void
test_audience_comes_and_goes (Fixture *self, gconstpointer data)
{
  leave (self, 0, 5);
  say (self, 0, "a", NULL);
  join (self, 0, 5);
  leave (self, 0, 6);
  say (self, 0, "b", NULL);
  end (self);

  for (guint i = 0; i < N_CLIENTS; i++)
    {
      if (i == 5)
        HEARS (i, "b");
      else if (i == 6)
        assert_hears (self, i, (const char *const[]){ "end", NULL });
      else
        HEARS (i, "a", "b");
    }
}

static void
test_audience_positions (Fixture *self, gconstpointer data)
{
  ResonateAudience *audience = self->audiences[0];

  for (guint i = 0; i < 40; i++)
    leave (self, 0, i);
  g_assert_cmpuint (resonate_audience_get_size (audience), ==, N_CLIENTS - 40);
  g_assert_cmpuint (resonate_audience_get_position (audience, &self->seats[0][45]), ==, 5);
  g_assert_true (resonate_audience_get_seat (audience, 5) == &self->seats[0][45]);
  g_assert_true (resonate_audience_get_seat (audience, 0) == &self->seats[0][40]);
  g_assert_null (resonate_audience_get_seat (audience, N_CLIENTS - 40));

  join (self, 0, 2);
  g_assert_true (resonate_audience_get_seat (audience, N_CLIENTS - 40) == &self->seats[0][2]);
  say (self, 0, "a", NULL);
  leave (self, 0, 41);
  g_assert_true (resonate_audience_get_seat (audience, 1) == &self->seats[0][42]);
  g_assert_cmpuint (resonate_audience_get_position (audience, &self->seats[0][42]), ==, 1);
  end (self);
  HEARS (2, "a");
  HEARS (69, "a");
}

/* What waits for all of them has a bound, whatever is said in one turn. */
static void
test_audience_much_at_once (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (20000, 'x');

  for (guint i = 0; i < 200; i++)
    {
      text[0] = (char) ('0' + i % 10);
      say (self, 0, text, NULL);
      if (i % 10 == 9)
        tell (self, 0, "ten");
      if (i % 20 == 19)
        resonate_test_wait_until (!g_main_context_pending (NULL));
    }
  end (self);

  for (guint i = 0; i < N_CLIENTS; i++)
    {
      for (guint j = 0; j < 200; j++)
        {
          g_autofree char *payload = NULL;

          raw_client_read_frame (self->clients[i], &payload);
          g_assert_cmpint (payload[0], ==, '0' + (int) j % 10);
          if (i == 0 && j % 10 == 9)
            assert_hears (self, i, (const char *const[]){ "ten", NULL });
        }
      assert_hears (self, i, (const char *const[]){ "end", NULL });
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/audience/in-order", test_audience_in_order);
  add ("/audience/looks-for-no-seat-in-vain", test_audience_looks_for_no_seat_in_vain);
  add ("/audience/except", test_audience_except);
  add ("/audience/comes-and-goes", test_audience_comes_and_goes);
  add ("/audience/positions", test_audience_positions);
  add ("/audience/much-at-once", test_audience_much_at_once);
#undef add

  return g_test_run ();
}
