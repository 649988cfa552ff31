/* resonate-server-config.c: how a server that serves is given another configuration
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-private.h"

#include "../base/resonate-error.h"
#include "../config/resonate-config-change-private.h"
#include "resonate-server-entrance-private.h"
#include "resonate-server-signals-private.h"

/* Whatever can be refused is refused before anything is changed. What remains cannot fail, and is
 * made in one turn of the loop: no client ever meets half of a configuration. */

static gboolean
check_state (ResonateServer *self, GError **error)
{
  /* What is on its way to another process goes there as it is. */
  if (self->state == RESONATE_SERVER_RUNNING && !self->is_handing_over)
    return TRUE;

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_STATE,
               "Cannot change the configuration of a server that does not run, or is handing over");

  return FALSE;
}

static gboolean
is_tls_key (const ResonateConfigChange *change)
{
  return change->key != NULL && change->present == NULL &&
         g_str_has_prefix (change->key->name, "tls-");
}

/* A certificate is renewed in its file: that is a change though no key says so. */
static void
note_certificate (ResonateServer *self, GTlsCertificate *certificate, GPtrArray *changes)
{
  if (!resonate_tls_certificates_differ (resonate_front_get_certificate (self->front), certificate))
    return;

  for (unsigned int i = 0; i < changes->len; i++)
    if (is_tls_key (changes->pdata[i]))
      return;

  resonate_config_changes_add_server_key (changes, "tls-certificate");
}

static GVariant *
apply (ResonateServer *self, ResonateConfig *next, GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) changes = resonate_config_list_changes (self->config, next);
  ResonateFrontLimits limits;

  note_certificate (self, certificate, changes);
  if (changes->len == 0)
    return resonate_config_changes_to_variant (changes);

  /* Before the apps: who is told that a client is closed may stop the server. */
  resonate_server_entrance_read_limits (next, &limits);
  resonate_front_set_limits (self->front, &limits);
  resonate_front_set_certificate (self->front, certificate);
  resonate_config_take (self->config, next, changes);

  return resonate_config_changes_to_variant (changes);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (g_steal_pointer (&user_data));
  ResonateServer *self = g_task_get_source_object (task);
  g_autoptr (GTlsCertificate) certificate = NULL;
  GVariant *changes;
  g_autoptr (GError) error = NULL;

  self->is_changing = FALSE;
  certificate = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (error != NULL || !check_state (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  changes = apply (self, g_task_get_task_data (task), certificate);
  if (g_variant_n_children (changes) > 0)
    resonate_server_signals_emit_reconfigured (self, changes);
  g_task_return_pointer (task, changes, (GDestroyNotify) g_variant_unref);
}

/* In a thread: a disk may be slow, and to read a key is to compute. */
static void
load (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GTlsCertificate *certificate = NULL;
  GError *error = NULL;

  if (resonate_server_entrance_load_certificate (task_data, &certificate, &error))
    g_task_return_pointer (task, certificate, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * resonate_server_apply_config_async:
 * @self: a server that is running
 * @next: another configuration; not to be changed until the end
 * @cancellable: (nullable): gives up, and leaves everything as it is
 * @callback: (scope async): called when the configuration is in effect, or refused
 * @user_data: data for @callback
 *
 * Gives the server another configuration, as a whole or not at all.
 *
 * [property@Resonate.Server:config] stays the object that it is, and takes over what changed:
 * values of the server, apps that are new, apps with other limits. The clients of an app that is
 * not in
 * @next any more, or has another key, are closed with 4001. Certificates are read again, also when
 * only what is in the files has changed; connections that are there keep theirs. What is decided
 * before the first socket stays as it is, and is among the changes each time, until there is
 * another process.
 *
 * Since: 1.0
 */
void
resonate_server_apply_config_async (ResonateServer *self,
                                    ResonateConfig *next,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) loading = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (RESONATE_IS_SERVER (self));
  g_return_if_fail (RESONATE_IS_CONFIG (next));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_server_apply_config_async);
  g_task_set_task_data (task, g_object_ref (next), g_object_unref);

  if (!check_state (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (self->is_changing)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "Another configuration is being applied");
      return;
    }

  self->is_changing = TRUE;
  /* The thread may be the last to hold its task, and must not be the last to hold the server. */
  loading = g_task_new (NULL, NULL, on_loaded, g_steal_pointer (&task));
  g_task_set_task_data (loading, g_object_ref (next), g_object_unref);
  g_task_run_in_thread (loading, load);
}

/**
 * resonate_server_apply_config_finish:
 * @self: a server
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Completes [method@Resonate.Server.apply_config_async].
 *
 * Fails with %RESONATE_ERROR_BAD_STATE unless the server is running, with %G_IO_ERROR_PENDING while
 * another configuration is being applied, and with %RESONATE_ERROR_CONFIG or a #GTlsError when a
 * certificate is no good. Everything is as it was then.
 *
 * Returns: (transfer full): what changed, as [method@Resonate.Config.compare] says it, or %NULL
 *   with @error set
 *
 * Since: 1.0
 */
GVariant *
resonate_server_apply_config_finish (ResonateServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RESONATE_IS_SERVER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
