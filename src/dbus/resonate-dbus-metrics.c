/* resonate-dbus-metrics.c: org.resonate.Resonate1.Metrics, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-metrics.h"

#include "resonate-dbus-app.h"
#include "resonate-dbus-listeners.h"
#include "resonate-dbus-names.h"

#define INTERVAL_MIN_MS 100
#define INTERVAL_MAX_MS (3600 * 1000)

/* So many signals are sent before it is waited until they are read, and so many wait then. */
#define PORTION  64
#define NEWS_MAX 1024

struct _ResonateDbusMetrics
{
  ResonateDbusGenMetricsSkeleton parent_instance;

  ResonateServer *server;
  ResonateDbusListeners *subscribers; /* of Subscriber */
  gulong handlers[4];                 /* of signals of the server, while somebody subscribes */
};

/* What happened on a channel, to be told by a signal of its app. */
typedef struct
{
  char *path;
  const char *signal;
  GVariant *arguments;
} News;

typedef struct
{
  ResonateDbusListener *listener;
  ResonateServer *server;
  guint timer_id;
  GQueue news; /* (element-type News) (owned): what has to wait */
  guint n_sent;
} Subscriber;

static void metrics_iface_init (ResonateDbusGenMetricsIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ResonateDbusMetrics,
                               resonate_dbus_metrics,
                               RESONATE_DBUS_GEN_TYPE_METRICS_SKELETON,
                               G_IMPLEMENT_INTERFACE (RESONATE_DBUS_GEN_TYPE_METRICS,
                                                      metrics_iface_init))

static void
news_free (gpointer data)
{
  News *news = data;

  g_free (news->path);
  g_variant_unref (news->arguments);
  g_free (news);
}

/*
 * What goes to one subscriber
 */

/* Who has not read the last one misses this one: the next says as much. */
static gboolean
on_sample_due (gpointer user_data)
{
  Subscriber *subscriber = user_data;
  g_autoptr (GVariant) values = NULL;

  if (!resonate_dbus_listener_is_ready (subscriber->listener))
    return G_SOURCE_CONTINUE;

  values = resonate_server_dup_metrics (subscriber->server);
  resonate_dbus_listener_tell (subscriber->listener, RESONATE_DBUS_ROOT,
                               RESONATE_DBUS_IFACE_METRICS, "Sample",
                               g_variant_new ("(t@a{sd})", g_get_real_time (), values));
  resonate_dbus_listener_fence (subscriber->listener);

  return G_SOURCE_CONTINUE;
}

static void
tell_waiting (Subscriber *subscriber)
{
  while (resonate_dbus_listener_is_ready (subscriber->listener))
    {
      News *news = g_queue_pop_head (&subscriber->news);

      if (news == NULL)
        return;

      resonate_dbus_listener_tell (subscriber->listener, news->path, RESONATE_DBUS_IFACE_APP,
                                   news->signal, news->arguments);
      news_free (news);

      if (++subscriber->n_sent % PORTION == 0)
        resonate_dbus_listener_fence (subscriber->listener);
    }
}

static void
on_ready (ResonateDbusListener *listener, gpointer owner)
{
  tell_waiting (resonate_dbus_listener_get_data (listener));
}

static void
add_news (ResonateDbusListener *listener, gpointer user_data)
{
  Subscriber *subscriber = resonate_dbus_listener_get_data (listener);
  const News *news = user_data;
  News *copy;

  if (g_queue_get_length (&subscriber->news) >= NEWS_MAX)
    return;

  copy = g_new0 (News, 1);
  copy->path = g_strdup (news->path);
  copy->signal = news->signal;
  copy->arguments = g_variant_ref (news->arguments);
  g_queue_push_tail (&subscriber->news, copy);
  tell_waiting (subscriber);
}

static void
tell_all (ResonateDbusMetrics *self, ResonateApp *app, const char *signal, GVariant *arguments)
{
  News news = { .signal = signal };

  news.path = resonate_dbus_app_dup_path (resonate_app_get_id (app));
  news.arguments = g_variant_ref_sink (arguments);
  resonate_dbus_listeners_foreach (self->subscribers, add_news, &news);
  g_variant_unref (news.arguments);
  g_free (news.path);
}

/*
 * What the server tells, while somebody wants to know
 */
static void
on_occupied (ResonateServer *server,
             ResonateApp *app,
             ResonateChannel *channel,
             ResonateDbusMetrics *self)
{
  tell_all (self, app, "ChannelOccupied",
            g_variant_new ("(s)", resonate_channel_get_name (channel)));
}

static void
on_vacated (ResonateServer *server,
            ResonateApp *app,
            ResonateChannel *channel,
            ResonateDbusMetrics *self)
{
  tell_all (self, app, "ChannelVacated",
            g_variant_new ("(s)", resonate_channel_get_name (channel)));
}

static void
on_member_added (ResonateServer *server,
                 ResonateApp *app,
                 ResonateChannel *channel,
                 const char *user_id,
                 ResonateDbusMetrics *self)
{
  tell_all (self, app, "MemberAdded",
            g_variant_new ("(ss)", resonate_channel_get_name (channel), user_id));
}

static void
on_member_removed (ResonateServer *server,
                   ResonateApp *app,
                   ResonateChannel *channel,
                   const char *user_id,
                   ResonateDbusMetrics *self)
{
  tell_all (self, app, "MemberRemoved",
            g_variant_new ("(ss)", resonate_channel_get_name (channel), user_id));
}

