/* resonate-app.c: one application, its credentials and its limits
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-app"

#include "config.h"

#include "resonate-app-private.h"

#include "../base/resonate-glob-private.h"
#include "resonate-enum-types.h"
#include "resonate-fields-private.h"
#include "resonate-origin-private.h"

/**
 * ResonateApp:
 *
 * One application: who may connect with which key, and what its connections may do.
 *
 * One server serves many, and they share nothing: no channel, no limit, no secret. The secret signs
 * and is never given out, so it is not a property.
 *
 * ```c
 * g_autoptr (ResonateApp) app = resonate_app_new ("1001", "app-key", "app-secret");
 *
 * g_object_set (app, "max-connections", 500, "ping-interval", (gint64) 30 * G_USEC_PER_SEC, NULL);
 * ```
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (ResonateApp, resonate_app, G_TYPE_OBJECT)

typedef enum
{
  PROP_ID = 1,
  PROP_KEY,
  PROP_ENABLED,
  PROP_ALLOWED_ORIGINS,
  PROP_PING_INTERVAL,
  PROP_ACTIVITY_TIMEOUT,
  PROP_MAX_CONNECTIONS,
  PROP_MAX_MESSAGE_SIZE,
  PROP_MAX_CHANNEL_NAME_LENGTH,
  PROP_MAX_SUBSCRIPTIONS_PER_CONNECTION,
  PROP_MAX_PRESENCE_MEMBERS,
  PROP_MAX_PRESENCE_USER_INFO_SIZE,
  PROP_ACCEPT_CLIENT_EVENTS_FROM,
  PROP_RATE_LIMITING_ENABLED,
  PROP_RATE_LIMIT_MAX_ATTEMPTS,
  PROP_RATE_LIMIT_DECAY_SECONDS,
  PROP_RATE_LIMIT_TERMINATE,
  PROP_CACHE_TTL,
  PROP_SUBSCRIPTION_COUNT,
  PROP_SEND_QUEUE_POLICY,
} ResonateAppProperty;

static GParamSpec *properties[PROP_SEND_QUEUE_POLICY + 1];

static const size_t offsets[] = {
  [PROP_ID] = G_STRUCT_OFFSET (ResonateApp, id),
  [PROP_KEY] = G_STRUCT_OFFSET (ResonateApp, key),
  [PROP_ENABLED] = G_STRUCT_OFFSET (ResonateApp, enabled),
  [PROP_ALLOWED_ORIGINS] = G_STRUCT_OFFSET (ResonateApp, allowed_origins),
  [PROP_PING_INTERVAL] = G_STRUCT_OFFSET (ResonateApp, ping_interval),
  [PROP_ACTIVITY_TIMEOUT] = G_STRUCT_OFFSET (ResonateApp, activity_timeout),
  [PROP_MAX_CONNECTIONS] = G_STRUCT_OFFSET (ResonateApp, max_connections),
  [PROP_MAX_MESSAGE_SIZE] = G_STRUCT_OFFSET (ResonateApp, max_message_size),
  [PROP_MAX_CHANNEL_NAME_LENGTH] = G_STRUCT_OFFSET (ResonateApp, max_channel_name_length),
  [PROP_MAX_SUBSCRIPTIONS_PER_CONNECTION] = G_STRUCT_OFFSET (ResonateApp,
                                                             max_subscriptions_per_connection),
  [PROP_MAX_PRESENCE_MEMBERS] = G_STRUCT_OFFSET (ResonateApp, max_presence_members),
  [PROP_MAX_PRESENCE_USER_INFO_SIZE] = G_STRUCT_OFFSET (ResonateApp, max_presence_user_info_size),
  [PROP_ACCEPT_CLIENT_EVENTS_FROM] = G_STRUCT_OFFSET (ResonateApp, accept_client_events_from),
  [PROP_RATE_LIMITING_ENABLED] = G_STRUCT_OFFSET (ResonateApp, rate_limiting_enabled),
  [PROP_RATE_LIMIT_MAX_ATTEMPTS] = G_STRUCT_OFFSET (ResonateApp, rate_limit_max_attempts),
  [PROP_RATE_LIMIT_DECAY_SECONDS] = G_STRUCT_OFFSET (ResonateApp, rate_limit_decay_seconds),
  [PROP_RATE_LIMIT_TERMINATE] = G_STRUCT_OFFSET (ResonateApp, rate_limit_terminate),
  [PROP_CACHE_TTL] = G_STRUCT_OFFSET (ResonateApp, cache_ttl),
  [PROP_SUBSCRIPTION_COUNT] = G_STRUCT_OFFSET (ResonateApp, subscription_count),
  [PROP_SEND_QUEUE_POLICY] = G_STRUCT_OFFSET (ResonateApp, send_queue_policy),
};

G_STATIC_ASSERT (G_N_ELEMENTS (offsets) == G_N_ELEMENTS (properties));

static gpointer
field (ResonateApp *self, unsigned int prop_id)
{
  g_assert (prop_id > 0 && prop_id < G_N_ELEMENTS (offsets));

  return G_STRUCT_MEMBER_P (self, offsets[prop_id]);
}

/*
 * GObject
 */
