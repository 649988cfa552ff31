/* resonate-front-parts-private.h: what the files of ResonateFront know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "resonate-address-book-private.h"
#include "resonate-front-private.h"
#include "resonate-listener-private.h"
#include "resonate-stream-private.h"

G_BEGIN_DECLS

struct _ResonateFront
{
  GObject parent_instance;

  SoupServer *server;
  GMainContext *parking; /* never iterated: what waits there waits for ever */
  GPtrArray *listeners;  /* (element-type ResonateListener) */
  ResonateRouter *router;
  ResonateAddressBook *addresses;
  GQueue streams[RESONATE_STREAM_N_PLACES]; /* (element-type ResonateStream) (owned): by place,
                                             * whoever is there longest first */
  ResonateStreamShared shared;

  guint max_web_sockets;
  gboolean refuses_handshakes;
  gboolean proxy_protocol;
  gboolean reuse_port;
  GPtrArray *spare; /* (element-type GSocket) (nullable): that listen already */
};

G_END_DECLS
