/* resonate-server.h: the server as a whole
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <stdint.h>

#include <gio/gio.h>

#include "../base/resonate-enums.h"
#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"
#include "../cluster/resonate-pub-sub.h"
#include "../config/resonate-config.h"
#include "../pusher/resonate-channel-list.h"
#include "../pusher/resonate-connection.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_SERVER (resonate_server_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateServer, resonate_server, RESONATE, SERVER, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateServer *resonate_server_new (ResonateConfig *config);

RESONATE_AVAILABLE_IN_1_0
ResonateConfig *resonate_server_get_config (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
ResonateServerState resonate_server_get_state (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_server_get_started_at (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
int64_t resonate_server_get_drain_deadline (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
char **resonate_server_dup_uris (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
int *resonate_server_dup_sockets (ResonateServer *self, size_t *n_sockets);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_add_socket (ResonateServer *self, int fd);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_set_reuse_port (ResonateServer *self, gboolean reuse_port);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_set_pub_sub (ResonateServer *self, ResonatePubSub *pub_sub);

RESONATE_AVAILABLE_IN_1_0
ResonateClusterState resonate_server_get_cluster_state (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
char *resonate_server_dup_node_id (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_start_async (ResonateServer *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_start_finish (ResonateServer *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_stop_async (ResonateServer *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_stop_finish (ResonateServer *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_stop_listening (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_drain_async (ResonateServer *self,
                                  int64_t timeout_us,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_drain_finish (ResonateServer *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_apply_config_async (ResonateServer *self,
                                         ResonateConfig *next,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
GVariant *
resonate_server_apply_config_finish (ResonateServer *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_hand_over_async (ResonateServer *self,
                                      GSocket *socket,
                                      int64_t timeout_us,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_hand_over_finish (ResonateServer *self,
                                           GAsyncResult *result,
                                           unsigned int *handed_over,
                                           unsigned int *staying,
                                           int64_t *gap_us,
                                           GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_take_over_async (ResonateServer *self,
                                      GSocket *socket,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

RESONATE_AVAILABLE_IN_1_0
gboolean
resonate_server_take_over_finish (ResonateServer *self, GAsyncResult *result, GError **error);

RESONATE_AVAILABLE_IN_1_0
void resonate_server_set_tapped (ResonateServer *self, gboolean is_tapped);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_server_get_n_connections (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
unsigned int resonate_server_count_connections (ResonateServer *self, const char *app_id);

RESONATE_AVAILABLE_IN_1_0
ResonateChannelList *resonate_server_get_channels (ResonateServer *self, const char *app_id);

RESONATE_AVAILABLE_IN_1_0
ResonateConnection *
resonate_server_get_connection (ResonateServer *self, const char *app_id, const char *socket_id);

RESONATE_AVAILABLE_IN_1_0
ResonateConnection *resonate_server_find_connection (ResonateServer *self, const char *socket_id);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_has_cached (ResonateServer *self, const char *app_id, const char *channel);

RESONATE_AVAILABLE_IN_1_0
GPtrArray *resonate_server_page_channels (ResonateServer *self,
                                          const char *app_id,
                                          const char *prefix,
                                          const char *cursor,
                                          unsigned int limit,
                                          char **next,
                                          GError **error);

RESONATE_AVAILABLE_IN_1_0
GPtrArray *resonate_server_page_connections (ResonateServer *self,
                                             const char *app_id,
                                             const char *cursor,
                                             unsigned int limit,
                                             char **next,
                                             GError **error);

RESONATE_AVAILABLE_IN_1_0
GPtrArray *resonate_server_page_subscribers (ResonateServer *self,
                                             const char *app_id,
                                             const char *channel,
                                             const char *cursor,
                                             unsigned int limit,
                                             char **next,
                                             GError **error);

RESONATE_AVAILABLE_IN_1_0
GPtrArray *resonate_server_page_users (ResonateServer *self,
                                       const char *app_id,
                                       const char *channel,
                                       const char *cursor,
                                       unsigned int limit,
                                       char **next,
                                       GError **error);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_publish (ResonateServer *self,
                                  const char *app_id,
                                  const char *const *channels,
                                  const char *event,
                                  const char *data,
                                  const char *except_socket,
                                  GError **error);

RESONATE_AVAILABLE_IN_1_0
int resonate_server_terminate_user (ResonateServer *self,
                                    const char *app_id,
                                    const char *user_id,
                                    GError **error);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_server_terminate_connection (ResonateServer *self,
                                               const char *app_id,
                                               const char *socket_id,
                                               GError **error);

RESONATE_AVAILABLE_IN_1_0
GVariant *resonate_server_dup_metrics (ResonateServer *self);

RESONATE_AVAILABLE_IN_1_0
char *resonate_server_format_metrics (ResonateServer *self, const char *format, GError **error);

G_END_DECLS