static void
resonate_app_finalize (GObject *object)
{
  ResonateApp *self = RESONATE_APP (object);

  resonate_app_clear_secret (self);
  for (unsigned int i = 1; i < G_N_ELEMENTS (properties); i++)
    resonate_field_clear (field (self, i), properties[i]);

  G_OBJECT_CLASS (resonate_app_parent_class)->finalize (object);
}

static void
resonate_app_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  resonate_field_get (field (RESONATE_APP (object), prop_id), pspec, value);
}

static void
resonate_app_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  ResonateApp *self = RESONATE_APP (object);

  resonate_field_set (field (self, prop_id), pspec, value);

  /* An app without origins would be a NULL where every reader expects a list. */
  if (prop_id == PROP_ALLOWED_ORIGINS && self->allowed_origins == NULL)
    self->allowed_origins = g_new0 (char *, 1);
}

static void
install_identity (void)
{
  /**
   * ResonateApp:id: (getter get_id)
   *
   * The id that REST paths and configuration groups name. It never changes.
   *
   * Since: 1.0
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL,
                                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                               G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:key: (getter get_key)
   *
   * The public key that clients connect with. It never changes.
   *
   * Since: 1.0
   */
  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL,
                                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                                G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:enabled: (getter get_enabled)
   *
   * Whether the app is served. When it is switched off, clients that are there are closed with
   * 4003, new ones are turned away with it, and publishers are answered 403.
   *
   * Since: 1.0
   */
  properties[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, TRUE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:allowed-origins: (getter get_allowed_origins)
   *
   * The hosts of the pages that may connect; `*` stands for anything. Written without scheme and
   * port.
   *
   * Since: 1.0
   */
  properties[PROP_ALLOWED_ORIGINS] = g_param_spec_boxed ("allowed-origins", NULL, NULL, G_TYPE_STRV,
                                                         G_PARAM_READWRITE |
                                                           G_PARAM_STATIC_STRINGS);
}

static void
install_liveness (void)
{
  /**
   * ResonateApp:ping-interval: (getter get_ping_interval)
   *
   * How long a connection may be silent before it is pinged, in microseconds.
   *
   * Since: 1.0
   */
  properties[PROP_PING_INTERVAL] = g_param_spec_int64 ("ping-interval", NULL, NULL, 1, G_MAXINT64,
                                                       60 * G_USEC_PER_SEC,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:activity-timeout: (getter get_activity_timeout)
   *
   * How long clients wait in silence before they ping, as announced to them, in microseconds.
   *
   * Since: 1.0
   */
  properties[PROP_ACTIVITY_TIMEOUT] =
    g_param_spec_int64 ("activity-timeout", NULL, NULL, 1, G_MAXINT64, 30 * G_USEC_PER_SEC,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:max-connections: (getter get_max_connections)
   *
   * How many connections may be open at a time; -1 is no limit, and 0 refuses every one.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CONNECTIONS] = g_param_spec_int ("max-connections", NULL, NULL, -1, G_MAXINT,
                                                       -1,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:max-message-size: (getter get_max_message_size)
   *
   * The longest message a client may send, in bytes; 0 is no limit.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_MESSAGE_SIZE] =
    g_param_spec_uint64 ("max-message-size", NULL, NULL, 0, G_MAXUINT64, 10000,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_limits (void)
{
  /**
   * ResonateApp:max-channel-name-length: (getter get_max_channel_name_length)
   *
   * The longest name a channel may have, in characters.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_CHANNEL_NAME_LENGTH] =
    g_param_spec_uint ("max-channel-name-length", NULL, NULL, 1, G_MAXUINT, 255,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:max-subscriptions-per-connection: (getter get_max_subscriptions_per_connection)
   *
   * How many channels one connection may be on; 0 is no limit.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_SUBSCRIPTIONS_PER_CONNECTION] =
    g_param_spec_uint ("max-subscriptions-per-connection", NULL, NULL, 0, G_MAXUINT, 250,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:max-presence-members: (getter get_max_presence_members)
   *
   * How many users a presence channel may have; 0 is no limit.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_PRESENCE_MEMBERS] =
    g_param_spec_uint ("max-presence-members", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:max-presence-user-info-size: (getter get_max_presence_user_info_size)
   *
   * The longest `user_info` of a presence member, in bytes of JSON; 0 is no limit.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_PRESENCE_USER_INFO_SIZE] =
    g_param_spec_uint64 ("max-presence-user-info-size", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:accept-client-events-from: (getter get_accept_client_events_from)
   *
   * Whose client events are relayed.
   *
   * Since: 1.0
   */
  properties[PROP_ACCEPT_CLIENT_EVENTS_FROM] =
    g_param_spec_enum ("accept-client-events-from", NULL, NULL, RESONATE_TYPE_CLIENT_EVENTS,
                       RESONATE_CLIENT_EVENTS_MEMBERS, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_rates (void)
{
  /**
   * ResonateApp:rate-limiting-enabled: (getter get_rate_limiting_enabled)
   *
   * Whether the messages of a connection are counted and limited.
   *
   * Since: 1.0
   */
  properties[PROP_RATE_LIMITING_ENABLED] =
    g_param_spec_boolean ("rate-limiting-enabled", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:rate-limit-max-attempts: (getter get_rate_limit_max_attempts)
   *
   * How many messages one connection may send in a window.
   *
   * Since: 1.0
   */
  properties[PROP_RATE_LIMIT_MAX_ATTEMPTS] =
    g_param_spec_uint ("rate-limit-max-attempts", NULL, NULL, 0, G_MAXUINT, 60,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:rate-limit-decay-seconds: (getter get_rate_limit_decay_seconds)
   *
   * How long a window of the rate limit is, in seconds.
   *
   * Since: 1.0
   */
  properties[PROP_RATE_LIMIT_DECAY_SECONDS] =
    g_param_spec_uint ("rate-limit-decay-seconds", NULL, NULL, 1, G_MAXUINT, 60,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:rate-limit-terminate: (getter get_rate_limit_terminate)
   *
   * Whether a connection over its rate limit is closed.
   *
   * Since: 1.0
   */
  properties[PROP_RATE_LIMIT_TERMINATE] =
    g_param_spec_boolean ("rate-limit-terminate", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
install_delivery (void)
{
  /**
   * ResonateApp:cache-ttl: (getter get_cache_ttl)
   *
   * How long a cache channel keeps its last event, in microseconds.
   *
   * Since: 1.0
   */
  properties[PROP_CACHE_TTL] = g_param_spec_int64 ("cache-ttl", NULL, NULL, 0, G_MAXINT64,
                                                   1800 * (int64_t) G_USEC_PER_SEC,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:subscription-count: (getter get_subscription_count)
   *
   * Whether subscribers are told how many they are.
   *
   * Since: 1.0
   */
  properties[PROP_SUBSCRIPTION_COUNT] =
    g_param_spec_boolean ("subscription-count", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateApp:send-queue-policy: (getter get_send_queue_policy)
   *
   * What happens to a connection whose queue is full.
   *
   * Since: 1.0
   */
  properties[PROP_SEND_QUEUE_POLICY] =
    g_param_spec_enum ("send-queue-policy", NULL, NULL, RESONATE_TYPE_SEND_QUEUE_POLICY,
                       RESONATE_SEND_QUEUE_POLICY_CLOSE,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
}

static void
resonate_app_class_init (ResonateAppClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = resonate_app_finalize;
  object_class->get_property = resonate_app_get_property;
  object_class->set_property = resonate_app_set_property;

  install_identity ();
  install_liveness ();
  install_limits ();
  install_rates ();
  install_delivery ();

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_app_init (ResonateApp *self)
{
  for (unsigned int i = PROP_ENABLED; i < G_N_ELEMENTS (properties); i++)
    resonate_field_reset (field (self, i), properties[i]);

  self->allowed_origins = g_strdupv ((char *[]){ (char *) "*", NULL });
}

/**
 * resonate_app_new:
 * @id: what REST paths call it
 * @key: what clients connect with
 * @secret: what signatures are made with
 *
 * Makes an application with every limit at its default.
 *
 * Returns: (transfer full): a new [class@Resonate.App]
 *
 * Since: 1.0
 */
ResonateApp *
resonate_app_new (const char *id, const char *key, const char *secret)
{
  ResonateApp *self;

  g_return_val_if_fail (id != NULL && *id != '\0', NULL);
  g_return_val_if_fail (key != NULL && *key != '\0', NULL);
  g_return_val_if_fail (secret != NULL && *secret != '\0', NULL);

  self = g_object_new (RESONATE_TYPE_APP, "id", id, "key", key, NULL);
  resonate_app_set_secret (self, secret, NULL);

  return self;
}

/**
 * resonate_app_allows_origin:
 * @self: an application
 * @origin: (nullable): the value of the `Origin` header
 *
 * Says whether a page from @origin may connect.
 *
 * A pattern `*` lets everything pass, even a client that names no origin. Any other is compared
 * with the host of @origin and nothing else of it, without regard to case; a `*` in it stands for
 * any run of characters, dots included. `*.example.com` does not match `example.com`.
 *
 * Returns: %TRUE if it may
 *
 * Since: 1.0
 */
gboolean
resonate_app_allows_origin (ResonateApp *self, const char *origin)
{
  g_autofree char *host = NULL;

  g_return_val_if_fail (RESONATE_IS_APP (self), FALSE);

  if (g_strv_contains ((const char *const *) self->allowed_origins, "*"))
    return TRUE;

  host = resonate_origin_dup_host (origin);
  if (host == NULL)
    return FALSE;

  for (char **pattern = self->allowed_origins; *pattern != NULL; pattern++)
    {
      g_autofree char *lowered = g_ascii_strdown (*pattern, -1);

      if (resonate_glob_match (lowered, host))
        return TRUE;
    }

  return FALSE;
}
