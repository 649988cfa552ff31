/* resonate-config-value.c: the values of keys, from text and back
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include <gio/gio.h>

#include "resonate-config-value-private.h"

#include "../base/resonate-error.h"

typedef struct
{
  const char *suffix;
  int64_t factor;
} Unit;

/* The first is what a bare number means. */
static const Unit durations[] = {
  { "s", INT64_C (1000000) },
  { "us", 1 },
  { "ms", 1000 },
  { "min", INT64_C (60000000) },
  { "h", INT64_C (3600000000) },
  { "d", INT64_C (86400000000) },
};

static const Unit sizes[] = {
  { "", 1 },
  { "B", 1 },
  { "KiB", INT64_C (1024) },
  { "MiB", INT64_C (1048576) },
  { "GiB", INT64_C (1073741824) },
};

/* `12`, `12 KiB`, `-1`: a whole number and one of the units. FALSE on anything else, overflow
 * included. */
static gboolean
parse_number (const char *text, const Unit *units, size_t n_units, int64_t *number)
{
  gboolean negative = *text == '-';
  int64_t factor = n_units > 0 ? units[0].factor : 1;
  uint64_t digits;
  char *end;

  text += negative;
  if (!g_ascii_isdigit (*text))
    return FALSE;

  digits = g_ascii_strtoull (text, &end, 10);
  while (*end == ' ')
    end++;

  if (*end != '\0')
    {
      size_t i = 0;

      while (i < n_units && g_ascii_strcasecmp (units[i].suffix, end) != 0)
        i++;
      if (i == n_units)
        return FALSE;
      factor = units[i].factor;
    }

  if (digits > (uint64_t) (G_MAXINT64 / factor))
    return FALSE;

  *number = (int64_t) digits * factor * (negative ? -1 : 1);

  return TRUE;
}

static gboolean
number_of (const ResonateConfigKey *key, const char *text, int64_t *number)
{
  gboolean open = (key->flags & RESONATE_CONFIG_KEY_OPEN) != 0;
  gboolean ok;

  if (open &&
      (g_ascii_strcasecmp (text, "unlimited") == 0 || g_ascii_strcasecmp (text, "off") == 0))
    {
      *number = key->min;
      return TRUE;
    }

  if (key->type == RESONATE_CONFIG_DURATION)
    ok = parse_number (text, durations, G_N_ELEMENTS (durations), number);
  else if (key->type == RESONATE_CONFIG_SIZE)
    ok = parse_number (text, sizes, G_N_ELEMENTS (sizes), number);
  else
    ok = parse_number (text, NULL, 0, number);

  if (ok && open)
    *number = MAX (*number, key->min);

  return ok && *number >= key->min && *number <= key->max;
}

static gboolean
boolean_of (const char *text, gboolean *boolean)
{
  static const char *const yes[] = { "true", "yes", "on", "1" };
  static const char *const no[] = { "false", "no", "off", "0" };

  for (size_t i = 0; i < G_N_ELEMENTS (yes); i++)
    {
      *boolean = g_ascii_strcasecmp (text, yes[i]) == 0;
      if (*boolean || g_ascii_strcasecmp (text, no[i]) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
choice_of (const ResonateConfigKey *key, const char *text, int *choice)
{
  g_autoptr (GEnumClass) choices = g_type_class_ref (key->choices ());
  const GEnumValue *found = g_enum_get_value_by_nick (choices, text);

  if (found == NULL && (key->flags & RESONATE_CONFIG_KEY_LENIENT) == 0)
    return FALSE;

  *choice = found != NULL ? found->value : choices->values[0].value;

  return TRUE;
}

/* GLib takes a length that no address has for 0, which is everybody, and warns the programmer. */
static gboolean
is_mask_length (const char *text)
{
  size_t n_digits = strspn (text, G_CSET_DIGITS);

  return n_digits >= 1 && n_digits <= 3 && text[n_digits] == '\0' &&
         g_ascii_strtoull (text, NULL, 10) <= 128;
}

static gboolean
is_network (const char *text)
{
  const char *slash = strchr (text, '/');
  g_autoptr (GInetAddressMask) mask = NULL;

  if (slash != NULL && !is_mask_length (slash + 1))
    return FALSE;

  mask = g_inet_address_mask_new_from_string (text, NULL);

  return mask != NULL;
}

/* A name or an address; brackets around IPv6 belong to URLs. */
static gboolean
is_host (const char *text)
{
  return strpbrk (text, "/[] \t,") == NULL &&
         (strchr (text, ':') == NULL || g_hostname_is_ip_address (text));
}

static gboolean
list_of (const ResonateConfigKey *key, const char *text, char ***list)
{
  g_auto (GStrv) pieces = g_strsplit (text, ";", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);

  for (char **piece = pieces; *piece != NULL; piece++)
    {
      g_strstrip (*piece);
      if (**piece == '\0')
        continue;
      if (key->type == RESONATE_CONFIG_NETWORKS && !is_network (*piece))
        return FALSE;
      if (key->type == RESONATE_CONFIG_HOSTS && !is_host (*piece))
        return FALSE;
      g_ptr_array_add (kept, g_strdup (*piece));
    }

  if (key->type == RESONATE_CONFIG_HOSTS && kept->len == 0)
    return FALSE;

  g_ptr_array_add (kept, NULL);
  *list = (char **) g_ptr_array_steal (kept, NULL);

  return TRUE;
}

/*
 * resonate_config_value_dup_path:
 * @path: a prefix as people write it
 *
 * `ws`, `/ws` and `/ws/` are one prefix, written `/ws`; `/` is none.
 *
 * Returns: (transfer full): the prefix, or an empty string
 */
char *
resonate_config_value_dup_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  GString *normal = g_string_new (NULL);

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      g_string_append_printf (normal, "/%s", *part);

  return g_string_free (normal, FALSE);
}

/*
 * resonate_config_value_is_word:
 *
 * Returns: %TRUE for what can be one segment of a URL, and the name of a group: ids and keys
 */
gboolean
resonate_config_value_is_word (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) || strchr (" /?#%[]", *at) != NULL)
      return FALSE;

  return *text != '\0';
}

