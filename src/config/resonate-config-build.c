/* resonate-config-build.c: from what was said to what is served
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "resonate-config-build-private.h"

#include "../base/resonate-error.h"
#include "resonate-app-private.h"
#include "resonate-config-value-private.h"
#include "resonate-origin-private.h"

/* The shortest frame that subscribes to anything, and so the least that makes sense as a limit. */
#define SHORTEST_MESSAGE 64

/* What was said, when it was something. */
static ResonateConfigSetting *
get_filled (ResonateConfigSettings *settings, const char *group, const char *name)
{
  ResonateConfigSetting *setting = resonate_config_settings_get (settings, group, name);

  return setting != NULL && *setting->value != '\0' ? setting : NULL;
}

static gboolean
fail_at (const ResonateConfigSetting *setting,
         const char *group,
         const char *problem,
         GError **error)
{
  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "%s: [%s] %s: %s", setting->origin,
               group, setting->key->name, problem);

  return FALSE;
}

G_GNUC_PRINTF (5, 6)
static void
warn (ResonateConfigSettings *settings,
      const char *group,
      const ResonateConfigKey *key,
      const ResonateConfigSetting *setting,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  g_ptr_array_add (resonate_config_settings_get_warnings (settings),
                   g_strdup_printf ("%s: [%s] %s: %s",
                                    setting != NULL ? setting->origin : "default", group, key->name,
                                    text));
}

/*
 * resonate_config_build_apply:
 * @settings: what was said
 * @group: `server`, or `app` and an id
 * @object: the configuration or the app
 *
 * Sets every property that is a key, to what was said or to its default. The texts have been read
 * once already, so this cannot fail.
 */
void
resonate_config_build_apply (ResonateConfigSettings *settings, const char *group, GObject *object)
{
  const char *kind = resonate_config_group_get_kind (group);
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);

  for (size_t i = 0; i < n_keys; i++)
    {
      const char *property = resonate_config_key_get_property (&keys[i]);
      const ResonateConfigSetting *setting;
      const char *text;
      g_auto (GValue) value = G_VALUE_INIT;

      if (strcmp (keys[i].group, kind) != 0 || (keys[i].flags & RESONATE_CONFIG_KEY_IDENTITY) != 0)
        continue;

      setting = resonate_config_settings_get (settings, group, keys[i].name);
      text = setting != NULL ? setting->value : keys[i].fallback;

      /* Nothing, and a text that is empty where there is no default, are the same: unset. */
      if (text == NULL || (*text == '\0' && keys[i].fallback == NULL))
        {
          g_object_set (object, property, NULL, NULL);
          continue;
        }

      if (!resonate_config_value_parse (&keys[i], text, &value, NULL))
        g_assert_not_reached ();
      g_object_set_property (object, property, &value);
    }
}

/* Reads a file that holds the secret called @name and nothing else; one newline at the end is the
 * editor's. */
static gboolean
read_secret (ResonateConfigSettings *settings,
             const char *group,
             const char *name,
             const char *file,
             const char *origin,
             GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;
  GStatBuf status;
  size_t length;
  gboolean ok;

  if (!g_file_get_contents (file, &text, &length, &problem))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s: [%s] %s-file: %s; it should be a file that holds the secret and that "
                   "the server may read",
                   origin, group, name, problem->message);
      return FALSE;
    }

  if (length > 0 && text[length - 1] == '\n')
    text[--length] = '\0';
  if (length > 0 && text[length - 1] == '\r')
    text[--length] = '\0';

  ok = length > 0 && g_utf8_validate_len (text, length, NULL);
  if (ok)
    {
      g_autofree char *where = g_strdup_printf ("file %s", file);

      if (g_stat (file, &status) == 0 && (status.st_mode & 0004) != 0)
        g_ptr_array_add (resonate_config_settings_get_warnings (settings),
                         g_strdup_printf ("%s: everybody on this machine can read this secret; "
                                          "chmod o-r %s",
                                          file, file));
      resonate_config_settings_put_secret (settings, group, name, text, where);
    }
  else
    g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                 "%s: [%s] %s-file: %s is empty or no text; it should hold the secret", origin,
                 group, name, file);
  explicit_bzero (text, length);

  return ok;
}

/*
 * Returns: (nullable): the file in which systemd gives us a secret: one by this name, or
 * out of the folder that our unit loads, whose name stands before it then
 */
