/* import-reverb.c: config/reverb.php, as PHP's json_encode() prints it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "../base/resonate-error.h"
#include "import.h"

static const ImportRule server_rules[] = {
  { "host", "host", IMPORT_TEXT, NULL },
  { "port", "port", IMPORT_TEXT, NULL },
  { "path", "path", IMPORT_TEXT, NULL },
  { "hostname", "hostname", IMPORT_TEXT, NULL },
  { "options.tls.local_cert", "tls-certificate", IMPORT_TEXT, NULL },
  { "options.tls.local_pk", "tls-key", IMPORT_TEXT, NULL },
  { "options.tls.passphrase", NULL, IMPORT_TEXT,
    N_ ("decrypt the key (openssl pkey); tls-key-password-file opens PKCS#12 files only") },
  { "max_request_size", "max-request-size", IMPORT_TEXT, NULL },
  { "auth_timestamp_grace", "auth-timestamp-grace", IMPORT_TEXT, NULL },
  { "drain_timeout", "drain-timeout", IMPORT_TEXT, NULL },
  { "scaling", NULL, IMPORT_KEEP, NULL },
};

static const ImportRule scaling_rules[] = {
  { "enabled", "enabled", IMPORT_TEXT, NULL },
  { "channel", "channel", IMPORT_TEXT, NULL },
  { "server", NULL, IMPORT_KEEP, NULL },
};

static const ImportRule redis_rules[] = {
  { "url", "url", IMPORT_TEXT, NULL },           { "host", "host", IMPORT_TEXT, NULL },
  { "port", "port", IMPORT_TEXT, NULL },         { "username", "username", IMPORT_TEXT, NULL },
  { "password", "password", IMPORT_TEXT, NULL }, { "database", "database", IMPORT_TEXT, NULL },
  { "timeout", "timeout", IMPORT_TEXT, NULL },
};

static const ImportRule app_rules[] = {
  { "app_id", NULL, IMPORT_KEEP, NULL },
  { "key", "key", IMPORT_TEXT, NULL },
  { "secret", "secret", IMPORT_TEXT, NULL },
  { "options", NULL, IMPORT_KEEP, NULL },
  { "allowed_origins", "allowed-origins", IMPORT_LIST, NULL },
  { "ping_interval", "ping-interval", IMPORT_TEXT, NULL },
  { "activity_timeout", "activity-timeout", IMPORT_TEXT, NULL },
  { "max_connections", "max-connections", IMPORT_TEXT, NULL },
  { "max_message_size", "max-message-size", IMPORT_TEXT, NULL },
  { "accept_client_events_from", "accept-client-events-from", IMPORT_TEXT, NULL },
  { "rate_limiting.enabled", "rate-limiting-enabled", IMPORT_TEXT, NULL },
  { "rate_limiting.max_attempts", "rate-limit-max-attempts", IMPORT_TEXT, NULL },
  { "rate_limiting.decay_seconds", "rate-limit-decay-seconds", IMPORT_TEXT, NULL },
  { "rate_limiting.terminate_on_limit", "rate-limit-terminate", IMPORT_TEXT, NULL },
};

static gboolean
import_app (Import *self, JsonNode *node, unsigned int i, GError **error)
{
  g_autofree char *where = g_strdup_printf ("apps.apps[%u]", i);
  g_autofree char *prefix = g_strconcat (where, ".", NULL);
  g_autofree char *group = NULL;
  JsonObject *app;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX, _ ("%s: this is no object"),
                   where);
      return FALSE;
    }

  app = json_node_get_object (node);
  group = import_dup_group (self, app, where, "app_id", error);
  if (group == NULL)
    return FALSE;

  /* With a limit and no window, the reference counts by the second. */
  if (import_lookup (app, "rate_limiting.enabled") != NULL &&
      import_lookup (app, "rate_limiting.decay_seconds") == NULL)
    g_key_file_set_string (self->file, group, "rate-limit-decay-seconds", "1");

  return import_by_rules (self, app, prefix, group, app_rules, G_N_ELEMENTS (app_rules), error);
}

/* Where nothing is scaled, nobody looks at where Redis would be. */
static gboolean
import_scaling (Import *self, JsonObject *root, GError **error)
{
  JsonNode *scaling = import_lookup (root, "servers.reverb.scaling");
  JsonNode *redis = import_lookup (root, "servers.reverb.scaling.server");
  g_autofree char *enabled = import_dup_text (
    import_lookup (root, "servers.reverb.scaling.enabled"));

  if (g_strcmp0 (enabled, "true") != 0 && g_strcmp0 (enabled, "1") != 0)
    return TRUE;

  if (!import_by_rules (self, json_node_get_object (scaling), "servers.reverb.scaling.", "cluster",
                        scaling_rules, G_N_ELEMENTS (scaling_rules), error))
    return FALSE;

  return redis == NULL || !JSON_NODE_HOLDS_OBJECT (redis) ||
         import_by_rules (self, json_node_get_object (redis), "servers.reverb.scaling.server.",
                          "redis", redis_rules, G_N_ELEMENTS (redis_rules), error);
}

gboolean
import_reverb (Import *self, JsonObject *root, GError **error)
{
  JsonNode *server = import_lookup (root, "servers.reverb");
  JsonNode *apps = import_lookup (root, "apps.apps");
  g_autofree char *provider = import_dup_text (import_lookup (root, "apps.provider"));

  if (apps == NULL || !JSON_NODE_HOLDS_ARRAY (apps) ||
      json_array_get_length (json_node_get_array (apps)) == 0)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                           _ ("apps.apps: there is no application in it"));
      return FALSE;
    }

  if (server != NULL && JSON_NODE_HOLDS_OBJECT (server) &&
      !import_by_rules (self, json_node_get_object (server), "servers.reverb.", "server",
                        server_rules, G_N_ELEMENTS (server_rules), error))
    return FALSE;

  if (!import_scaling (self, root, error))
    return FALSE;

  if (provider != NULL && strcmp (provider, "config") != 0)
    g_ptr_array_add (self->notes,
                     g_strdup_printf (_ (
                                        "apps.provider: %s is PHP code; the applications are those "
                                        "of the file"),
                                      provider));

  for (unsigned int i = 0; i < json_array_get_length (json_node_get_array (apps)); i++)
    if (!import_app (self, json_array_get_element (json_node_get_array (apps), i), i, error))
      return FALSE;

  return TRUE;
}
