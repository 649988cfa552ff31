/* fuzz-config-file.c: any bytes as resonate.conf: a configuration, or an error that names a line
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "resonate.h"

#include "config/resonate-config-file-private.h"
#include "config/resonate-config-private.h"
#include "fuzz-input.h"

static const char *const nothing[] = { NULL };

/* The text of `[GROUP] KEY` as GKeyFile, which knows no lines, reads it. */
static char *
dup_by_key_file (GKeyFile *key_file, const char *group, const char *key)
{
  g_autofree char *raw = g_key_file_get_value (key_file, group, key, NULL);

  g_assert_nonnull (raw);
  g_key_file_set_value (key_file, group, key, g_strchomp (raw));

  return g_key_file_get_string (key_file, group, key, NULL);
}

/* ` 1001` and `1001` are one id; every other group is spelled in one way. */
static char *
dup_normal_group (const char *group)
{
  g_autofree char *id = NULL;

  if (!g_str_has_prefix (group, "app "))
    return g_strdup (group);

  id = g_strstrip (g_strdup (group + strlen ("app ")));

  return resonate_config_settings_dup_app_group (id);
}

/* `[app 1]` and `[app  1]` are one group, and the last word is the one that counts. */
static gboolean
is_shared (GKeyFile *key_file, const char *group)
{
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);
  g_autofree char *normal = dup_normal_group (group);

  for (char **other = groups; *other != NULL; other++)
    {
      g_autofree char *other_normal = dup_normal_group (*other);

      if (strcmp (*other, group) != 0 && strcmp (other_normal, normal) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
check_key (ResonateConfigSettings *settings, GKeyFile *key_file, const char *group, const char *key)
{
  g_autofree char *normal = dup_normal_group (group);
  g_autofree char *value = NULL;
  const ResonateConfigSetting *setting;

  if (is_shared (key_file, group))
    return;

  value = dup_by_key_file (key_file, group, key);
  setting = resonate_config_settings_get (settings, normal, key);
  g_assert_nonnull (setting);
  if (setting->key->type == RESONATE_CONFIG_FILE && *value != '\0')
    g_assert_true (g_path_is_absolute (setting->value));
  else
    g_assert_cmpstr (setting->value, ==, value);
}

/* What was read is what GKeyFile reads in the whole file, key for key. */
static void
check_settings (ResonateConfigSettings *settings, const char *text, size_t length)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  /* It takes fewer bytes for white space than the server does. */
  if (!g_key_file_load_from_data (key_file, text, length, G_KEY_FILE_NONE, NULL))
    return;

  groups = g_key_file_get_groups (key_file, NULL);

  for (char **group = groups; *group != NULL; group++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (key_file, *group, NULL, NULL);

      for (char **key = keys; *key != NULL; key++)
        check_key (settings, key_file, *group, *key);
    }
}

/* A fuzzer opens no file but its own: a secret may be said to be in any. */
static gboolean
names_secret_file (ResonateConfigSettings *settings)
{
  GPtrArray *ids = resonate_config_settings_get_app_ids (settings);

  for (unsigned int i = 0; i < ids->len; i++)
    {
      g_autofree char *group = resonate_config_settings_dup_app_group (ids->pdata[i]);

      if (resonate_config_settings_get (settings, group, "secret-file") != NULL)
        return TRUE;
    }

  return FALSE;
}

/* A form feed at an end is white space that a key file has no escape for. */
static gboolean
can_be_escaped (const char *value)
{
  return *value != '\f' && !g_str_has_suffix (value, "\f");
}

static GString *
write_rows (GPtrArray *rows)
{
  GString *text = g_string_new (NULL);
  const char *group = NULL;

  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateConfigRow *row = rows->pdata[i];
      g_autofree char *value = NULL;

      if (row->value == NULL || !can_be_escaped (row->value))
        continue;

      if (g_strcmp0 (group, row->group) != 0)
        g_string_append_printf (text, "[%s]\n", row->group);
      group = row->group;
      value = resonate_config_file_dup_escaped (row->value);
      g_string_append_printf (text, "%s=%s\n", row->key->name, value);
    }

  return text;
}

static ResonateConfig *
load (const char *file, GError **error)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  const char *const files[] = { file, NULL };

  resonate_config_set_environment (config, nothing);
  if (!resonate_config_load (config, files, NULL, error))
    return NULL;

  return g_steal_pointer (&config);
}

/* Everything that a configuration shows, written into a file and read, is shown again. */
static void
check_round_trip (ResonateConfig *config)
{
  g_autoptr (GPtrArray) rows = resonate_config_dup_rows (config);
  g_autoptr (GPtrArray) again_rows = NULL;
  g_autoptr (GString) text = write_rows (rows);
  g_autoptr (GError) error = NULL;
  g_autoptr (ResonateConfig) again = NULL;

  again = load (fuzz_input_put_file (text->str, text->len), &error);
  g_assert_no_error (error);
  again_rows = resonate_config_dup_rows (again);

  g_assert_cmpuint (rows->len, ==, again_rows->len);
  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateConfigRow *one = rows->pdata[i];
      const ResonateConfigRow *two = again_rows->pdata[i];

      g_assert_cmpstr (one->group, ==, two->group);
      g_assert_true (one->key == two->key);
      if (one->value == NULL || can_be_escaped (one->value))
        g_assert_cmpstr (one->value, ==, two->value);
    }
}

/* A mistake is on a line; what is missing is missing from a group, or altogether. */
static void
check_load (const char *file, const char *text, size_t length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ResonateConfig) config = load (file, &error);

  if (config != NULL)
    {
      check_round_trip (config);
      return;
    }

  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (fuzz_input_names_line (error->message, file, text, length) ||
                 g_str_has_prefix (error->message, "[app ") ||
                 g_str_has_prefix (error->message, "No application is configured."));
}

static void
check_file (const char *text, size_t length)
{
  const char *file = fuzz_input_put_file (text, length);
  g_autoptr (ResonateConfigSettings) settings = resonate_config_settings_new ();
  g_autoptr (GError) error = NULL;

  if (!resonate_config_file_read (settings, file, &error))
    {
      g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (!fuzz_input_names_line (error->message, file, text, length))
        g_error ("No line: %s", error->message);
      return;
    }

  g_assert_true (g_utf8_validate_len (text, length, NULL));
  check_settings (settings, text, length);
  if (!names_secret_file (settings))
    check_load (file, text, length);
}

/* Any text can be a secret, and is read as it was escaped. */
static void
check_escape (const uint8_t *data, size_t size)
{
  size_t length;
  g_autofree char *secret = fuzz_input_dup_text (data, size, &length);
  g_autofree char *escaped = resonate_config_file_dup_escaped (secret);
  g_autofree char *text = g_strdup_printf ("[app 1]\nsecret=%s\n", escaped);
  g_autoptr (ResonateConfigSettings) settings = resonate_config_settings_new ();
  g_autoptr (GError) error = NULL;

  if (!can_be_escaped (secret))
    return;

  resonate_config_file_read (settings, fuzz_input_put_file (text, strlen (text)), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (resonate_config_settings_get (settings, "app 1", "secret")->value, ==, secret);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_file ((const char *) data, size);
  check_escape (data, size);

  return 0;
}
