/* resonate-listener.c: one listening socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-listener"

#include "config.h"

#include "resonate-listener-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#define BACKLOG            4096
#define ACCEPTS_PER_TURN   64
#define PAUSE_MILLISECONDS 100

/* How long what was sent may go without an answer of the peer's kernel; by itself ours tries for a
 * quarter of an hour. After that time pusher-js has given the server up, as announced: 30 s of
 * silence, and 30 s for the pong. Less would cut who comes back from a tunnel and goes on. It is
 * also the time for which a peer may leave its window closed. */
#define USER_TIMEOUT_MILLISECONDS (60 * 1000)

/*
 * GSocketService would do but for one thing: when descriptors run out it prints a warning and tries
 * again at once, for as long as it lasts. We ask for some, and where there are none to be had we
 * wait a moment, and then hear the next client.
 */
struct _ResonateListener
{
  GSocket *socket;
  GTlsCertificate *certificate; /* (nullable) */
  ResonateAcceptFunc func;
  ResonateExhaustedFunc exhausted;
  gpointer user_data;
  GSource *source;
};

static void listen_again (ResonateListener *self);

static gboolean
on_pause_over (gpointer user_data)
{
  listen_again (user_data);

  return G_SOURCE_REMOVE;
}

static void
replace_source (ResonateListener *self, GSource *source)
{
  g_assert (self != NULL);

  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);

  self->source = source;
  if (source != NULL)
    g_source_attach (source, g_main_context_get_thread_default ());
}

static void
pause_listening (ResonateListener *self)
{
  GSource *source = g_timeout_source_new (PAUSE_MILLISECONDS);

  g_source_set_callback (source, on_pause_over, self, NULL);
  replace_source (self, source);
}

/* Returns the descriptor of the next client, or -1 with errno set. */
static int
accept_next (ResonateListener *self, struct sockaddr_storage *address)
{
  socklen_t length = sizeof (*address);
  const unsigned int patience = USER_TIMEOUT_MILLISECONDS;
  const int yes = 1;
  int fd;

  address->ss_family = AF_UNSPEC;
  fd = accept4 (g_socket_get_fd (self->socket), (struct sockaddr *) address, &length,
                SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd >= 0 && address->ss_family != AF_UNIX)
    {
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof (yes));
      setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof (patience));
    }

  return fd;
}

/* Errors of the client's, which is gone already (accept(2)), or none. */
static gboolean
is_passing (int error)
{
  return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN ||
         error == EHOSTDOWN || error == EHOSTUNREACH || error == ENETUNREACH;
}

static gboolean
on_incoming (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  ResonateListener *self = user_data;

  for (guint i = 0; i < ACCEPTS_PER_TURN; i++)
    {
      struct sockaddr_storage address;
      int fd = accept_next (self, &address);
      int error = errno;

      if (fd >= 0)
        {
          self->func (fd, (const struct sockaddr *) &address, self->certificate, self->user_data);
          continue;
        }

      if (is_passing (error))
        continue;

      /* The kernel takes a descriptor before it looks whether anybody waits. */
      if (error == EAGAIN || g_socket_condition_check (socket, G_IO_IN) == 0)
        break;

      /* Whoever is told that a socket is closed may close this one, too. */
      if ((error == EMFILE || error == ENFILE) && self->exhausted (self->user_data))
        break;

      g_debug ("Cannot accept: %s", g_strerror (error));
      pause_listening (self);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static void
listen_again (ResonateListener *self)
{
  GSource *source = g_socket_create_source (self->socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (on_incoming), self, NULL);
  replace_source (self, source);
}

ResonateListener *
resonate_listener_new (GSocket *socket,
                       GTlsCertificate *certificate,
                       ResonateAcceptFunc func,
                       ResonateExhaustedFunc exhausted,
                       gpointer user_data)
{
  ResonateListener *self;

  g_return_val_if_fail (G_IS_SOCKET (socket), NULL);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), NULL);
  g_return_val_if_fail (func != NULL && exhausted != NULL, NULL);

  self = g_new0 (ResonateListener, 1);
  self->socket = g_object_ref (socket);
  self->func = func;
  self->exhausted = exhausted;
  self->user_data = user_data;
  g_set_object (&self->certificate, certificate);

  /* Another process may take what this one was woken for. */
  g_socket_set_blocking (socket, FALSE);
  listen_again (self);

  return self;
}

void
resonate_listener_free (ResonateListener *self)
{
  g_return_if_fail (self != NULL);

  replace_source (self, NULL);
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->certificate);
  g_clear_object (&self->socket);
  g_free (self);
}

void
resonate_listener_set_certificate (ResonateListener *self, GTlsCertificate *certificate)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate));

  g_set_object (&self->certificate, certificate);
}

GTlsCertificate *
resonate_listener_get_certificate (ResonateListener *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->certificate;
}

/* Closing a listening socket resets those whom the kernel has taken in already. There are never
 * more of them than the backlog. */
