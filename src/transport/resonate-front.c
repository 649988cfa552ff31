/* resonate-front.c: the listeners, and what every accepted socket must respect
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-front"

#include "config.h"

#include "resonate-front-private.h"

#include "resonate-front-parts-private.h"

#include <sys/socket.h>
#include <unistd.h>

#include "../base/resonate-error.h"
#include "resonate-exchange-parts-private.h"
#include "resonate-soup-server-private.h"

/*
 * ResonateFront:
 *
 * Owns SoupServer and feeds it: libsoup 3.2 never listens itself, since its listener loses a socket
 * object with every client and goes deaf when descriptors run out.
 */
G_DEFINE_FINAL_TYPE (ResonateFront, resonate_front, G_TYPE_OBJECT)

/*
 * What a stream asks
 */
/* Who comes through a proxy is counted by the address that the proxy names. */
static gboolean
name_client (ResonateFront *self, ResonateStream *stream, const char *client)
{
  const char *present = resonate_stream_get_remote_address (stream);

  if (!resonate_address_book_move (self->addresses, present, client))
    return FALSE;

  resonate_stream_set_remote_address (stream, client);

  return TRUE;
}

/* From here on the named client is the peer, and the word of a proxy counts only if it is one. */
static gboolean
on_stream_named (gpointer owner, ResonateStream *stream, const char *client)
{
  ResonateFront *self = RESONATE_FRONT (owner);

  if (!name_client (self, stream, client))
    return FALSE;

  resonate_stream_set_trusted (stream, resonate_address_book_trusts (self->addresses, client));

  return TRUE;
}

static gboolean
on_stream_admit (gpointer owner, ResonateStream *stream, const char *forwarded)
{
  ResonateFront *self = RESONATE_FRONT (owner);
  g_autofree char *client = NULL;

  if (forwarded == NULL || !resonate_stream_is_trusted (stream))
    return TRUE;

  client = resonate_address_book_find_client (self->addresses, forwarded);

  return client == NULL || name_client (self, stream, client);
}

static void
on_stream_moved (gpointer owner, ResonateStream *stream, ResonateStreamPlace former)
{
  ResonateFront *self = RESONATE_FRONT (owner);
  GList *link = resonate_stream_get_link (stream);

  g_queue_unlink (&self->streams[former], link);
  g_queue_push_tail_link (&self->streams[resonate_stream_get_place (stream)], link);
}

static void
on_stream_closed (gpointer owner, ResonateStream *stream)
{
  ResonateFront *self = RESONATE_FRONT (owner);

  resonate_address_book_remove (self->addresses, resonate_stream_get_remote_address (stream));
  g_queue_unlink (&self->streams[resonate_stream_get_place (stream)],
                  resonate_stream_get_link (stream));
  g_object_unref (stream);
}

static gboolean
may_upgrade (ResonateStream *stream, gpointer user_data)
{
  ResonateFront *self = RESONATE_FRONT (user_data);

  if (resonate_stream_get_place (stream) == RESONATE_STREAM_PLACE_COUNTED)
    return TRUE;
  if (self->refuses_handshakes ||
      self->streams[RESONATE_STREAM_PLACE_COUNTED].length >= self->max_web_sockets)
    return FALSE;

  resonate_stream_set_counted (stream);

  return TRUE;
}

/*
 * What libsoup and the listeners bring
 */
static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  ResonateFront *self = RESONATE_FRONT (user_data);
  ResonateStream *stream = resonate_lane_find_client (message);
  g_autoptr (ResonateExchange) exchange = NULL;
  gboolean inside;

  /* Gone while libsoup read. */
  if (stream == NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
      return;
    }

  inside = resonate_lanes_step_out (self->shared.lanes);
  exchange = resonate_exchange_new (message, stream, may_upgrade, self);
  resonate_router_dispatch (self->router, exchange);

  if (!resonate_exchange_is_answered (exchange) && !resonate_exchange_is_held (exchange))
    resonate_exchange_respond_error (exchange, 500, "Server error.");
  resonate_lanes_step_in (self->shared.lanes, inside);
}

