/* resonate-lane.c: the connections that libsoup believes in
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-lane"

#include "config.h"

#include "resonate-lane-private.h"

#include "resonate-facade-private.h"

/* As many are kept for later. When more requests come in a turn, libsoup is let at the first of
 * them before it is over. */
#define MAX_IDLE 16

/* How often libsoup may go on in one turn of the loop. */
#define MAX_STEPS 16

#define LANE_DATA "resonate-lane"

/* A connection costs SoupServer 80 000 instructions to begin, as many to end, and four kilobytes in
 * between; most of our sockets send it one request, or nothing for minutes. So libsoup has a few
 * connections that never end, lanes, and a socket is on one from the moment that all of its request
 * is here until all of the answer is written. Requests were checked and written anew by then, so
 * that none can reach into the next.
 *
 * What libsoup waits for is known here, since all of it comes from here. So its sources are in a
 * context of their own, which is iterated when there is something for them: a lane that is idle
 * costs a turn of the loop nothing. */
struct _ResonateLane
{
  ResonateLanes *lanes;
  ResonateFacade *face;
  GSocketAddress *address; /* by which a request finds its lane */
  GByteArray *request;
  gsize taken;
  gboolean is_busy;
  gpointer client; /* (nullable): of a busy one, NULL where the answer is for nobody */
};

struct _ResonateLanes
{
  SoupServer *server;
  GMainContext *context;
  GSource *source; /* ready while something of the context is */
  gboolean is_awake;
  gboolean is_running;
  gboolean is_inside; /* its context is the thread's default: libsoup is at work */
  const ResonateLaneFuncs *funcs;
  GSocketAddress *local_address;
  GPtrArray *all;  /* (element-type ResonateLane) (owned) */
  GPtrArray *idle; /* (element-type ResonateLane) */
};

static void
lane_free (gpointer data)
{
  ResonateLane *self = data;

  /* The face is libsoup's for as long as it wants; we are not behind it any more. */
  resonate_facade_detach (self->face);
  g_object_set_data (G_OBJECT (self->address), LANE_DATA, NULL);
  g_clear_object (&self->face);
  g_clear_object (&self->address);
  g_clear_pointer (&self->request, g_byte_array_unref);
  g_free (self);
}

static void
end (ResonateLane *self)
{
  g_ptr_array_remove_fast (self->lanes->idle, self);
  g_ptr_array_remove_fast (self->lanes->all, self);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { NULL, NULL, dispatch, NULL };

/* libsoup takes the thread's default context for its own whenever it begins something. */
gboolean
resonate_lanes_step_out (ResonateLanes *self)
{
  gboolean was_inside;

  g_return_val_if_fail (self != NULL, FALSE);

  was_inside = self->is_inside;
  if (was_inside)
    g_main_context_pop_thread_default (self->context);
  self->is_inside = FALSE;

  return was_inside;
}

void
resonate_lanes_step_in (ResonateLanes *self, gboolean inside)
{
  g_return_if_fail (self != NULL);

  if (inside)
    g_main_context_push_thread_default (self->context);
  self->is_inside = inside;
}

gboolean
resonate_lanes_run (gpointer lanes)
{
  ResonateLanes *self = lanes;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->is_awake || self->is_running)
    return FALSE;

  self->is_running = TRUE;
  resonate_lanes_step_in (self, TRUE);
  for (int i = 0; i < MAX_STEPS && self->is_awake; i++)
    self->is_awake = g_main_context_iteration (self->context, FALSE);
  resonate_lanes_step_out (self);
  self->is_running = FALSE;

  g_source_set_ready_time (self->source, self->is_awake ? 0 : -1);

  return self->is_awake;
}

static gboolean
on_turn (gpointer user_data)
{
  resonate_lanes_run (user_data);

  return G_SOURCE_CONTINUE;
}

/*
 * The face
 */
static gboolean
has_unread (const ResonateLane *self)
{
  return self->taken < self->request->len;
}

/* libsoup asks for the next request when all that it wrote for this one is with the client. */
static void
lane_asked (gpointer owner)
{
  ResonateLane *self = owner;
  ResonateLanes *lanes = self->lanes;
  const ResonateLaneFuncs *funcs = lanes->funcs;
  gpointer client = self->client;

  if (!self->is_busy || has_unread (self))
    return;

  self->is_busy = FALSE;
  self->client = NULL;
  if (self->lanes->idle->len < MAX_IDLE)
    g_ptr_array_add (self->lanes->idle, self);
  else
    {
      resonate_lanes_wake (self->lanes);
      end (self);
    }

  if (client != NULL)
    {
      gboolean inside = resonate_lanes_step_out (lanes);

      funcs->answered (client);
      resonate_lanes_step_in (lanes, inside);
    }
}

static gboolean
lane_is_readable (gpointer owner)
{
  return has_unread (owner);
}

