/* resonate-amendment.c: what a change of an app means to the clients that are there
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-amendment"

#include "config.h"

#include "resonate-amendment-private.h"

#include "resonate-connection-private.h"
#include "resonate-liveness-private.h"
#include "resonate-pusher-error.h"
#include "resonate-refusal-private.h"

/* Most of what an app says is asked when it matters, and so a change of it needs nothing. Here is
 * what was handed on when a client came: to its transport, and to its timer. */

typedef void (*AmendFunc) (ResonateConnection *connection);

void
resonate_amend_transport (ResonateConnection *connection)
{
  ResonateTransport *transport = resonate_connection_get_transport (connection);
  ResonateApp *app = resonate_connection_get_app (connection);

  resonate_transport_set_max_message_size (transport, resonate_app_get_max_message_size (app));
  resonate_transport_set_drops_oldest (transport, resonate_app_get_send_queue_policy (app) ==
                                                    RESONATE_SEND_QUEUE_POLICY_DROP_OLDEST);
}

/* Whoever is told that a client is gone may switch the app on again. */
static void
close_if_disabled (ResonateConnection *connection)
{
  if (!resonate_app_get_enabled (resonate_connection_get_app (connection)))
    resonate_terminate (connection, RESONATE_PUSHER_ERROR_APP_DISABLED,
                        resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_APP_DISABLED));
}

static const struct
{
  const char *property;
  AmendFunc func;
} amendments[] = {
  { "enabled", close_if_disabled },
  { "ping-interval", resonate_liveness_rearm },
  { "max-message-size", resonate_amend_transport },
  { "send-queue-policy", resonate_amend_transport },
};

void
resonate_amend (ResonateRealm *realm, const char *property)
{
  for (size_t i = 0; i < G_N_ELEMENTS (amendments); i++)
    {
      g_autoptr (GPtrArray) connections = NULL;

      if (!g_str_equal (amendments[i].property, property))
        continue;

      /* Those who are asked in company are so by the old interval. */
      realm->step = (ResonateStep){ 0 };
      connections = resonate_connection_list_snapshot (realm->connections);
      for (unsigned int j = 0; j < connections->len; j++)
        amendments[i].func (connections->pdata[j]);
    }
}