static void
on_accepted (int fd,
             const struct sockaddr *address,
             GTlsCertificate *certificate,
             gpointer user_data)
{
  ResonateFront *self = RESONATE_FRONT (user_data);
  char *text = resonate_address_to_text (address);
  gboolean is_proxied = self->proxy_protocol && address->sa_family != AF_UNIX;
  ResonateStream *stream;

  /* Refused without a word: whoever opens too many has no use for it, and TLS could not say it. */
  if ((is_proxied && !resonate_address_book_lets_name (self->addresses, text)) ||
      !resonate_address_book_add (self->addresses, text))
    close (fd);
  else
    {
      stream = resonate_stream_new (&self->shared, fd, text, certificate);
      resonate_stream_set_trusted (stream, resonate_address_book_trusts (self->addresses, text));
      if (is_proxied)
        resonate_stream_expect_proxy_header (stream);

      g_queue_push_tail_link (&self->streams[RESONATE_STREAM_PLACE_UNSERVED],
                              resonate_stream_get_link (stream));
      resonate_stream_start (stream);
    }

  g_ref_string_release (text);
}

/* Who has been told the last word loses nothing, and who waits between two requests a new
 * connection. Else it is half a request, the oldest: not a client that has just come and has not
 * been heard yet. A request that is being answered and a WebSocket make no room. */
static gboolean
on_exhausted (gpointer user_data)
{
  static const ResonateStreamPlace order[] = { RESONATE_STREAM_PLACE_LEAVING,
                                               RESONATE_STREAM_PLACE_BETWEEN,
                                               RESONATE_STREAM_PLACE_UNSERVED };
  ResonateFront *self = RESONATE_FRONT (user_data);
  ResonateStream *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (order) && found == NULL; i++)
    found = g_queue_peek_head (&self->streams[order[i]]);

  if (found != NULL)
    resonate_stream_close (found);

  return found != NULL;
}

static void
add_listener (ResonateFront *self, GSocket *socket, GTlsCertificate *certificate)
{
  g_assert (RESONATE_IS_FRONT (self));

  g_ptr_array_add (self->listeners,
                   resonate_listener_new (socket, certificate, on_accepted, on_exhausted, self));
}

/*
 * GObject
 */
static void
resonate_front_dispose (GObject *object)
{
  ResonateFront *self = RESONATE_FRONT (object);
  g_autoptr (GPtrArray) streams = NULL;

  resonate_front_stop_accepting (self);

  resonate_handshakes_close (self->shared.handshakes);
  streams = resonate_front_list_streams (self);
  for (guint i = 0; i < streams->len; i++)
    resonate_stream_close (g_ptr_array_index (streams, i));

  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (resonate_front_parent_class)->dispose (object);
}

static void
resonate_front_finalize (GObject *object)
{
  ResonateFront *self = RESONATE_FRONT (object);

  g_clear_pointer (&self->shared.lanes, resonate_lanes_free);
  g_clear_pointer (&self->shared.scratch, g_free);
  g_clear_pointer (&self->shared.deflate, resonate_deflate_free);
  g_clear_pointer (&self->shared.wheel, resonate_wheel_free);
  g_clear_pointer (&self->shared.outbox, resonate_outbox_free);
  g_clear_pointer (&self->shared.handshakes, resonate_handshakes_free);
  g_clear_pointer (&self->shared.hub, resonate_hub_free);
  g_clear_pointer (&self->addresses, resonate_address_book_free);
  g_clear_pointer (&self->router, resonate_router_free);
  g_clear_pointer (&self->spare, g_ptr_array_unref);
  g_clear_pointer (&self->listeners, g_ptr_array_unref);
  g_clear_pointer (&self->parking, g_main_context_unref);

  G_OBJECT_CLASS (resonate_front_parent_class)->finalize (object);
}

static void
resonate_front_class_init (ResonateFrontClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = resonate_front_dispose;
  object_class->finalize = resonate_front_finalize;
}

static void
resonate_front_init (ResonateFront *self)
{
  self->parking = g_main_context_new ();
  self->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) resonate_listener_free);
  self->router = resonate_router_new ();
  self->shared.hub = resonate_hub_new ();
  self->shared.outbox = resonate_outbox_new (resonate_stream_send_queued);
  self->shared.parking = self->parking;
  self->shared.handshakes = resonate_handshakes_new (resonate_stream_shake_hands);
  self->shared.wheel = resonate_wheel_new ();
  self->shared.scratch = g_malloc (RESONATE_STREAM_SCRATCH_SIZE);
  self->shared.owner = self;
  self->shared.named = on_stream_named;
  self->shared.admit = on_stream_admit;
  self->shared.moved = on_stream_moved;
  self->shared.closed = on_stream_closed;

  self->server = resonate_soup_server_new (self->parking, on_request, self);
  self->shared.lanes = resonate_lanes_new (self->server, &resonate_stream_lane_funcs);
  resonate_hub_add_hook (self->shared.hub, resonate_lanes_run, self->shared.lanes);
  resonate_hub_add_hook (self->shared.hub, resonate_outbox_run, self->shared.outbox);
}

