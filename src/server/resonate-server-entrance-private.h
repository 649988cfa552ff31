/* resonate-server-entrance-private.h: from a configuration to sockets that listen
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "../config/resonate-config.h"
#include "../pusher/resonate-realm-list-private.h"
#include "../transport/resonate-front-private.h"

G_BEGIN_DECLS

/* Sockets that are there before the server listens. */
typedef struct
{
  GArray *given;    /* (element-type int): take the place of addresses; those used are taken out */
  GPtrArray *spare; /* (element-type GSocket) (nullable): used for the addresses that they have */
  gboolean reuse_port; /* whether others may listen on the same addresses */
} ResonateServerSockets;

ResonateFront *resonate_server_entrance_open (ResonateConfig *config,
                                              const ResonateServerSockets *sockets,
                                              ResonateRealmList *realms,
                                              GError **error);

/* The same as the entrance has, of another configuration. */
void resonate_server_entrance_read_limits (ResonateConfig *config, ResonateFrontLimits *limits);

/* Leaves @certificate alone when there is none to be shown. */
gboolean resonate_server_entrance_load_certificate (ResonateConfig *config,
                                                    GTlsCertificate **certificate,
                                                    GError **error);

G_END_DECLS
