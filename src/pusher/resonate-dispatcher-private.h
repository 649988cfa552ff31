/* resonate-dispatcher-private.h: one event to the channels it is for
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-protocol-private.h"
#include "resonate-realm-private.h"

G_BEGIN_DECLS

void resonate_dispatcher_publish (ResonateRealm *realm,
                                  const char *event,
                                  const char *channel,
                                  const char *data,
                                  gssize data_length,
                                  ResonateEventOrder order,
                                  const char *except_socket);

void resonate_dispatcher_deliver (ResonateRealm *realm,
                                  const char *channel,
                                  GBytes *frame,
                                  gboolean is_kept,
                                  const char *except_socket);

void resonate_dispatcher_terminate (ResonateConnection *connection);

unsigned int resonate_dispatcher_terminate_user (ResonateRealm *realm, const char *user_id);

unsigned int resonate_dispatcher_terminate_user_here (ResonateRealm *realm, const char *user_id);

G_END_DECLS
