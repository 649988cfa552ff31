/* resonate-server-metrics.c: a server in numbers
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-cluster-private.h"
#include "resonate-server-private.h"

#include "../base/resonate-error.h"
#include "../base/resonate-metrics-private.h"

static double
count_connections (const ResonateRealm *realm)
{
  return resonate_connection_list_count (realm->connections);
}

static double
count_channels (const ResonateRealm *realm)
{
  return g_list_model_get_n_items (G_LIST_MODEL (realm->channels));
}

/* What each app has: kept by its realm, or counted when somebody asks. */
static const struct
{
  ResonateMetric metric;
  double (*count) (const ResonateRealm *realm);
  size_t offset; /* of ResonateCounters, where nothing counts */
} app_metrics[] = {
  { { "resonate_connections", FALSE, "Clients that are connected." }, count_connections, 0 },
  { { "resonate_channels", FALSE, "Channels that somebody is on." }, count_channels, 0 },
#define COUNTER(name, is_counter, field, help)                                  \
  {                                                                             \
    { name, is_counter, help }, NULL, G_STRUCT_OFFSET (ResonateCounters, field) \
  }
  COUNTER ("resonate_subscriptions", FALSE, subscriptions, "Places of clients on channels."),
  COUNTER ("resonate_connections_opened", TRUE, opened, "Clients that were let in."),
  COUNTER ("resonate_connections_refused",
           TRUE,
           turned_away,
           "Clients that were turned away: over the quota, or for their origin."),
  COUNTER ("resonate_messages_received", TRUE, messages_received, "Messages of clients."),
  COUNTER ("resonate_messages_received_bytes", TRUE, bytes_received, "Their payloads."),
  COUNTER ("resonate_messages_sent", TRUE, messages_sent, "Messages to clients, each for each."),
  COUNTER ("resonate_messages_sent_bytes", TRUE, bytes_sent, "Their frames, uncompressed."),
  COUNTER ("resonate_events_published",
           TRUE,
           published,
           "Events of the application, counted for each channel."),
  COUNTER ("resonate_client_events", TRUE, client_events, "Events of clients to each other."),
  COUNTER ("resonate_messages_refused",
           TRUE,
           refused,
           "Messages of clients that were answered with an error."),
#undef COUNTER
};

static const ResonateMetric apps_metric = { "resonate_apps", FALSE, "Applications." };
static const ResonateMetric start_metric = { "resonate_start_time_seconds", FALSE,
                                             "When the server began, in seconds since 1970." };

static double
value_of (const ResonateRealm *realm, unsigned int i)
{
  if (app_metrics[i].count != NULL)
    return app_metrics[i].count (realm);

  return (double) G_STRUCT_MEMBER (uint64_t, &realm->counters, app_metrics[i].offset);
}

static ResonateMetrics *
take_picture (ResonateServer *self)
{
  ResonateMetrics *metrics = resonate_metrics_new ();
  ResonateAppList *apps = resonate_config_get_apps (self->config);
  unsigned int n_apps = g_list_model_get_n_items (G_LIST_MODEL (apps));

  resonate_metrics_add (metrics, &start_metric, NULL, FALSE,
                        (double) self->started_at_us / G_USEC_PER_SEC);
  resonate_metrics_add (metrics, &apps_metric, NULL, FALSE, n_apps);

  resonate_server_cluster_add_metrics (self, metrics);

  for (unsigned int i = 0; i < G_N_ELEMENTS (app_metrics); i++)
    {
      double sum = 0;

      for (unsigned int j = 0; j < n_apps; j++)
        {
          g_autoptr (ResonateApp) app = g_list_model_get_item (G_LIST_MODEL (apps), j);
          const char *id = resonate_app_get_id (app);
          ResonateRealm *realm = resonate_realm_list_lookup (self->realms, id);
          double value = realm != NULL ? value_of (realm, i) : 0;

          resonate_metrics_add (metrics, &app_metrics[i].metric, id, FALSE, value);
          sum += value;
        }
      resonate_metrics_add (metrics, &app_metrics[i].metric, NULL, TRUE, sum);
    }

  return metrics;
}

/**
 * resonate_server_dup_metrics:
 * @self: a server
 *
 * Gets the server in numbers, as a dictionary from names to doubles. The names are those of
 * OpenMetrics, with the label of the app behind the name where it is about one, such as
 * `resonate_connections{app="1001"}`, and without for the sum of all.
 *
 * Returns: (transfer full): a #GVariant of the type `a{sd}`
 *
 * Since: 1.0
 */
GVariant *
resonate_server_dup_metrics (ResonateServer *self)
{
  g_autoptr (ResonateMetrics) metrics = NULL;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);

  metrics = take_picture (self);

  return g_variant_ref_sink (resonate_metrics_to_variant (metrics));
}

/**
 * resonate_server_format_metrics:
 * @self: a server
 * @format: `openmetrics` or `json`
 * @error: return location for a #GError
 *
 * Gets the server in numbers, as text. OpenMetrics has no sums of all apps: who collects adds up by
 * itself, and would count twice.
 *
 * Fails with %RESONATE_ERROR_BAD_ARGUMENT for another format.
 *
 * Returns: (transfer full): the text, or %NULL with @error set
 *
 * Since: 1.0
 */
char *
resonate_server_format_metrics (ResonateServer *self, const char *format, GError **error)
{
  g_autoptr (ResonateMetrics) metrics = NULL;

  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (format != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  metrics = take_picture (self);
  if (g_str_equal (format, "openmetrics"))
    return resonate_metrics_to_openmetrics (metrics);
  if (g_str_equal (format, "json"))
    return resonate_metrics_to_json (metrics);

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT,
               "There is no format ‘%s’; there are openmetrics and json", format);

  return NULL;
}
