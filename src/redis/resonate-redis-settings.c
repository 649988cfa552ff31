/* resonate-redis-settings.c: what every connection to one Redis has in common
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-settings"

#include "config.h"

#include "resonate-redis-settings-private.h"

ResonateRedisSettings *
resonate_redis_settings_new (ResonateRedisUrl *url, const ResonateRedisOptions *options)
{
  static const ResonateRedisOptions usual = RESONATE_REDIS_OPTIONS_INIT;
  ResonateRedisSettings *self;

  g_return_val_if_fail (url != NULL, NULL);

  self = g_new0 (ResonateRedisSettings, 1);
  g_ref_count_init (&self->references);
  self->url = url;
  self->options = options != NULL ? *options : usual;
  self->options.ca_file = self->ca_file = g_strdup (self->options.ca_file);
  self->options.cert_file = self->cert_file = g_strdup (self->options.cert_file);
  self->options.key_file = self->key_file = g_strdup (self->options.key_file);
  self->wheel = resonate_wheel_new ();

  return self;
}

ResonateRedisSettings *
resonate_redis_settings_ref (ResonateRedisSettings *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->references);

  return self;
}

static gboolean
on_idle (gpointer wheel)
{
  return G_SOURCE_REMOVE;
}

/* Not now: it may be the wheel that we are called from. */
static void
free_wheel_later (ResonateWheel *wheel)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, "resonate-redis-settings");
  g_source_set_callback (source, on_idle, wheel, (GDestroyNotify) resonate_wheel_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

void
resonate_redis_settings_unref (ResonateRedisSettings *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->references))
    return;

  free_wheel_later (self->wheel);
  resonate_redis_url_free (self->url);
  g_free (self->ca_file);
  g_free (self->cert_file);
  g_free (self->key_file);
  g_free (self);
}