static char *
find_credential (const char *const *environment, const char *name)
{
  static const char *const prefixes[] = { "", "resonate_" };
  const char *folder = g_environ_getenv ((char **) environment, "CREDENTIALS_DIRECTORY");

  for (size_t i = 0; folder != NULL && i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *whole = g_strconcat (prefixes[i], name, NULL);
      g_autofree char *file = g_build_filename (folder, whole, NULL);

      if (g_file_test (file, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&file);
    }

  return NULL;
}

/* Leaves the secret called @name of a group in the settings, wherever it comes from. */
static gboolean
find_secret (ResonateConfigSettings *settings,
             const char *group,
             const char *name,
             const char *owner,
             const char *const *environment,
             GError **error)
{
  g_autofree char *key = g_strconcat (name, "-file", NULL);
  const ResonateConfigSetting *secret_file = get_filled (settings, group, key);
  g_autofree char *credential = g_strdup_printf ("%s.%s", owner, name);
  g_autofree char *file = NULL;

  if (get_filled (settings, group, name) != NULL)
    return TRUE;

  if (secret_file != NULL)
    return read_secret (settings, group, name, secret_file->value, secret_file->origin, error);

  file = find_credential (environment, credential);

  return file == NULL || read_secret (settings, group, name, file, "CREDENTIALS_DIRECTORY", error);
}

static gboolean
find_secrets (ResonateConfigSettings *settings,
              const char *group,
              const char *id,
              const char *const *environment,
              GError **error)
{
  g_autofree char *owner = g_strdup_printf ("app-%s", id);
  const ResonateConfigSetting *secret;
  const ResonateConfigSetting *previous;

  if (!find_secret (settings, group, "secret", owner, environment, error) ||
      !find_secret (settings, group, "previous-secret", owner, environment, error))
    return FALSE;

  secret = get_filled (settings, group, "secret");
  previous = get_filled (settings, group, "previous-secret");
  if (secret == NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s: [%s]: the application has no secret; give it secret, secret-file or the "
                   "credential app-%s.secret (in the environment: REVERB_APP_SECRET)",
                   resonate_config_settings_get_app_origin (settings, id), group, id);
      return FALSE;
    }

  if (previous != NULL && strcmp (secret->value, previous->value) == 0)
    warn (settings, group, previous->key, previous,
          "this is the secret itself, not the one before it");

  return TRUE;
}

static void
check_app (ResonateConfigSettings *settings, const char *group, ResonateApp *app)
{
  const ResonateConfigKey *origins = resonate_config_keys_find ("app", "allowed-origins");
  const ResonateConfigKey *message = resonate_config_keys_find ("app", "max-message-size");
  uint64_t limit = resonate_app_get_max_message_size (app);

  for (const char *const *origin = resonate_app_get_allowed_origins (app); *origin != NULL;
       origin++)
    if (!resonate_origin_pattern_is_host (*origin))
      warn (settings, group, origins, resonate_config_settings_get (settings, group, origins->name),
            "‘%s’ can never match; write the host alone, without scheme, port and path", *origin);

  if (*resonate_app_get_allowed_origins (app) == NULL)
    warn (settings, group, origins, resonate_config_settings_get (settings, group, origins->name),
          "the list is empty, so no client can connect; * lets every page connect");

  if (limit > 0 && limit < SHORTEST_MESSAGE)
    warn (settings, group, message, resonate_config_settings_get (settings, group, message->name),
          "%" G_GUINT64_FORMAT
          " bytes are less than a client needs to subscribe; 10000 is usual, 0 "
          "is no limit",
          limit);
}

static ResonateApp *
build_app (ResonateConfigSettings *settings,
           const char *id,
           const char *const *environment,
           GError **error)
{
  g_autofree char *group = resonate_config_settings_dup_app_group (id);
  const ResonateConfigSetting *key = get_filled (settings, group, "key");
  const ResonateConfigSetting *previous;
  ResonateApp *app;

  if (key == NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   "%s: [%s]: the application has no key; give it key, the public word that its "
                   "clients connect with (in the environment: REVERB_APP_KEY)",
                   resonate_config_settings_get_app_origin (settings, id), group);
      return NULL;
    }

  if (!find_secrets (settings, group, id, environment, error))
    return NULL;

  app = resonate_app_new (id, key->value, get_filled (settings, group, "secret")->value);
  previous = get_filled (settings, group, "previous-secret");
  if (previous != NULL)
    resonate_app_set_secret (app, resonate_app_get_secret (app), previous->value);
  resonate_config_build_apply (settings, group, G_OBJECT (app));
  check_app (settings, group, app);

  return app;
}

/*
 * resonate_config_build_apps:
 * @settings: what was said
 * @environment: where systemd says where the credentials are
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the applications, in the order they were named
 */
ResonateAppList *
resonate_config_build_apps (ResonateConfigSettings *settings,
                            const char *const *environment,
                            GError **error)
{
  g_autoptr (ResonateAppList) apps = resonate_app_list_new ();
  GPtrArray *ids = resonate_config_settings_get_app_ids (settings);

  if (ids->len == 0)
    {
      g_set_error_literal (
        error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
        "No application is configured. Run ‘resonatectl install’: it writes a "
        "configuration with fresh credentials. Or name a Laravel .env with "
        "--env-file, or set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET");
      return NULL;
    }

  for (unsigned int i = 0; i < ids->len; i++)
    {
      g_autoptr (ResonateApp) app = build_app (settings, ids->pdata[i], environment, error);
      g_autofree char *group = resonate_config_settings_dup_app_group (ids->pdata[i]);

      if (app == NULL)
        return NULL;

      if (!resonate_app_list_add (apps, app, error))
        {
          g_prefix_error (error, "%s: [%s] key: ", get_filled (settings, group, "key")->origin,
                          group);
          return NULL;
        }
    }

  return g_steal_pointer (&apps);
}

