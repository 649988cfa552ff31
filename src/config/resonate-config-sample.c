/* resonate-config-sample.c: the table of keys as a file to begin with
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-config-file-private.h"
#include "resonate-config-keys-private.h"
#include "resonate-config-sample-private.h"
#include "resonate-config-value-private.h"

static void
append_comment (GString *file, const char *text)
{
  size_t column = 0;
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (char **word = words; *word != NULL; word++)
    {
      if (column == 0 || column + 1 + strlen (*word) > 98)
        {
          g_string_append (file, column == 0 ? "#" : "\n#");
          column = 1;
        }
      g_string_append_printf (file, " %s", *word);
      column += 1 + strlen (*word);
    }
  g_string_append_c (file, '\n');
}

/* `REVERB_SERVER_PORT, RESONATE_SERVER_PORT` */
static char *
dup_names (const ResonateConfigKey *key, const char *quote)
{
  g_autofree char *own = resonate_config_key_dup_environment (key);

  if (key->environment == NULL)
    return g_strdup_printf ("%s%s%s", quote, own, quote);

  return g_strdup_printf ("%s%s%s, %s%s%s", quote, key->environment, quote, quote, own, quote);
}

static void
append_key (GString *file, const ResonateConfigKey *key, const char *value)
{
  g_autofree char *names = dup_names (key, "");
  g_autofree char *environment = g_strdup_printf ("Environment: %s", names);

  g_string_append_c (file, '\n');
  append_comment (file, key->help);
  append_comment (file, environment);
  if ((key->flags & RESONATE_CONFIG_KEY_START) != 0)
    append_comment (file, "A change needs a reload.");
  if (value != NULL)
    {
      g_autofree char *escaped = resonate_config_file_dup_escaped (value);

      g_string_append_printf (file, "%s=%s\n", key->name, escaped);
    }
  else
    g_string_append_printf (file, "#%s=%s\n", key->name,
                            key->fallback != NULL ? key->fallback : "");
}

static void
append_group (GString *file, const char *group, const char *id)
{
  if (strcmp (group, "app") != 0)
    {
      g_string_append_printf (file, "[%s]\n", group);
      return;
    }

  append_comment (file, "One group for each application. Its id is what REST paths name; "
                        "applications share nothing but this server.");
  g_string_append_printf (file, "%s[app %s]\n", id != NULL ? "" : "#", id != NULL ? id : "1001");
}

/*
 * resonate_config_dup_sample:
 * @id: (nullable): the id of an application, or %NULL for a file without one
 * @key: (nullable): its key
 * @secret: (nullable): its secret
 *
 * Writes every key with its help and, in a comment, its default.
 *
 * Returns: (transfer full): the text of a file
 */
char *
resonate_config_dup_sample (const char *id, const char *key, const char *secret)
{
  GString *file = g_string_new (
    "# resonate.conf: what resonated serves, and how; see resonate.conf(5).\n"
    "#\n"
    "# A line that is commented out shows the default. Durations are seconds, or have a unit:\n"
    "# ms, s, min, h, d. Sizes are bytes, or have a unit: KiB, MiB, GiB. Settings of your own\n"
    "# may also go into files resonate.conf.d/*.conf beside this one.\n"
    "#\n"
    "# A running server reads this again on SIGHUP. What changed takes effect at once, except "
    "where\n"
    "# it says that a change needs a reload, which is `resonatectl reload`.\n"
    "\n"
    "[server]\n");
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);
  const char *group = "server";

  for (size_t i = 0; i < n_keys; i++)
    {
      const char *value = NULL;

      if (strcmp (group, keys[i].group) != 0)
        {
          g_string_append_c (file, '\n');
          append_group (file, keys[i].group, id);
        }
      group = keys[i].group;

      if (strcmp (group, "app") == 0 && strcmp (keys[i].name, "key") == 0)
        value = key;
      else if (strcmp (group, "app") == 0 && strcmp (keys[i].name, "secret") == 0)
        value = secret;
      append_key (file, &keys[i], value);
    }

  return g_string_free (file, FALSE);
}

static void
append_section (GString *page, const char *group)
{
  gboolean is_app = strcmp (group, "app") == 0;
  g_autofree char *title = g_strdup_printf ("[%s%s]", group, is_app ? " ID" : "");
  g_autofree char *line = g_strnfill (strlen (title), '=');

  g_string_append_printf (page, "%s\n%s\n\n", title, line);
  if (is_app)
    g_string_append (page, "One group for each application. The ID is what REST paths name.\n\n");
}

/*
 * resonate_config_dup_manual:
 *
 * Returns: (transfer full): the sections about the keys in the manual page, as reStructuredText
 */
char *
resonate_config_dup_manual (void)
{
  GString *page = g_string_new (NULL);
  size_t n_keys;
  const ResonateConfigKey *keys = resonate_config_keys_get (&n_keys);
  const char *group = "";

  for (size_t i = 0; i < n_keys; i++)
    {
      g_autofree char *names = dup_names (&keys[i], "``");
      g_autofree char *expectation = resonate_config_value_dup_expectation (&keys[i]);
      g_auto (GStrv) quoted = g_strsplit (keys[i].help, "`", -1);
      g_autofree char *help = g_strjoinv ("``", quoted);
      g_autofree char *plain = NULL;

      if (strcmp (group, keys[i].group) != 0)
        append_section (page, keys[i].group);
      group = keys[i].group;

      /* A star alone would begin emphasis. */
      g_string_append_printf (page, "%s\n    %s\n\n    It is %s. ", keys[i].name, help,
                              expectation);
      plain = keys[i].fallback != NULL && *keys[i].fallback != '\0'
                ? g_strdup_printf ("Default: ``%s``.", keys[i].fallback)
                : g_strdup (keys[i].fallback != NULL ? "Default: empty." : "Unset by default.");
      g_string_append_printf (page, "%s A change %s.\n    Environment: %s.\n\n", plain,
                              (keys[i].flags & RESONATE_CONFIG_KEY_START) != 0
                                ? "needs a reload"
                                : "takes effect when the configuration is read again",
                              names);
    }

  return g_string_free (page, FALSE);
}
