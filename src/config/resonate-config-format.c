/* resonate-config-format.c: the values of keys as text, and what they should be
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include "resonate-config-value-private.h"

#define DAY (24 * 3600 * INT64_C (1000000))

typedef struct
{
  const char *suffix;
  int64_t factor;
} Unit;

/* The last that divides is taken. Minutes and hours are read and never written: `60s` is plainer
 * than `1min` beside `90s`. */
static const Unit durations[] = { { "us", 1 }, { "ms", 1000 }, { "s", INT64_C (1000000) } };

static const Unit sizes[] = {
  { "KiB", INT64_C (1024) },
  { "MiB", INT64_C (1048576) },
  { "GiB", INT64_C (1073741824) },
};

static char *
format_number (int64_t number, const Unit *units, size_t n_units, const char *fallback)
{
  for (size_t i = n_units; i-- > 0;)
    if (number != 0 && number % units[i].factor == 0)
      return g_strdup_printf ("%" G_GINT64_FORMAT "%s", number / units[i].factor, units[i].suffix);

  return g_strdup_printf ("%" G_GINT64_FORMAT "%s", number, fallback);
}

/*
 * resonate_config_value_format:
 * @key: a row of the table
 * @value: what resonate_config_value_parse () gave
 *
 * Returns: (transfer full): the one way to write the value, which is read as the same again
 */
char *
resonate_config_value_format (const ResonateConfigKey *key, const GValue *value)
{
  switch (key->type)
    {
    case RESONATE_CONFIG_STRING:
    case RESONATE_CONFIG_WORD:
    case RESONATE_CONFIG_PATH:
    case RESONATE_CONFIG_FILE:
      return g_value_dup_string (value);

    case RESONATE_CONFIG_BOOLEAN:
      return g_strdup (g_value_get_boolean (value) ? "true" : "false");

    case RESONATE_CONFIG_INTEGER:
    case RESONATE_CONFIG_PORT:
      if (g_value_get_int64 (value) < 0)
        return g_strdup ("unlimited");
      return format_number (g_value_get_int64 (value), NULL, 0, "");

    case RESONATE_CONFIG_DURATION:
      return format_number (g_value_get_int64 (value), durations, G_N_ELEMENTS (durations), "s");

    case RESONATE_CONFIG_SIZE:
      return format_number ((int64_t) g_value_get_uint64 (value), sizes, G_N_ELEMENTS (sizes), "");

    case RESONATE_CONFIG_CHOICE:
      {
        g_autoptr (GEnumClass) choices = g_type_class_ref (key->choices ());

        return g_strdup (g_enum_get_value (choices, g_value_get_enum (value))->value_nick);
      }

    case RESONATE_CONFIG_LIST:
    case RESONATE_CONFIG_HOSTS:
    case RESONATE_CONFIG_NETWORKS:
      return g_strjoinv (";", g_value_get_boxed (value));

    default:
      g_assert_not_reached ();
    }
}

static char *
dup_choices (const ResonateConfigKey *key)
{
  g_autoptr (GEnumClass) choices = g_type_class_ref (key->choices ());
  GString *all = g_string_new ("one of ");

  for (unsigned int i = 0; i < choices->n_values; i++)
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", choices->values[i].value_nick);

  return g_string_free (all, FALSE);
}

/* The bounds of a number in the unit people write it in. */
static char *
dup_range (const ResonateConfigKey *key)
{
  g_auto (GValue) min = G_VALUE_INIT;
  g_auto (GValue) max = G_VALUE_INIT;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;
  GType type = key->type == RESONATE_CONFIG_SIZE ? G_TYPE_UINT64 : G_TYPE_INT64;

  g_value_init (&min, type);
  g_value_init (&max, type);
  if (type == G_TYPE_UINT64)
    {
      g_value_set_uint64 (&min, (uint64_t) key->min);
      g_value_set_uint64 (&max, (uint64_t) key->max);
    }
  else
    {
      /* `-1` is written `unlimited`, which the caller names. */
      g_value_set_int64 (&min, MAX (key->min, 0));
      g_value_set_int64 (&max, key->max);
    }

  low = resonate_config_value_format (key, &min);
  high = key->type == RESONATE_CONFIG_DURATION
           ? g_strdup_printf ("%" G_GINT64_FORMAT "d", key->max / DAY)
           : resonate_config_value_format (key, &max);

  return g_strdup_printf ("from %s to %s%s", low, high,
                          (key->flags & RESONATE_CONFIG_KEY_OPEN) != 0 ? ", or unlimited" : "");
}

/*
 * resonate_config_value_dup_expectation:
 * @key: a row of the table
 *
 * Returns: (transfer full): what a value of @key is, to stand behind "is not"
 */
char *
resonate_config_value_dup_expectation (const ResonateConfigKey *key)
{
  g_autofree char *range = NULL;

  switch (key->type)
    {
    case RESONATE_CONFIG_STRING:
      return g_strdup ("a text");

    case RESONATE_CONFIG_WORD:
      return g_strdup ("a key: a word without blanks and without any of / ? # % [ ]");

    case RESONATE_CONFIG_PATH:
      return g_strdup ("a path: such as /ws, or empty");

    case RESONATE_CONFIG_FILE:
      return g_strdup ("the name of a file");

    case RESONATE_CONFIG_BOOLEAN:
      return g_strdup ("a boolean: true or false");

    case RESONATE_CONFIG_CHOICE:
      return dup_choices (key);

    case RESONATE_CONFIG_LIST:
      return g_strdup ("a list: texts separated by semicolons");

    case RESONATE_CONFIG_HOSTS:
      return g_strdup ("a list of addresses: such as 127.0.0.1, or 0.0.0.0;:: for everywhere");

    case RESONATE_CONFIG_NETWORKS:
      return g_strdup ("a list of networks: such as 127.0.0.1;10.0.0.0/8");

    case RESONATE_CONFIG_INTEGER:
    case RESONATE_CONFIG_PORT:
      range = dup_range (key);
      return g_strdup_printf ("a %s: a whole number %s",
                              key->type == RESONATE_CONFIG_PORT ? "port" : "number", range);

    case RESONATE_CONFIG_DURATION:
      range = dup_range (key);
      return g_strdup_printf ("a duration: seconds, or a number with ms, s, min, h or d, %s",
                              range);

    case RESONATE_CONFIG_SIZE:
      range = dup_range (key);
      return g_strdup_printf ("a size: bytes, or a number with KiB, MiB or GiB, %s", range);

    default:
      g_assert_not_reached ();
    }
}
