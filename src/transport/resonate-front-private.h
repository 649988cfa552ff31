/* resonate-front-private.h: the listeners, and what every accepted socket must respect
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

#include "../base/resonate-wheel-private.h"
#include "resonate-router-private.h"
#include "resonate-transport-private.h"

G_BEGIN_DECLS

typedef struct
{
  int64_t header_timeout_us;  /* for a whole request, and for a TLS handshake */
  int64_t idle_timeout_us;    /* between two requests */
  int64_t hibernate_after_us; /* a WebSocket that talks often and then says nothing */
  gsize max_request_size;     /* of a body */
  gsize send_queue_size;      /* of a WebSocket */
  guint max_connections; /* WebSockets; never more than the descriptors allow, less some for REST */
  guint max_connections_per_address; /* 0: no limit */
  GStrv trusted_proxies;             /* (nullable): networks whose word about clients counts */
  gboolean permessage_deflate;       /* compresses for who offers it */
  gboolean reuse_port;               /* listens beside who listens on the same addresses */
  gboolean proxy_protocol;           /* every TCP connection begins with a PROXY header */
  GPtrArray *spare; /* (element-type GSocket) (nullable): used for what is to be listened on */
} ResonateFrontLimits;

#define RESONATE_TYPE_FRONT (resonate_front_get_type ())

G_DECLARE_FINAL_TYPE (ResonateFront, resonate_front, RESONATE, FRONT, GObject)

/* The limits are copied. */
ResonateFront *resonate_front_new (const ResonateFrontLimits *limits);

/* Those who are connected keep what they had when they came, but for what is asked anew each time:
 * deadlines, sizes, and who is counted where. */
void resonate_front_set_limits (ResonateFront *self, const ResonateFrontLimits *limits);

/* What all listeners show from now on. (nullable): without one they do not speak TLS. */
void resonate_front_set_certificate (ResonateFront *self, GTlsCertificate *certificate);

/* (nullable) */
GTlsCertificate *resonate_front_get_certificate (ResonateFront *self);

gboolean resonate_front_listen (ResonateFront *self,
                                const char *host,
                                guint16 port,
                                GTlsCertificate *certificate,
                                GError **error);

/* Takes @fd on success. */
gboolean resonate_front_listen_fd (ResonateFront *self,
                                   int fd,
                                   GTlsCertificate *certificate,
                                   GError **error);

/* One for each listener, such as `http://127.0.0.1:8080`. */
GStrv resonate_front_dup_uris (ResonateFront *self);

/* (element-type int): the descriptors that listen; they stay the front's. */
GArray *resonate_front_list_sockets (ResonateFront *self);

ResonateRouter *resonate_front_get_router (ResonateFront *self);

/* All that has to happen at a time, on this front or to those who came in by it. */
ResonateWheel *resonate_front_get_wheel (ResonateFront *self);

/* Open sockets: HTTP and WebSocket, and those that are being closed. */
guint resonate_front_get_n_streams (ResonateFront *self);

/* Accepts who has connected by now, whom the end of the listeners would reset. */
void resonate_front_take_waiting (ResonateFront *self);

/* Whoever wants to be a WebSocket from here on hears 503. Other requests are answered as ever. */
void resonate_front_refuse_handshakes (ResonateFront *self);

void resonate_front_stop_accepting (ResonateFront *self);

/* (transfer full) (element-type ResonateStream) */
GPtrArray *resonate_front_list_streams (ResonateFront *self);

void resonate_front_settle (ResonateFront *self, int64_t end_us);

void resonate_front_hold (ResonateFront *self);

/* Takes @fd, whose record is one of resonate_stream_save (). It is the front's; NULL when the
 * record is no good. */
ResonateStream *resonate_front_adopt (ResonateFront *self, int fd, GVariant *record);

void resonate_front_resume (ResonateFront *self);

/* Ends what is HTTP, after the answers that are under way. WebSockets are closed by who owns them.
 */
void resonate_front_close (ResonateFront *self);

/* Whether a client could tell the one from the other: the chain, or the key behind it. */
gboolean resonate_tls_certificates_differ (GTlsCertificate *a, GTlsCertificate *b);

GTlsCertificate *resonate_tls_load_certificate (const char *cert_file,
                                                const char *key_file,
                                                const char *password_file,
                                                GError **error);

G_END_DECLS