ResonateFront *
resonate_front_new (const ResonateFrontLimits *limits)
{
  ResonateFront *self;

  g_return_val_if_fail (limits != NULL, NULL);

  self = g_object_new (RESONATE_TYPE_FRONT, NULL);
  resonate_front_set_limits (self, limits);
  self->reuse_port = limits->reuse_port;
  self->spare = limits->spare != NULL ? g_ptr_array_ref (limits->spare) : NULL;

  return self;
}

gboolean
resonate_front_listen (
  ResonateFront *self, const char *host, guint16 port, GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GPtrArray) sockets = NULL;

  g_return_val_if_fail (RESONATE_IS_FRONT (self), FALSE);
  g_return_val_if_fail (host != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!resonate_soup_server_check_environment (error))
    return FALSE;

  sockets = resonate_listener_bind_all (host, port, self->reuse_port, self->spare, error);
  if (sockets == NULL)
    {
      g_prefix_error (error, "Cannot listen on %s port %u: ", host, port);
      return FALSE;
    }

  for (guint i = 0; i < sockets->len; i++)
    add_listener (self, g_ptr_array_index (sockets, i), certificate);

  return TRUE;
}

gboolean
resonate_front_listen_fd (ResonateFront *self, int fd, GTlsCertificate *certificate, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  socklen_t length = sizeof (int);
  int is_listening = 0;

  g_return_val_if_fail (RESONATE_IS_FRONT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!resonate_soup_server_check_environment (error))
    return FALSE;

  if (getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &length) != 0 || !is_listening)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "Cannot listen on the inherited descriptor %d: no listening socket", fd);
      return FALSE;
    }

  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    {
      g_prefix_error (error, "Cannot listen on the inherited descriptor %d: ", fd);
      return FALSE;
    }

  add_listener (self, socket, certificate);

  return TRUE;
}

GStrv
resonate_front_dup_uris (ResonateFront *self)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  g_return_val_if_fail (RESONATE_IS_FRONT (self), NULL);

  builder = g_strv_builder_new ();
  for (guint i = 0; i < self->listeners->len; i++)
    {
      g_autofree char *uri = resonate_listener_dup_uri (g_ptr_array_index (self->listeners, i));

      g_strv_builder_add (builder, uri);
    }

  return g_strv_builder_end (builder);
}

GArray *
resonate_front_list_sockets (ResonateFront *self)
{
  GArray *sockets;

  g_return_val_if_fail (RESONATE_IS_FRONT (self), NULL);

  sockets = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < self->listeners->len; i++)
    {
      int fd = resonate_listener_get_fd (g_ptr_array_index (self->listeners, i));

      g_array_append_val (sockets, fd);
    }

  return sockets;
}

ResonateRouter *
resonate_front_get_router (ResonateFront *self)
{
  g_return_val_if_fail (RESONATE_IS_FRONT (self), NULL);

  return self->router;
}

ResonateWheel *
resonate_front_get_wheel (ResonateFront *self)
{
  g_return_val_if_fail (RESONATE_IS_FRONT (self), NULL);

  return self->shared.wheel;
}

guint
resonate_front_get_n_streams (ResonateFront *self)
{
  guint n = 0;

  g_return_val_if_fail (RESONATE_IS_FRONT (self), 0);

  for (guint place = 0; place < RESONATE_STREAM_N_PLACES; place++)
    n += self->streams[place].length;

  return n;
}

void
resonate_front_take_waiting (ResonateFront *self)
{
  g_return_if_fail (RESONATE_IS_FRONT (self));

  for (guint i = 0; i < self->listeners->len; i++)
    resonate_listener_take_waiting (self->listeners->pdata[i]);
}

void
resonate_front_refuse_handshakes (ResonateFront *self)
{
  g_return_if_fail (RESONATE_IS_FRONT (self));

  self->refuses_handshakes = TRUE;
}

void
resonate_front_stop_accepting (ResonateFront *self)
{
  g_return_if_fail (RESONATE_IS_FRONT (self));

  g_ptr_array_set_size (self->listeners, 0);
}

void
resonate_front_close (ResonateFront *self)
{
  g_autoptr (GPtrArray) streams = NULL;

  g_return_if_fail (RESONATE_IS_FRONT (self));

  streams = resonate_front_list_streams (self);
  for (guint i = 0; i < streams->len; i++)
    resonate_stream_finish_http (g_ptr_array_index (streams, i));
}
