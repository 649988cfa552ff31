/* cmd-install.c: credentials and a configuration for a machine that has none
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <errno.h>

#include <glib/gi18n.h>

#include "../config/resonate-app-private.h"
#include "../config/resonate-config-private.h"
#include "../config/resonate-config-sample-private.h"
#include "../config/resonate-env-file-private.h"
#include "cli.h"
#include "credentials.h"
#include "dotenv.h"
#include "new-file.h"

typedef struct
{
  char *config;
  char *env_file; /* (nullable) */
  gboolean config_written;
  GPtrArray *added; /* (element-type utf8): names of variables */
  Credentials credentials;
} Install;

static void
install_clear (Install *self)
{
  g_clear_pointer (&self->config, g_free);
  g_clear_pointer (&self->env_file, g_free);
  g_clear_pointer (&self->added, g_ptr_array_unref);
  credentials_clear (&self->credentials);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Install, install_clear)

/* Takes over what the application knows already: it must not lose its clients to an installation.
 */
static gboolean
take_from_env_file (Install *self, GError **error)
{
  static const char *const names[] = { "REVERB_APP_ID", "REVERB_APP_KEY", "REVERB_APP_SECRET" };
  char **const places[] = { &self->credentials.id, &self->credentials.key,
                            &self->credentials.secret };
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GPtrArray)
    entries = resonate_env_file_load (self->env_file, (const char *const *) environment, error);

  if (entries == NULL)
    return FALSE;

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const ResonateEnvEntry *entry = resonate_env_file_find (entries, names[i]);

      *places[i] = entry != NULL ? resonate_env_dup_converted (entry->value) : NULL;
    }

  return TRUE;
}

/* What a file that is there already says about the application, so that both agree. */
static gboolean
take_from_config (Install *self, GError **error)
{
  static const char *const nothing[] = { NULL };
  const char *const files[] = { self->config, NULL };
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autoptr (ResonateApp) app = NULL;
  ResonateAppList *apps = resonate_config_get_apps (config);

  resonate_config_set_environment (config, nothing);
  if (!resonate_config_load (config, files, NULL, error))
    return FALSE;

  if (self->credentials.id != NULL)
    {
      app = resonate_app_list_get_by_id (apps, self->credentials.id);
      if (app == NULL)
        return TRUE;
      g_object_ref (app);
    }
  else
    app = g_list_model_get_item (G_LIST_MODEL (apps), 0);

  if (self->credentials.id == NULL)
    self->credentials.id = g_strdup (resonate_app_get_id (app));
  if (self->credentials.key == NULL)
    self->credentials.key = g_strdup (resonate_app_get_key (app));
  if (self->credentials.secret == NULL)
    self->credentials.secret = g_strdup (resonate_app_get_secret (app));

  return TRUE;
}

/* What a `.env` holds may be nothing that our file could hold. */
static gboolean
check_credentials (const Install *self, GError **error)
{
  g_autoptr (ResonateConfigSettings) settings = resonate_config_settings_new ();
  g_autofree char *group = resonate_config_settings_dup_app_group (self->credentials.id);

  return resonate_config_settings_put (settings, group, "key", self->credentials.key, NULL,
                                       self->env_file, error);
}

static gboolean
write_config (Install *self, const Cli *cli, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->config);
  g_autofree char *text = resonate_config_dup_sample (self->credentials.id, self->credentials.key,
                                                      self->credentials.secret);

  if (g_mkdir_with_parents (folder, cli_is_session (cli) ? 0700 : 0755) != 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _ ("%s cannot be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }

  return new_file_write (self->config, text, &self->config_written, error);
}

static void
print_json (const Install *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_string (builder, "config", self->config);
  json_builder_set_member_name (builder, "config-written");
  json_builder_add_boolean_value (builder, self->config_written);
  cli_json_string (builder, "env-file", self->env_file);
  cli_json_strings (builder, "env-added", self->added);
  cli_json_string (builder, "id", self->credentials.id);
  cli_json_string (builder, "key", self->credentials.key);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_text (const Install *self)
{
  if (self->config_written)
    g_print (_ ("%s: written, with the application %s (key %s)\n"), self->config,
             self->credentials.id, self->credentials.key);
  else
    g_print (_ ("%s: is there already, and left as it is\n"), self->config);

  if (self->env_file != NULL && self->added->len == 0)
    g_print (_ ("%s: has every variable already, and is left as it is\n"), self->env_file);

  for (unsigned int i = 0; i < self->added->len; i++)
    g_print (_ ("%s: %s added\n"), self->env_file, (const char *) self->added->pdata[i]);

  if (self->config_written)
    g_print ("\n%s\n", _ ("Before others reach the server:\n"
                          "  allowed-origins: name the hosts of your pages instead of *\n"
                          "  host: 127.0.0.1 behind a proxy on the same machine\n"
                          "  secret: a new one when somebody may have seen it"));
}

static CliStatus
install (Install *self, const Cli *cli)
{
  g_autoptr (GError) error = NULL;
  gboolean exists = g_file_test (self->config, G_FILE_TEST_EXISTS);

  if (self->env_file != NULL && !take_from_env_file (self, &error))
    return cli_failed ("%s", error->message);

  if (exists && !take_from_config (self, &error))
    return cli_failed ("%s", error->message);

  credentials_fill (&self->credentials);
  if (!check_credentials (self, &error))
    return cli_failed ("%s", error->message);

  if (!exists && !write_config (self, cli, &error))
    return cli_failed ("%s", error->message);

  if (self->env_file != NULL &&
      !dotenv_complete (self->env_file, &self->credentials, self->added, &error))
    return cli_failed ("%s", error->message);

  if (cli->json)
    print_json (self);
  else
    print_text (self);

  return CLI_DONE;
}

CliStatus
cmd_install (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (Install) self = { NULL };
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &self.config,
      N_ ("Write FILE instead of the usual one"), N_ ("FILE") },
    { "env-file", 'e', 0, G_OPTION_ARG_FILENAME, &self.env_file,
      N_ ("Add what is missing to a Laravel .env"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl install");
  g_option_context_set_summary (
    context, _ ("Writes a configuration with fresh credentials, if there is none. Whatever is "
                "there is kept, so it may be run again."));
  if (!cli_parse (cli, context, entries, &argc, &argv))
    return CLI_USAGE;

  if (argc > 1)
    return cli_usage (_ ("“%s” is one argument too many"), argv[1]);

  self.added = g_ptr_array_new_with_free_func (g_free);
  if (self.config == NULL)
    self.config = resonate_config_dup_default_file (cli_is_session (cli));

  return install (&self, cli);
}
