/* resonate-listener-private.h: one listening socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sys/socket.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ResonateListener ResonateListener;

/* @fd is the callee's to close; it is not blocking. */
typedef void (*ResonateAcceptFunc) (int fd,
                                    const struct sockaddr *address,
                                    GTlsCertificate *certificate,
                                    gpointer user_data);

/* There is no descriptor for the next socket. FALSE when none could be had. */
typedef gboolean (*ResonateExhaustedFunc) (gpointer user_data);

ResonateListener *resonate_listener_new (GSocket *socket,
                                         GTlsCertificate *certificate,
                                         ResonateAcceptFunc func,
                                         ResonateExhaustedFunc exhausted,
                                         gpointer user_data);

void resonate_listener_free (ResonateListener *self);

/* What the next clients are shown. */
void resonate_listener_set_certificate (ResonateListener *self, GTlsCertificate *certificate);

/* (nullable) */
GTlsCertificate *resonate_listener_get_certificate (ResonateListener *self);

/* Accepts at once whoever has connected by now: before the socket is closed for good. */
void resonate_listener_take_waiting (ResonateListener *self);

/* Clients wait meanwhile: the kernel takes them in. */
void resonate_listener_pause (ResonateListener *self);
void resonate_listener_resume (ResonateListener *self);

int resonate_listener_get_fd (ResonateListener *self);

char *resonate_listener_dup_uri (ResonateListener *self);

/* @reuse_port: also beside another server of this user, which must be one of ours. @spare:
 * (element-type GSocket) (nullable): that listen already; those with the right address are used
 * and taken out. */
GPtrArray *resonate_listener_bind_all (
  const char *host, guint16 port, gboolean reuse_port, GPtrArray *spare, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateListener, resonate_listener_free)

G_END_DECLS