/* What no request line can say is no prefix, and neither is what a route takes for its own. */
static gboolean
is_path (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at) || strchr ("?#%:*", *at) != NULL)
      return FALSE;

  return TRUE;
}

static gboolean
parse_text (const ResonateConfigKey *key, const char *text, GValue *value)
{
  if (key->type == RESONATE_CONFIG_WORD && !resonate_config_value_is_word (text))
    return FALSE;

  if (key->type == RESONATE_CONFIG_PATH && !is_path (text))
    return FALSE;

  g_value_init (value, G_TYPE_STRING);
  if (key->type == RESONATE_CONFIG_PATH)
    g_value_take_string (value, resonate_config_value_dup_path (text));
  else
    g_value_set_string (value, text);

  return TRUE;
}

static gboolean
parse_numeric (const ResonateConfigKey *key, const char *text, GValue *value)
{
  int64_t number;

  if (!number_of (key, text, &number))
    return FALSE;

  if (key->type == RESONATE_CONFIG_SIZE)
    {
      g_value_init (value, G_TYPE_UINT64);
      g_value_set_uint64 (value, (uint64_t) number);
    }
  else
    {
      g_value_init (value, G_TYPE_INT64);
      g_value_set_int64 (value, number);
    }

  return TRUE;
}

static gboolean
parse_by_type (const ResonateConfigKey *key, const char *text, GValue *value)
{
  gboolean boolean;
  int choice;
  char **list;

  switch (key->type)
    {
    case RESONATE_CONFIG_STRING:
    case RESONATE_CONFIG_WORD:
    case RESONATE_CONFIG_PATH:
    case RESONATE_CONFIG_FILE:
      return parse_text (key, text, value);

    case RESONATE_CONFIG_INTEGER:
    case RESONATE_CONFIG_PORT:
    case RESONATE_CONFIG_DURATION:
    case RESONATE_CONFIG_SIZE:
      return parse_numeric (key, text, value);

    case RESONATE_CONFIG_BOOLEAN:
      if (!boolean_of (text, &boolean))
        return FALSE;
      g_value_init (value, G_TYPE_BOOLEAN);
      g_value_set_boolean (value, boolean);
      return TRUE;

    case RESONATE_CONFIG_CHOICE:
      if (!choice_of (key, text, &choice))
        return FALSE;
      g_value_init (value, key->choices ());
      g_value_set_enum (value, choice);
      return TRUE;

    case RESONATE_CONFIG_LIST:
    case RESONATE_CONFIG_HOSTS:
    case RESONATE_CONFIG_NETWORKS:
      if (!list_of (key, text, &list))
        return FALSE;
      g_value_init (value, G_TYPE_STRV);
      g_value_take_boxed (value, list);
      return TRUE;

    default:
      g_assert_not_reached ();
    }
}

/*
 * resonate_config_value_parse:
 * @key: a row of the table
 * @text: what a file or the environment says
 * @value: (out caller-allocates): zeroed; initialised on success only
 * @error: return location for a #GError
 *
 * Reads the value of a key. The message of an error names the text and what would be right.
 */
gboolean
resonate_config_value_parse (const ResonateConfigKey *key,
                             const char *text,
                             GValue *value,
                             GError **error)
{
  g_autofree char *expectation = NULL;
  g_autofree char *stripped = NULL;

  g_assert (key != NULL && text != NULL && value != NULL);

  /* A secret may end in a blank that somebody escaped on purpose. */
  if (key->type != RESONATE_CONFIG_STRING)
    {
      stripped = g_strstrip (g_strdup (text));
      text = stripped;
    }

  if (parse_by_type (key, text, value))
    return TRUE;

  expectation = resonate_config_value_dup_expectation (key);
  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "‘%s’ is not %s", text, expectation);

  return FALSE;
}

/*
 * resonate_config_value_choice_is_known:
 *
 * Returns: %FALSE for a choice that was taken as the first one because nobody knows it
 */
gboolean
resonate_config_value_choice_is_known (const ResonateConfigKey *key, const char *text)
{
  g_autoptr (GEnumClass) choices = NULL;

  if (key->type != RESONATE_CONFIG_CHOICE)
    return TRUE;

  choices = g_type_class_ref (key->choices ());

  return g_enum_get_value_by_nick (choices, text) != NULL;
}
