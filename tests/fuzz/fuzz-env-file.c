/* fuzz-env-file.c: any bytes as a `.env`: names and values, or an error that names a line
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "resonate.h"

#include "config/resonate-config-environment-private.h"
#include "config/resonate-env-file-private.h"
#include "fuzz-input.h"

static const char *const environment[] = { "OUTSIDE=from-outside", "EMPTY=", NULL };

static void
check_error (const GError *error, const char *file, const char *text, size_t length)
{
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (!fuzz_input_names_line (error->message, file, text, length))
    g_error ("No line: %s", error->message);
}

static void
check_conversion (const char *value)
{
  g_autofree char *converted = resonate_env_dup_converted (value);

  if (converted == NULL)
    return;

  g_assert_cmpuint (strlen (converted), >, 0);
  g_assert_cmpuint (strlen (converted), <=, strlen (value));
  g_assert_true (strstr (value, converted) != NULL || g_str_equal (converted, "true") ||
                 g_str_equal (converted, "false"));
}

static unsigned int
count_lines (const char *text)
{
  unsigned int n = 1;

  for (; *text != '\0'; text++)
    n += *text == '\n';

  return n;
}

/* Every entry has a name that a shell could have, and is where it says, below the one before. */
static void
check_entries (GPtrArray *entries, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned int number = 0;

  for (unsigned int i = 0; i < entries->len; i++)
    {
      const ResonateEnvEntry *entry = entries->pdata[i];

      g_assert_cmpuint (entry->number, >, number);
      g_assert_cmpuint (entry->number, <=, count_lines (text));
      number = entry->number;

      g_assert_true (*entry->name != '\0');
      g_assert_true (
        entry->name[strspn (entry->name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.")] == '\0');
      g_assert_nonnull (strstr (lines[number - 1], entry->name));
      if (entry->value != NULL)
        {
          g_assert_true (g_utf8_validate (entry->value, -1, NULL));
          check_conversion (entry->value);
        }
    }
}

static void
append_quoted (GString *out, const char *value)
{
  g_string_append_c (out, '"');
  for (; *value != '\0'; value++)
    {
      if (strchr ("\"\\$", *value) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, *value);
    }
  g_string_append_c (out, '"');
}

/* What references made long is not read in another way than what is short. */
#define LONGEST_ROUND_TRIP (64 * 1024)

/* The same in another hand: every value in quotes, and with nothing left to be replaced. */
static void
check_round_trip (GPtrArray *entries)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;

  for (unsigned int i = 0; i < entries->len; i++)
    {
      const ResonateEnvEntry *entry = entries->pdata[i];

      g_string_append_printf (text, " export %s", entry->name);
      if (entry->value != NULL)
        {
          g_string_append (text, " = ");
          append_quoted (text, entry->value);
        }
      g_string_append (text, " # comment\r\n\n");
      if (text->len > LONGEST_ROUND_TRIP)
        return;
    }

  again = resonate_env_file_parse (".env", text->str, environment, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, entries->len);
  for (unsigned int i = 0; i < entries->len; i++)
    {
      const ResonateEnvEntry *one = entries->pdata[i];
      const ResonateEnvEntry *two = again->pdata[i];

      g_assert_cmpstr (one->name, ==, two->name);
      g_assert_cmpstr (one->value, ==, two->value);
    }
}

/* What the server takes of it is a setting with its line, and what it refuses is an error with
 * one. */
static void
check_settings (const char *file, const char *text, size_t length)
{
  g_autoptr (ResonateConfigSettings) settings = resonate_config_settings_new ();
  g_autoptr (GError) error = NULL;
  ResonateConfigSetting *port;

  if (!resonate_config_environment_read (settings, file, environment, &error))
    {
      check_error (error, file, text, length);
      return;
    }

  port = resonate_config_settings_get (settings, "server", "port");
  if (port != NULL)
    g_assert_true (fuzz_input_names_line (port->origin, file, text, length));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *file = fuzz_input_put_file (data, size);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  entries = resonate_env_file_load (file, environment, &error);
  if (entries == NULL)
    {
      check_error (error, file, (const char *) data, size);
      return 0;
    }

  g_assert_cmpuint (strlen (text), ==, size);
  check_entries (entries, text);
  check_round_trip (entries);
  check_settings (file, text, size);

  return 0;
}