static void
hear_or_not (ResonateDbusMetrics *self)
{
  const struct
  {
    const char *signal;
    GCallback callback;
  } heard[G_N_ELEMENTS (self->handlers)] = {
    { "occupied", G_CALLBACK (on_occupied) },
    { "vacated", G_CALLBACK (on_vacated) },
    { "member-added", G_CALLBACK (on_member_added) },
    { "member-removed", G_CALLBACK (on_member_removed) },
  };
  gboolean wanted = resonate_dbus_listeners_get_size (self->subscribers) > 0;

  for (gsize i = 0; i < G_N_ELEMENTS (heard); i++)
    {
      if (wanted && self->handlers[i] == 0)
        self->handlers[i] = g_signal_connect (self->server, heard[i].signal, heard[i].callback,
                                              self);
      else if (!wanted)
        g_clear_signal_handler (&self->handlers[i], self->server);
    }
}

static void
on_gone (gpointer data, gpointer owner)
{
  Subscriber *subscriber = data;
  ResonateDbusMetrics *self = owner;

  g_clear_handle_id (&subscriber->timer_id, g_source_remove);
  g_queue_clear_full (&subscriber->news, news_free);
  g_free (subscriber);
  hear_or_not (self);
}

/*
 * Methods
 */
static gboolean
handle_get_snapshot (ResonateDbusGenMetrics *metrics, GDBusMethodInvocation *invocation)
{
  ResonateDbusMetrics *self = RESONATE_DBUS_METRICS (metrics);
  g_autoptr (GVariant) values = resonate_server_dup_metrics (self->server);

  resonate_dbus_gen_metrics_complete_get_snapshot (metrics, invocation, values);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_get_text (ResonateDbusGenMetrics *metrics,
                 GDBusMethodInvocation *invocation,
                 const char *format)
{
  ResonateDbusMetrics *self = RESONATE_DBUS_METRICS (metrics);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = resonate_server_format_metrics (self->server, format, &error);

  if (text != NULL)
    resonate_dbus_gen_metrics_complete_get_text (metrics, invocation, text);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_subscribe (ResonateDbusGenMetrics *metrics,
                  GDBusMethodInvocation *invocation,
                  guint interval_ms)
{
  ResonateDbusMetrics *self = RESONATE_DBUS_METRICS (metrics);
  ResonateDbusListener *listener = resonate_dbus_listeners_find (self->subscribers, invocation);
  g_autofree Subscriber *made = NULL;
  Subscriber *subscriber;
  g_autoptr (GError) error = NULL;

  if (interval_ms < INTERVAL_MIN_MS || interval_ms > INTERVAL_MAX_MS)
    {
      g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR,
                                             RESONATE_ERROR_BAD_ARGUMENT,
                                             "%u ms is not between %d and %d", interval_ms,
                                             INTERVAL_MIN_MS, INTERVAL_MAX_MS);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  if (listener == NULL)
    {
      made = g_new0 (Subscriber, 1);
      listener = resonate_dbus_listeners_add (self->subscribers, invocation, made, &error);
      if (listener == NULL)
        {
          g_dbus_method_invocation_return_gerror (invocation, error);
          return G_DBUS_METHOD_INVOCATION_HANDLED;
        }
      made->listener = listener;
      made->server = self->server;
      g_steal_pointer (&made);
    }

  subscriber = resonate_dbus_listener_get_data (listener);
  g_clear_handle_id (&subscriber->timer_id, g_source_remove);
  subscriber->timer_id = g_timeout_add (interval_ms, on_sample_due, subscriber);
  hear_or_not (self);
  resonate_dbus_gen_metrics_complete_subscribe (metrics, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_unsubscribe (ResonateDbusGenMetrics *metrics, GDBusMethodInvocation *invocation)
{
  ResonateDbusMetrics *self = RESONATE_DBUS_METRICS (metrics);
  ResonateDbusListener *listener = resonate_dbus_listeners_find (self->subscribers, invocation);

  if (listener != NULL)
    resonate_dbus_listeners_remove (self->subscribers, listener);
  resonate_dbus_gen_metrics_complete_unsubscribe (metrics, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
metrics_iface_init (ResonateDbusGenMetricsIface *iface)
{
  iface->handle_get_snapshot = handle_get_snapshot;
  iface->handle_get_text = handle_get_text;
  iface->handle_subscribe = handle_subscribe;
  iface->handle_unsubscribe = handle_unsubscribe;
}

/*
 * GObject
 */
static void
resonate_dbus_metrics_dispose (GObject *object)
{
  ResonateDbusMetrics *self = RESONATE_DBUS_METRICS (object);

  if (self->subscribers != NULL)
    resonate_dbus_listeners_clear (self->subscribers);
  g_clear_pointer (&self->subscribers, resonate_dbus_listeners_free);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (resonate_dbus_metrics_parent_class)->dispose (object);
}

static void
resonate_dbus_metrics_class_init (ResonateDbusMetricsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = resonate_dbus_metrics_dispose;
}

static void
resonate_dbus_metrics_init (ResonateDbusMetrics *self)
{
  static const ResonateDbusListenerFuncs funcs = { on_ready, on_gone };

  self->subscribers = resonate_dbus_listeners_new (&funcs, self);
}

ResonateDbusMetrics *
resonate_dbus_metrics_new (ResonateServer *server)
{
  ResonateDbusMetrics *self = g_object_new (RESONATE_TYPE_DBUS_METRICS, NULL);

  self->server = g_object_ref (server);

  return self;
}

void
resonate_dbus_metrics_forget (ResonateDbusMetrics *self)
{
  resonate_dbus_listeners_clear (self->subscribers);
}
