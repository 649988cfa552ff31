/* doctor-probe.h: a visit to a server, as a browser makes it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

typedef struct
{
  int status;        /* of the answer to the handshake */
  char *server;      /* (nullable): the header of that name */
  gboolean has_via;  /* a proxy says that it is one */
  gboolean is_valid; /* the server has the key that we sent */
  char *body;        /* (nullable): of an answer that is no WebSocket */
  char *greeting;    /* (nullable): the first message */
  int64_t ahead_us;  /* by how much the other clock is ahead of ours */
  gboolean has_date;
  GTlsCertificate *certificate; /* (nullable): the peer's */
  GTlsCertificateFlags problems;
} DoctorProbe;

DoctorProbe *doctor_probe_visit (GUri *uri, const char *path, const char *origin, GError **error);

void doctor_probe_free (DoctorProbe *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DoctorProbe, doctor_probe_free)
