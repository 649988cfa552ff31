/* resonate-query.c: the query of a request, read as PHP reads it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-query"

#include "config.h"

#include "resonate-query-private.h"

#include <string.h>

/* A signature covers the parameters as PHP's parse_str () and ksort () see them, so they are read
 * the same way here: "a.b" is called "a_b", "x[]=1&x[]=2" is a list, of a name given twice the last
 * counts (spec: REST authentication, 6.3). */
typedef struct
{
  char *name;
  GPtrArray *values;  /* (element-type utf8): one for a plain value */
  GHashTable *places; /* (element-type utf8 guint) (nullable): where a list's keys have values */
} Parameter;

/* PHP reads no more of them (max_input_vars), and nobody has been asked for a signature yet. */
#define MAX_PARAMETERS 1000

struct _ResonateQuery
{
  GHashTable *parameters; /* (element-type utf8 Parameter): keys live in the parameter */
};

static void
parameter_free (Parameter *parameter)
{
  g_clear_pointer (&parameter->places, g_hash_table_unref);
  g_ptr_array_unref (parameter->values);
  g_free (parameter->name);
  g_free (parameter);
}

/* Decodes percent escapes and plus signs. What is no escape stays as it is. */
static char *
decode (const char *text, size_t length)
{
  GString *out = g_string_sized_new (length);

  for (size_t i = 0; i < length; i++)
    {
      if (text[i] == '+')
        g_string_append_c (out, ' ');
      else if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) &&
               g_ascii_isxdigit (text[i + 2]))
        {
          g_string_append_c (out, (char) (g_ascii_xdigit_value (text[i + 1]) << 4 |
                                          g_ascii_xdigit_value (text[i + 2])));
          i += 2;
        }
      else
        g_string_append_c (out, text[i]);
    }

  return g_string_free (out, FALSE);
}

/* Splits "x[k]" into its name and its key. Returns the key, or NULL when it is no list. */
static char *
split_name (char *name)
{
  char *bracket = strchr (name, '[');
  char *end = bracket != NULL ? strchr (bracket, ']') : NULL;
  char *key = NULL;

  if (end != NULL && bracket > name)
    {
      key = g_strndup (bracket + 1, end - bracket - 1);
      *bracket = '\0';
    }

  for (char *at = name; *at != '\0'; at++)
    {
      if (*at == '.' || *at == ' ' || *at == '[')
        *at = '_';
    }

  return key;
}

static Parameter *
ensure (ResonateQuery *self, const char *name, gboolean is_list)
{
  Parameter *parameter = g_hash_table_lookup (self->parameters, name);

  /* A plain value after a list, or the other way round, replaces what was there. */
  if (parameter != NULL && (parameter->places != NULL) == is_list)
    return parameter;

  parameter = g_new0 (Parameter, 1);
  parameter->name = g_strdup (name);
  parameter->values = g_ptr_array_new_with_free_func (g_free);
  if (is_list)
    parameter->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_replace (self->parameters, parameter->name, parameter);

  return parameter;
}

static void
put (ResonateQuery *self, const char *name, const char *key, const char *value)
{
  Parameter *parameter = ensure (self, name, key != NULL);
  g_autofree char *own_key = NULL;
  gpointer place = GUINT_TO_POINTER (0);
  guint n = parameter->values->len;
  gboolean is_known = n > 0;

  if (key != NULL)
    {
      own_key = *key != '\0' ? g_strdup (key) : g_strdup_printf ("%u", n);
      is_known = g_hash_table_lookup_extended (parameter->places, own_key, NULL, &place);
    }

  if (is_known)
    {
      g_free (parameter->values->pdata[GPOINTER_TO_UINT (place)]);
      parameter->values->pdata[GPOINTER_TO_UINT (place)] = g_strdup (value);
      return;
    }

  if (key != NULL)
    g_hash_table_insert (parameter->places, g_steal_pointer (&own_key), GUINT_TO_POINTER (n));
  g_ptr_array_add (parameter->values, g_strdup (value));
}

static void
parse_pair (ResonateQuery *self, const char *pair, size_t length)
{
  const char *equals = memchr (pair, '=', length);
  size_t name_length = equals != NULL ? (size_t) (equals - pair) : length;
  g_autofree char *name = decode (pair, name_length);
  g_autofree char *value = NULL;
  g_autofree char *key = NULL;
  char *start = name + strspn (name, " ");

  if (*start == '\0')
    return;

  value = equals != NULL ? decode (equals + 1, length - name_length - 1) : g_strdup ("");
  key = split_name (start);
  put (self, start, key, value);
}

/*
 * resonate_query_parse:
 * @text: (nullable): without the question mark, as it was sent
 */
ResonateQuery *
resonate_query_parse (const char *text)
{
  ResonateQuery *self = g_new0 (ResonateQuery, 1);

  self->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                            (GDestroyNotify) parameter_free);

  for (unsigned int i = 0; i < MAX_PARAMETERS && text != NULL && *text != '\0'; i++)
    {
      size_t length = strcspn (text, "&");

      parse_pair (self, text, length);
      text += length;
      if (*text == '&')
        text++;
    }

  return self;
}

void
resonate_query_free (ResonateQuery *self)
{
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_free (self);
}

/* Returns a plain value, or NULL when there is none or it is a list. */
const char *
resonate_query_get (ResonateQuery *self, const char *name)
{
  Parameter *parameter = g_hash_table_lookup (self->parameters, name);

  return parameter != NULL && parameter->places == NULL ? parameter->values->pdata[0] : NULL;
}

gboolean
resonate_query_is_list (ResonateQuery *self, const char *name)
{
  Parameter *parameter = g_hash_table_lookup (self->parameters, name);

  return parameter != NULL && parameter->places != NULL;
}

void
resonate_query_set (ResonateQuery *self, const char *name, const char *value)
{
  put (self, name, NULL, value);
}

void
resonate_query_remove (ResonateQuery *self, const char *name)
{
  g_hash_table_remove (self->parameters, name);
}

static gboolean
is_integer (const char *name)
{
  size_t digits = strspn (name, "0123456789");

  return digits > 0 && digits < 19 && name[digits] == '\0' && (digits == 1 || *name != '0');
}

/* Names in the order of their bytes; two that PHP takes for numbers in the order of their values.
 */
static int
compare (gconstpointer a, gconstpointer b)
{
  const Parameter *one = *(Parameter *const *) a;
  const Parameter *two = *(Parameter *const *) b;
  guint64 first, second;

  if (!is_integer (one->name) || !is_integer (two->name))
    return strcmp (one->name, two->name);

  first = g_ascii_strtoull (one->name, NULL, 10);
  second = g_ascii_strtoull (two->name, NULL, 10);

  return first < second ? -1 : first > second;
}

/* Appends `k1=v1&k2=v2`, sorted and not encoded; the elements of a list are joined by commas. */
void
resonate_query_append_canonical (ResonateQuery *self, GString *out)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer parameter;

  g_hash_table_iter_init (&iter, self->parameters);
  while (g_hash_table_iter_next (&iter, NULL, &parameter))
    g_ptr_array_add (sorted, parameter);
  g_ptr_array_sort (sorted, compare);

  for (unsigned int i = 0; i < sorted->len; i++)
    {
      const Parameter *at = sorted->pdata[i];

      g_string_append_printf (out, "%s%s=", i > 0 ? "&" : "", at->name);
      for (unsigned int j = 0; j < at->values->len; j++)
        g_string_append_printf (out, "%s%s", j > 0 ? "," : "", (char *) at->values->pdata[j]);
    }
}
