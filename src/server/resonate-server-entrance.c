/* resonate-server-entrance.c: from a configuration to sockets that listen
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-entrance-private.h"

#include "../pusher/resonate-handler-private.h"
#include "../pusher/resonate-journal-private.h"
#include "../pusher/resonate-pusher-error.h"
#include "../pusher/resonate-refusal-private.h"

/* Called before anything that the client sends is delivered. An unknown key is answered on the
 * WebSocket: clients of the protocol do not read a refused handshake (spec: handshake, 1.3). */
static void
on_upgraded (ResonateExchange *exchange, ResonateTransport *transport, gpointer user_data)
{
  ResonateRealmList *realms = user_data;
  const char *key = resonate_exchange_get_parameter (exchange, "key");
  ResonateRealm *realm = resonate_realm_list_lookup_key (realms, key);

  if (realm != NULL)
    {
      resonate_handler_open (realm, transport, resonate_exchange_get_header (exchange, "Origin"));
      return;
    }

  resonate_journal_turned_away (transport, RESONATE_PUSHER_ERROR_UNKNOWN_APP,
                                "no app has the key %s", key);
  resonate_turn_away (transport, RESONATE_PUSHER_ERROR_UNKNOWN_APP,
                      resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_UNKNOWN_APP));
}

static void
on_app (ResonateExchange *exchange, gpointer user_data)
{
  resonate_exchange_upgrade (exchange, on_upgraded, user_data, NULL);
}

/* The networks of the trusted proxies stay the configuration's. */
void
resonate_server_entrance_read_limits (ResonateConfig *config, ResonateFrontLimits *limits)
{
  *limits = (ResonateFrontLimits){
    .header_timeout_us = resonate_config_get_header_timeout (config),
    .idle_timeout_us = resonate_config_get_idle_timeout (config),
    .hibernate_after_us = resonate_config_get_hibernate_after (config),
    .max_request_size = resonate_config_get_max_request_size (config),
    .send_queue_size = resonate_config_get_send_queue_size (config),
    .max_connections = resonate_config_get_max_connections (config),
    .max_connections_per_address = resonate_config_get_max_connections_per_address (config),
    .trusted_proxies = (GStrv) resonate_config_get_trusted_proxies (config),
    .permessage_deflate = resonate_config_get_permessage_deflate (config),
    .proxy_protocol = resonate_config_get_proxy_protocol (config),
  };
}

gboolean
resonate_server_entrance_load_certificate (ResonateConfig *config,
                                           GTlsCertificate **certificate,
                                           GError **error)
{
  const char *file = resonate_config_get_tls_certificate (config);
  const char *key = resonate_config_get_tls_key (config);

  if (file == NULL)
    return TRUE;

  /* A file that holds both is the usual form of PHP's servers. */
  *certificate = resonate_tls_load_certificate (file, key != NULL ? key : file,
                                                resonate_config_get_tls_key_password_file (config),
                                                error);

  return *certificate != NULL;
}

static gboolean
listen_on_all (ResonateFront *front,
               ResonateConfig *config,
               GArray *given,
               GTlsCertificate *certificate,
               GError **error)
{
  const char *const *hosts = resonate_config_get_host (config);
  gboolean is_handed = given->len > 0;

  /* What the front has taken is the front's to close, also when the next one is no good. */
  while (given->len > 0)
    {
      if (!resonate_front_listen_fd (front, g_array_index (given, int, 0), certificate, error))
        return FALSE;
      g_array_remove_index (given, 0);
    }

  /* Sockets that were handed to us take the place of those that the configuration names. */
  for (unsigned int i = 0; !is_handed && hosts[i] != NULL; i++)
    {
      if (!resonate_front_listen (front, hosts[i], resonate_config_get_port (config), certificate,
                                  error))
        return FALSE;
    }

  return TRUE;
}

/*
 * resonate_server_entrance_open:
 * @realms: must outlive the front
 */
ResonateFront *
resonate_server_entrance_open (ResonateConfig *config,
                               const ResonateServerSockets *sockets,
                               ResonateRealmList *realms,
                               GError **error)
{
  g_autoptr (ResonateFront) front = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  ResonateFrontLimits limits;
  ResonateRouter *router;

  resonate_server_entrance_read_limits (config, &limits);
  limits.reuse_port = sockets->reuse_port;
  limits.spare = sockets->spare;
  front = resonate_front_new (&limits);
  router = resonate_front_get_router (front);
  resonate_router_set_prefix (router, resonate_config_get_path (config));
  resonate_router_add (router, "GET", "/app/{key}", on_app, realms);

  if (!resonate_server_entrance_load_certificate (config, &certificate, error) ||
      !listen_on_all (front, config, sockets->given, certificate, error))
    return NULL;

  return g_steal_pointer (&front);
}