void
resonate_listener_take_waiting (ResonateListener *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i <= BACKLOG; i++)
    {
      struct sockaddr_storage address;
      int fd = accept_next (self, &address);

      if (fd >= 0)
        self->func (fd, (const struct sockaddr *) &address, self->certificate, self->user_data);
      else if (!is_passing (errno))
        break;
    }
}

void
resonate_listener_pause (ResonateListener *self)
{
  g_return_if_fail (self != NULL);

  replace_source (self, NULL);
}

void
resonate_listener_resume (ResonateListener *self)
{
  g_return_if_fail (self != NULL);

  listen_again (self);
}

int
resonate_listener_get_fd (ResonateListener *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return g_socket_get_fd (self->socket);
}

char *
resonate_listener_dup_uri (ResonateListener *self)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *host = NULL;
  GInetAddress *inet;

  g_return_val_if_fail (self != NULL, NULL);

  address = g_socket_get_local_address (self->socket, NULL);
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("unix:");

  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  host = g_inet_address_to_string (inet);

  return g_strdup_printf (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6 ? "%s://[%s]:%u"
                                                                                   : "%s://%s:%u",
                          self->certificate != NULL ? "https" : "http", host,
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

/* g_socket_bind () takes SO_REUSEPORT away from what is no datagram. */
static gboolean
bind_beside (GSocket *socket, GSocketAddress *address, GError **error)
{
  struct sockaddr_storage native;
  int saved_errno;

  if (!g_socket_address_to_native (address, &native, sizeof (native), error))
    return FALSE;

  g_socket_set_option (socket, SOL_SOCKET, SO_REUSEADDR, 1, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_REUSEPORT, 1, NULL);
  if (bind (g_socket_get_fd (socket), (const struct sockaddr *) &native,
            (socklen_t) g_socket_address_get_native_size (address)) == 0)
    return TRUE;

  saved_errno = errno;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved_errno),
               "Error binding beside another server: %s", g_strerror (saved_errno));

  return FALSE;
}

/* Port 0 leaves the choice to the kernel. */
static GSocket *
bind_to (GInetAddress *address, guint16 port, gboolean reuse_port, GError **error)
{
  g_autoptr (GSocketAddress) socket_address = NULL;
  g_autoptr (GSocket) socket = NULL;
  GSocketFamily family;

  g_assert (G_IS_INET_ADDRESS (address));

  family = g_inet_address_get_family (address);
  socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;

  /* Else :: would take 0.0.0.0 as well, and whoever configures both could have neither. */
  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);

  socket_address = g_inet_socket_address_new (address, port);
  g_socket_set_listen_backlog (socket, BACKLOG);

  if (!(reuse_port ? bind_beside (socket, socket_address, error)
                   : g_socket_bind (socket, socket_address, TRUE, error)) ||
      !g_socket_listen (socket, error))
    return NULL;

  /* From here on, and not before: a replacement may bind beside us, and nobody does by mistake. */
  g_socket_set_option (socket, SOL_SOCKET, SO_REUSEPORT, 1, NULL);

  return g_steal_pointer (&socket);
}

/* Takes the socket out of @spare that listens on that address already, or NULL. */
static GSocket *
take_spare (GPtrArray *spare, GInetAddress *address, guint16 port)
{
  for (guint i = 0; spare != NULL && i < spare->len; i++)
    {
      g_autoptr (GSocketAddress) bound = g_socket_get_local_address (spare->pdata[i], NULL);
      GInetSocketAddress *inet;

      if (!G_IS_INET_SOCKET_ADDRESS (bound))
        continue;

      inet = G_INET_SOCKET_ADDRESS (bound);
      if ((port == 0 || g_inet_socket_address_get_port (inet) == port) &&
          g_inet_address_equal (g_inet_socket_address_get_address (inet), address))
        return g_ptr_array_steal_index (spare, i);
    }

  return NULL;
}

static GList *
resolve (const char *host, GError **error)
{
  g_autoptr (GResolver) resolver = NULL;
  GInetAddress *literal;

  g_assert (host != NULL);

  literal = g_inet_address_new_from_string (host);
  if (literal != NULL)
    return g_list_prepend (NULL, literal);

  resolver = g_resolver_get_default ();

  return g_resolver_lookup_by_name (resolver, host, NULL, error);
}

/* One socket for each address of @host: all of them, or none with @error set. */
GPtrArray *
resonate_listener_bind_all (
  const char *host, guint16 port, gboolean reuse_port, GPtrArray *spare, GError **error)
{
  g_autoptr (GPtrArray) sockets = NULL;
  GList *addresses;
  gboolean done;

  g_return_val_if_fail (host != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  addresses = resolve (host, error);
  done = addresses != NULL;
  sockets = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *l = addresses; l != NULL && done; l = l->next)
    {
      GSocket *socket = take_spare (spare, l->data, port);

      if (socket == NULL)
        socket = bind_to (l->data, port, reuse_port, error);
      done = socket != NULL;
      if (done)
        g_ptr_array_add (sockets, socket);
    }

  g_resolver_free_addresses (addresses);

  return done ? g_steal_pointer (&sockets) : NULL;
}
