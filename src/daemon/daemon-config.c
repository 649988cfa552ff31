/* daemon-config.c: reading the configuration again, for whoever asks
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-config.h"

#include "resonate-sd.h"

/* One reload at a time. Who asks meanwhile gets one of its own: what the files say now may not be
 * what was read before. */
struct _DaemonConfig
{
  ResonateServer *server;
  DaemonOptions *options;
  GPtrArray *waiting; /* (element-type GTask): who asked while one was under way */
  GPtrArray *served;  /* (element-type GTask) (nullable): whom the one under way is for */
};

static void begin (DaemonConfig *self);

DaemonConfig *
daemon_config_new (ResonateServer *server, const DaemonOptions *options)
{
  DaemonConfig *self = g_rc_box_new0 (DaemonConfig);

  self->server = g_object_ref (server);
  self->options = daemon_options_copy (options);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

static void
clear (DaemonConfig *self)
{
  g_clear_pointer (&self->served, g_ptr_array_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->options, daemon_options_free);
  g_clear_object (&self->server);
}

/* Who has asked keeps it until there is an answer. */
void
daemon_config_unref (DaemonConfig *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear);
}

void
daemon_config_warn_of (ResonateConfig *config)
{
  g_auto (GStrv) warnings = resonate_config_dup_warnings (config);

  for (unsigned int i = 0; warnings[i] != NULL; i++)
    g_warning ("%s", warnings[i]);
}

/*
 * The log
 */
/* `app 1001` is there after it came, and not after it went. */
static const char *
describe (DaemonConfig *self, const char *group, const char *key, const char *effect)
{
  ResonateAppList *apps = resonate_config_get_apps (resonate_server_get_config (self->server));

  if (*key == '\0')
    return resonate_app_list_get_by_id (apps, group + strlen ("app ")) != NULL ? "added"
                                                                               : "removed";

  return g_str_equal (effect, "applied") ? "changed" : "needs a reload";
}

/* Names, never values: some of them are secrets. */
static void
log_changes (DaemonConfig *self, GVariant *changes)
{
  GVariantIter iter;
  const char *group;
  const char *key;
  const char *effect;

  if (g_variant_n_children (changes) == 0)
    g_message ("The configuration was read again; nothing has changed");

  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &group, &key, &effect))
    g_message ("Configuration: [%s]%s%s %s", group, *key != '\0' ? " " : "", key,
               describe (self, group, key, effect));
}

/*
 * One reload
 */

/* Takes @changes or @error. */
static void
finish (DaemonConfig *self, GVariant *changes, GError *error)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->served);
  g_autoptr (GVariant) taken_changes = changes;
  g_autoptr (GError) taken_error = error;

  if (error != NULL)
    g_warning ("The configuration is refused, and the one before goes on: %s", error->message);
  else
    log_changes (self, changes);

  /* A server that is stopping has said so, and takes nothing back. */
  if (resonate_server_get_state (self->server) == RESONATE_SERVER_RUNNING)
    resonate_sd_ready ();

  if (self->waiting->len > 0)
    begin (self);

  for (unsigned int i = 0; i < tasks->len; i++)
    if (error != NULL)
      g_task_return_error (tasks->pdata[i], g_error_copy (error));
    else
      g_task_return_pointer (tasks->pdata[i], g_variant_ref (changes),
                             (GDestroyNotify) g_variant_unref);
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DaemonConfig) self = user_data;
  GError *error = NULL;
  GVariant *changes = resonate_server_apply_config_finish (self->server, result, &error);

  finish (self, changes, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DaemonConfig) self = user_data;
  g_autoptr (ResonateConfig) next = NULL;
  GError *error = NULL;

  next = daemon_config_load_finish (self, result, &error);
  if (next == NULL)
    {
      finish (self, NULL, error);
      return;
    }

  daemon_config_warn_of (next);
  resonate_server_apply_config_async (self->server, next, NULL, on_applied,
                                      g_rc_box_acquire (self));
}

static void
begin (DaemonConfig *self)
{
  self->served = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  resonate_sd_reloading ();
  daemon_config_load_async (self, on_loaded, g_rc_box_acquire (self));
}

/* In a thread: files may be many, and on a disk that is slow. */
static void
load (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  ResonateConfig *config = daemon_options_load (task_data, &error);

  if (config != NULL)
    g_task_return_pointer (task, config, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
daemon_config_load_async (DaemonConfig *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, daemon_config_load_async);
  g_task_set_task_data (task, daemon_options_copy (self->options),
                        (GDestroyNotify) daemon_options_free);
  g_task_run_in_thread (task, load);
}

ResonateConfig *
daemon_config_load_finish (DaemonConfig *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
daemon_config_reload_async (DaemonConfig *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, daemon_config_reload_async);
  if (resonate_server_get_state (self->server) != RESONATE_SERVER_RUNNING)
    {
      g_message ("The configuration is not read again: the server is stopping");
      g_task_return_new_error (task, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
                               "Cannot read the configuration again for a server that is stopping");
      return;
    }

  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (self->served == NULL)
    begin (self);
}

GVariant *
daemon_config_reload_finish (DaemonConfig *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