static gssize
lane_read (gpointer owner, void *buffer, gsize count)
{
  ResonateLane *self = owner;
  gsize n = MIN (count, self->request->len - self->taken);

  if (n == 0)
    return RESONATE_FACADE_WOULD_BLOCK;

  memcpy (buffer, self->request->data + self->taken, n);
  self->taken += n;

  return (gssize) n;
}

static gboolean
lane_is_writable (gpointer owner)
{
  ResonateLane *self = owner;

  return self->client == NULL || self->lanes->funcs->is_writable (self->client);
}

static gssize
lane_write (gpointer owner, const void *buffer, gsize count)
{
  ResonateLane *self = owner;

  return self->client != NULL ? self->lanes->funcs->write (self->client, buffer, count)
                              : (gssize) count;
}

static void
lane_closed (gpointer owner)
{
  ResonateLane *self = owner;
  ResonateLanes *lanes = self->lanes;
  gpointer client = g_steal_pointer (&self->client);

  end (self);
  if (client != NULL)
    {
      gboolean inside = resonate_lanes_step_out (lanes);

      lanes->funcs->closed (client);
      resonate_lanes_step_in (lanes, inside);
    }
}

static const ResonateFacadeFuncs lane_funcs = { lane_read,        lane_write,       lane_asked,
                                                lane_is_readable, lane_is_writable, lane_closed };

/*
 * Lanes
 */
static ResonateLane *
add_lane (ResonateLanes *self)
{
  ResonateLane *lane = g_new0 (ResonateLane, 1);
  g_autoptr (GError) error = NULL;
  gboolean inside;

  lane->lanes = self;
  lane->request = g_byte_array_new ();
  lane->face = resonate_facade_new (&lane_funcs, lane);
  resonate_facade_set_farewell (lane->face);
  lane->address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_object_set_data (G_OBJECT (lane->address), LANE_DATA, lane);
  g_ptr_array_add (self->all, lane);

  inside = resonate_lanes_step_out (self);
  resonate_lanes_step_in (self, TRUE);
  if (!soup_server_accept_iostream (self->server, G_IO_STREAM (lane->face), self->local_address,
                                    lane->address, &error))
    g_error ("Cannot make a connection to libsoup: %s", error->message);
  resonate_lanes_step_out (self);
  resonate_lanes_step_in (self, inside);

  return lane;
}

ResonateLanes *
resonate_lanes_new (SoupServer *server, const ResonateLaneFuncs *funcs)
{
  ResonateLanes *self;

  g_return_val_if_fail (SOUP_IS_SERVER (server), NULL);
  g_return_val_if_fail (funcs != NULL, NULL);

  self = g_new0 (ResonateLanes, 1);
  self->server = server;
  self->funcs = funcs;
  self->local_address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  self->context = g_main_context_new ();
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "resonate-lanes");
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  self->all = g_ptr_array_new_with_free_func (lane_free);
  self->idle = g_ptr_array_new ();

  return self;
}

void
resonate_lanes_free (ResonateLanes *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->idle, g_ptr_array_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_object (&self->local_address);
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

void
resonate_lanes_wake (ResonateLanes *self)
{
  g_return_if_fail (self != NULL);

  if (!self->is_awake)
    g_source_set_ready_time (self->source, 0);
  self->is_awake = TRUE;
}

guint
resonate_lanes_get_n_idle (ResonateLanes *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->idle->len;
}

ResonateLane *
resonate_lanes_take (ResonateLanes *self, gpointer client)
{
  ResonateLane *lane;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (client != NULL, NULL);

  if (self->idle->len == 0 && self->all->len >= MAX_IDLE)
    resonate_lanes_run (self);

  if (self->idle->len > 0)
    lane = g_ptr_array_steal_index_fast (self->idle, self->idle->len - 1);
  else
    lane = add_lane (self);

  lane->client = client;
  lane->is_busy = TRUE;
  lane->taken = 0;
  g_byte_array_set_size (lane->request, 0);

  return lane;
}

GByteArray *
resonate_lane_get_request (ResonateLane *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request;
}

void
resonate_lane_wake (ResonateLane *self)
{
  g_return_if_fail (self != NULL);

  resonate_facade_wake (self->face);
  resonate_lanes_wake (self->lanes);
}

void
resonate_lane_release (ResonateLane *self)
{
  g_return_if_fail (self != NULL);

  self->client = NULL;
  resonate_facade_wake (self->face);
  resonate_lanes_wake (self->lanes);
}

void
resonate_lane_break (ResonateLane *self)
{
  g_return_if_fail (self != NULL);

  self->client = NULL;
  resonate_lanes_wake (self->lanes);
  end (self);
}

gpointer
resonate_lane_find_client (SoupServerMessage *message)
{
  ResonateLane *lane;

  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (message), NULL);

  lane = g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)), LANE_DATA);

  return lane != NULL ? lane->client : NULL;
}
