/* resonate-app-private.h: what the server knows of an application and users of the library do not
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-app.h"

#include "../base/resonate-signer-private.h"

G_BEGIN_DECLS

/* The getters are on the path of every message, so each property is a member of its own. */
struct _ResonateApp
{
  GObject parent_instance;

  char *id;
  char *key;
  gboolean enabled;
  char **allowed_origins;
  int64_t ping_interval;
  int64_t activity_timeout;
  int max_connections;
  uint64_t max_message_size;
  unsigned int max_channel_name_length;
  unsigned int max_subscriptions_per_connection;
  unsigned int max_presence_members;
  uint64_t max_presence_user_info_size;
  ResonateClientEvents accept_client_events_from;
  gboolean rate_limiting_enabled;
  unsigned int rate_limit_max_attempts;
  unsigned int rate_limit_decay_seconds;
  gboolean rate_limit_terminate;
  int64_t cache_ttl;
  gboolean subscription_count;
  ResonateSendQueuePolicy send_queue_policy;

  /* See resonate-app-secret.c. The texts are wiped before they are freed. */
  char *secret;                    /* (nullable): of an app that was made without one */
  char *previous_secret;           /* (nullable) */
  ResonateSigner *signer;          /* (nullable) */
  ResonateSigner *previous_signer; /* (nullable) */
};

const char *resonate_app_get_secret (ResonateApp *self);

/* (nullable) */
const char *resonate_app_get_previous_secret (ResonateApp *self);

char *resonate_app_sign (ResonateApp *self, const char *text, gssize length);

gboolean
resonate_app_verify (ResonateApp *self, const char *text, gssize length, const char *signature);

void resonate_app_clear_secret (ResonateApp *self);

G_END_DECLS