/* What was said, or the default. The text has been read once already. */
static void
get_value (ResonateConfigSettings *settings,
           const char *group,
           const char *kind,
           const char *name,
           GValue *value)
{
  const ResonateConfigSetting *setting = resonate_config_settings_get (settings, group, name);
  const ResonateConfigKey *key = resonate_config_keys_find (kind, name);

  if (!resonate_config_value_parse (key, setting != NULL ? setting->value : key->fallback, value,
                                    NULL))
    g_assert_not_reached ();
}

static uint64_t
size_of (ResonateConfigSettings *settings, const char *group, const char *kind, const char *name)
{
  g_auto (GValue) value = G_VALUE_INIT;

  get_value (settings, group, kind, name, &value);

  return g_value_get_uint64 (&value);
}

static void
check_proxies (ResonateConfigSettings *settings)
{
  const ResonateConfigKey *protocol = resonate_config_keys_find ("server", "proxy-protocol");
  g_auto (GValue) is_on = G_VALUE_INIT;
  g_auto (GValue) proxies = G_VALUE_INIT;

  get_value (settings, "server", "server", protocol->name, &is_on);
  get_value (settings, "server", "server", "trusted-proxies", &proxies);

  if (g_value_get_boolean (&is_on) && *(char **) g_value_get_boxed (&proxies) == NULL)
    warn (settings, "server", protocol,
          resonate_config_settings_get (settings, "server", protocol->name),
          "whoever reaches the port may say to be any address; trusted-proxies says who may");
}

static int64_t
duration_of (ResonateConfigSettings *settings, const char *group, const char *name)
{
  g_auto (GValue) value = G_VALUE_INIT;

  get_value (settings, group, group, name, &value);

  return g_value_get_int64 (&value);
}

static gboolean
check_cluster (ResonateConfigSettings *settings, GError **error)
{
  const ResonateConfigSetting *node_id = get_filled (settings, "cluster", "node-id");
  const ResonateConfigSetting *setting;

  for (const char *at = node_id != NULL ? node_id->value : ""; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_.", *at) == NULL)
      return fail_at (node_id, "cluster", "it has letters, digits, - _ and . only", error);

  if (node_id != NULL && strlen (node_id->value) > RESONATE_CONFIG_MAX_NODE_ID)
    return fail_at (node_id, "cluster", "it is longer than 64 characters", error);

  if (duration_of (settings, "cluster", "lease") >=
      3 * duration_of (settings, "cluster", "heartbeat"))
    return TRUE;

  setting = resonate_config_settings_get (settings, "cluster", "lease");
  if (setting == NULL)
    setting = resonate_config_settings_get (settings, "cluster", "heartbeat");

  return fail_at (setting, "cluster", "a lease is as long as three heartbeats, or longer", error);
}

/*
 * resonate_config_build_find_secrets:
 * @settings: what was said
 * @environment: where systemd says where the credentials are
 * @error: return location for a #GError
 *
 * Leaves those that are not of an application in the settings.
 */
gboolean
resonate_config_build_find_secrets (ResonateConfigSettings *settings,
                                    const char *const *environment,
                                    GError **error)
{
  return find_secret (settings, "cluster", "secret", "cluster", environment, error) &&
         find_secret (settings, "redis", "password", "redis", environment, error);
}

/*
 * resonate_config_build_check:
 * @settings: what was said
 * @error: return location for a #GError
 *
 * Checks what only makes sense together.
 */
gboolean
resonate_config_build_check (ResonateConfigSettings *settings, GError **error)
{
  const ResonateConfigSetting *key = get_filled (settings, "server", "tls-key");
  const ResonateConfigSetting *password = get_filled (settings, "server", "tls-key-password-file");
  const ResonateConfigKey *queue = resonate_config_keys_find ("server", "send-queue-size");
  uint64_t queue_size = size_of (settings, "server", "server", "send-queue-size");
  GPtrArray *ids = resonate_config_settings_get_app_ids (settings);

  if (get_filled (settings, "server", "tls-certificate") == NULL)
    {
      const char *problem = "there is no tls-certificate that this could belong to; give "
                            "tls-certificate, the PEM file with the certificate";

      if (key != NULL)
        return fail_at (key, "server", problem, error);
      if (password != NULL)
        return fail_at (password, "server", problem, error);
    }

  if (!check_cluster (settings, error))
    return FALSE;

  check_proxies (settings);
  for (unsigned int i = 0; i < ids->len; i++)
    {
      g_autofree char *group = resonate_config_settings_dup_app_group (ids->pdata[i]);

      if (size_of (settings, group, "app", "max-message-size") > queue_size)
        warn (settings, "server", queue,
              resonate_config_settings_get (settings, "server", queue->name),
              "a message of [%s] may be longer than this; its receivers would be closed", group);
    }

  return TRUE;
}
