/* import-soketi.c: soketi's config.json
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
  { "pathPrefix", "path", IMPORT_TEXT, NULL },
  { "ssl.certPath", "tls-certificate", IMPORT_TEXT, NULL },
  { "ssl.keyPath", "tls-key", IMPORT_TEXT, NULL },
  { "ssl.passphrase", NULL, IMPORT_TEXT,
    N_ ("decrypt the key (openssl pkey); tls-key-password-file opens PKCS#12 files only") },
  { "httpApi.requestLimitInMb", "max-request-size", IMPORT_MIB, NULL },
  { "shutdownGracePeriod", "drain-timeout", IMPORT_MS, NULL },
  { "channelLimits.maxNameLength", NULL, IMPORT_KEEP, NULL },
  { "channelLimits.cacheTtl", NULL, IMPORT_KEEP, NULL },
  { "presence.maxMembersPerChannel", NULL, IMPORT_KEEP, NULL },
  { "presence.maxMemberSizeInKb", NULL, IMPORT_KEEP, NULL },
  { "appManager", NULL, IMPORT_KEEP, NULL },
  { "debug", NULL, IMPORT_KEEP, NULL },
  { "adapter.driver", NULL, IMPORT_KEEP, NULL },
  { "database.redis", NULL, IMPORT_KEEP, NULL },
};

/* What counts when `adapter.driver` is `redis`. */
static const ImportRule redis_rules[] = {
  { "host", "host", IMPORT_TEXT, NULL },         { "port", "port", IMPORT_TEXT, NULL },
  { "username", "username", IMPORT_TEXT, NULL }, { "password", "password", IMPORT_TEXT, NULL },
  { "db", "database", IMPORT_TEXT, NULL },
};

/* soketi says these once for all applications. */
static const ImportRule shared_rules[] = {
  { "channelLimits.maxNameLength", "max-channel-name-length", IMPORT_TEXT, NULL },
  { "channelLimits.cacheTtl", "cache-ttl", IMPORT_TEXT, NULL },
  { "presence.maxMembersPerChannel", "max-presence-members", IMPORT_TEXT, NULL },
  { "presence.maxMemberSizeInKb", "max-presence-user-info-size", IMPORT_KIB, NULL },
};

static const ImportRule app_rules[] = {
  { "id", NULL, IMPORT_KEEP, NULL },
  { "key", "key", IMPORT_TEXT, NULL },
  { "secret", "secret", IMPORT_TEXT, NULL },
  { "enabled", NULL, IMPORT_KEEP, NULL },
  { "maxConnections", "max-connections", IMPORT_TEXT, NULL },
  { "enableClientMessages", "accept-client-events-from", IMPORT_CLIENT_EVENTS, NULL },
  { "maxPresenceMembersPerChannel", "max-presence-members", IMPORT_TEXT, NULL },
  { "maxPresenceMemberSizeInKb", "max-presence-user-info-size", IMPORT_KIB, NULL },
  { "maxChannelNameLength", "max-channel-name-length", IMPORT_TEXT, NULL },
  { "maxClientEventsPerSecond", NULL, IMPORT_TEXT,
    N_ ("has no equal; rate-limit-max-attempts is near, and counts every message of a client") },
};

/* -1 is soketi's word for no limit, and most configurations spell out what is the default. */
static gboolean
says_nothing (JsonNode *node)
{
  g_autofree char *text = import_dup_text (node);

  return text != NULL && strcmp (text, "-1") == 0;
}

/* Leaves out what only says that there is no limit, so that it is not noted. */
static void
drop_unlimited (JsonObject *app)
{
  static const char *const names[] = { "maxClientEventsPerSecond", "maxBackendEventsPerSecond",
                                       "maxReadRequestsPerSecond" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (json_object_has_member (app, names[i]) &&
        says_nothing (json_object_get_member (app, names[i])))
      json_object_remove_member (app, names[i]);
}

static gboolean
import_shared (Import *self, JsonObject *root, const char *group, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS (shared_rules); i++)
    {
      const ImportRule *rule = &shared_rules[i];
      JsonNode *node = import_lookup (root, rule->path);
      g_autoptr (JsonObject) one = NULL;

      if (node == NULL)
        continue;

      one = json_object_new ();
      json_object_set_member (one, rule->path, json_node_copy (node));
      if (!import_by_rules (self, one, "", group, rule, 1, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
import_app (Import *self, JsonObject *root, JsonNode *node, unsigned int i, GError **error)
{
  g_autofree char *where = g_strdup_printf ("appManager.array.apps[%u]", i);
  g_autofree char *prefix = g_strconcat (where, ".", NULL);
  g_autofree char *group = NULL;
  g_autofree char *enabled = NULL;
  JsonObject *app;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX, _ ("%s: this is no object"),
                   where);
      return FALSE;
    }

  app = json_node_get_object (node);
  enabled = import_dup_text (json_object_get_member (app, "enabled"));
  if (enabled != NULL && (strcmp (enabled, "false") == 0 || strcmp (enabled, "0") == 0))
    {
      g_ptr_array_add (self->notes,
                       g_strdup_printf (_ ("%s: it is switched off, and left out"), where));
      return TRUE;
    }

  group = import_dup_group (self, app, where, "id", error);
  if (group == NULL)
    return FALSE;

  /* Where soketi is not told, clients send nothing to each other. */
  if (import_lookup (app, "enableClientMessages") == NULL)
    g_key_file_set_string (self->file, group, "accept-client-events-from", "none");

  drop_unlimited (app);

  return import_shared (self, root, group, error) &&
         import_by_rules (self, app, prefix, group, app_rules, G_N_ELEMENTS (app_rules), error);
}

static gboolean
import_adapter (Import *self, JsonObject *root, GError **error)
{
  JsonNode *redis = import_lookup (root, "database.redis");
  g_autofree char *adapter = import_dup_text (import_lookup (root, "adapter.driver"));

  if (g_strcmp0 (adapter, "redis") != 0)
    return TRUE;

  if (!import_set (self, "cluster", "adapter.driver", "enabled", "true", error))
    return FALSE;

  return redis == NULL || !JSON_NODE_HOLDS_OBJECT (redis) ||
         import_by_rules (self, json_node_get_object (redis), "database.redis.", "redis",
                          redis_rules, G_N_ELEMENTS (redis_rules), error);
}

gboolean
import_soketi (Import *self, JsonObject *root, GError **error)
{
  JsonNode *apps = import_lookup (root, "appManager.array.apps");
  g_autofree char *driver = import_dup_text (import_lookup (root, "appManager.driver"));

  if (driver != NULL && strcmp (driver, "array") != 0)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   _ ("appManager.driver: the applications are in %s, and not in this file"),
                   driver);
      return FALSE;
    }

  if (apps == NULL || !JSON_NODE_HOLDS_ARRAY (apps) ||
      json_array_get_length (json_node_get_array (apps)) == 0)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                           _ ("appManager.array.apps: there is no application in it"));
      return FALSE;
    }

  if (!import_by_rules (self, root, "", "server", server_rules, G_N_ELEMENTS (server_rules),
                        error) ||
      !import_adapter (self, root, error))
    return FALSE;

  for (unsigned int i = 0; i < json_array_get_length (json_node_get_array (apps)); i++)
    if (!import_app (self, root, json_array_get_element (json_node_get_array (apps), i), i, error))
      return FALSE;

  return TRUE;
}
