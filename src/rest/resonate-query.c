/* resonate-query.c: the query of a request, read as PHP reads it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-query"

#include "config.h"

#include "resonate-query-private.h"

#include <stdlib.h>
#include <string.h>

/* A signature covers the parameters as PHP's parse_str () and ksort () see them, so they are read
 * the same way here: "a.b" is called "a_b", "x[]=1&x[]=2" is a list, of a name given twice the last
 * counts (spec: REST authentication, 6.3). */

/* PHP reads no more of them (max_input_vars), and nobody has been asked for a signature yet. */
#define MAX_PARAMETERS 1000

typedef struct
{
  GPtrArray *values;  /* (element-type utf8): in the query's text */
  GHashTable *places; /* (element-type utf8 guint): where a key has its value */
} List;

/* Requests have a handful of parameters, so they are looked for from the first to the last; the
 * hash keeps that cheap for a thousand of them. */
typedef struct
{
  guint hash;
  const char *name;  /* in the query's text */
  const char *value; /* in the query's text */
  List *list;        /* (owned) (nullable): instead of the value */
} Parameter;

struct _ResonateQuery
{
  char *text;       /* as it was sent, and decoded where it lies */
  gboolean escaped; /* nearly none is, and then there is nothing to decode */
  Parameter *parameters;
  unsigned int n_parameters;
};

static List *
list_new (void)
{
  List *list = g_new0 (List, 1);

  list->values = g_ptr_array_new ();
  list->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return list;
}

static void
list_free (List *list)
{
  g_hash_table_unref (list->places);
  g_ptr_array_unref (list->values);
  g_free (list);
}

/* An empty key is the next number. A key that is there has its value replaced where it is. */
static void
list_put (List *list, const char *key, char *value)
{
  guint n = list->values->len;
  g_autofree char *own_key = *key != '\0' ? g_strdup (key) : g_strdup_printf ("%u", n);
  gpointer place;

  if (g_hash_table_lookup_extended (list->places, own_key, NULL, &place))
    {
      list->values->pdata[GPOINTER_TO_UINT (place)] = value;
      return;
    }

  g_hash_table_insert (list->places, g_steal_pointer (&own_key), GUINT_TO_POINTER (n));
  g_ptr_array_add (list->values, value);
}

/* Decodes percent escapes and plus signs. What is no escape stays as it is. */
static void
decode (char *text)
{
  char *out = text;

  for (; *text != '\0'; text++)
    {
      if (*text == '+')
        *out++ = ' ';
      else if (*text == '%' && g_ascii_isxdigit (text[1]) && g_ascii_isxdigit (text[2]))
        {
          *out++ = (char) (g_ascii_xdigit_value (text[1]) << 4 | g_ascii_xdigit_value (text[2]));
          text += 2;
        }
      else
        *out++ = *text;
    }
  *out = '\0';
}

/* Splits "x[k]" into its name and its key. Returns the key, or NULL when it is no list. */
static const char *
split_name (char *name)
{
  char *bracket = strchr (name, '[');
  char *end = bracket != NULL ? strchr (bracket, ']') : NULL;
  const char *key = NULL;

  if (end != NULL && bracket > name)
    {
      key = bracket + 1;
      *bracket = '\0';
      *end = '\0';
    }

  for (char *at = name; *at != '\0'; at++)
    {
      if (*at == '.' || *at == ' ' || *at == '[')
        *at = '_';
    }

  return key;
}

static Parameter *
find (ResonateQuery *self, const char *name)
{
  guint hash = g_str_hash (name);

  for (unsigned int i = 0; i < self->n_parameters; i++)
    {
      Parameter *at = &self->parameters[i];

      if (at->hash == hash && strcmp (at->name, name) == 0)
        return at;
    }

  return NULL;
}

static void
put (ResonateQuery *self, const char *name, const char *key, char *value)
{
  Parameter *parameter = find (self, name);

  if (parameter == NULL)
    {
      parameter = &self->parameters[self->n_parameters++];
      *parameter = (Parameter){ .hash = g_str_hash (name), .name = name };
    }

  /* A plain value after a list, or the other way round, replaces what was there. */
  if (key == NULL)
    {
      g_clear_pointer (&parameter->list, list_free);
      parameter->value = value;
      return;
    }

  if (parameter->list == NULL)
    parameter->list = list_new ();
  list_put (parameter->list, key, value);
}

static void
parse_pair (ResonateQuery *self, char *pair)
{
  char *value = pair + strcspn (pair, "=");
  char *name = pair;
  const char *key;

  if (*value == '=')
    *value++ = '\0';

  if (self->escaped)
    {
      decode (name);
      decode (value);
    }
  name += strspn (name, " ");
  if (*name == '\0')
    return;

  key = split_name (name);
  put (self, name, key, value);
}

static unsigned int
count_pairs (const char *text)
{
  unsigned int n = 1;

  while (n < MAX_PARAMETERS && (text = strchr (text, '&')) != NULL)
    {
      n++;
      text++;
    }

  return n;
}

/*
 * resonate_query_parse:
 * @text: (nullable): without the question mark, as it was sent
 */
ResonateQuery *
resonate_query_parse (const char *text)
{
  ResonateQuery *self = g_new0 (ResonateQuery, 1);
  unsigned int n;
  char *at;

  if (text == NULL)
    return self;

  self->escaped = strchr (text, '%') != NULL || strchr (text, '+') != NULL;
  n = count_pairs (text);
  self->parameters = g_new (Parameter, n);
  self->text = at = g_strdup (text);
  for (unsigned int i = 0; i < n; i++)
    {
      char *pair = at;

      at += strcspn (at, "&");
      if (*at == '&')
        *at++ = '\0';
      parse_pair (self, pair);
    }

  return self;
}

void
resonate_query_free (ResonateQuery *self)
{
  for (unsigned int i = 0; i < self->n_parameters; i++)
    g_clear_pointer (&self->parameters[i].list, list_free);
  g_free (self->parameters);
  g_free (self->text);
  g_free (self);
}

/* Returns a plain value, or NULL when there is none or it is a list. */
const char *
resonate_query_get (ResonateQuery *self, const char *name)
{
  const Parameter *parameter = find (self, name);

  return parameter != NULL && parameter->list == NULL ? parameter->value : NULL;
}

gboolean
resonate_query_is_list (ResonateQuery *self, const char *name)
{
  const Parameter *parameter = find (self, name);

  return parameter != NULL && parameter->list != NULL;
}

static gboolean
is_integer (const char *name)
{
  size_t digits;

  if (!g_ascii_isdigit (*name))
    return FALSE;

  digits = strspn (name, "0123456789");

  return digits < 19 && name[digits] == '\0' && (digits == 1 || *name != '0');
}

static int
compare_names (const void *a, const void *b)
{
  const Parameter *one = *(const Parameter *const *) a;
  const Parameter *two = *(const Parameter *const *) b;

  return strcmp (one->name, two->name);
}

static int
compare_integers (const void *a, const void *b)
{
  const Parameter *one = *(const Parameter *const *) a;
  const Parameter *two = *(const Parameter *const *) b;
  guint64 first = g_ascii_strtoull (one->name, NULL, 10);
  guint64 second = g_ascii_strtoull (two->name, NULL, 10);

  return first < second ? -1 : first > second;
}

/* PHP compares two names that are numbers by value and all others by their bytes. That is no order
 * of 9, 10 and 1a, each of which comes before the next: it depends on how they were sent. Numbers
 * that change places among themselves only are PHP's order wherever there is one. */
static void
sort (const Parameter **parameters, unsigned int n)
{
  const Parameter *integers[MAX_PARAMETERS + 1];
  unsigned int n_integers = 0;

  qsort (parameters, n, sizeof parameters[0], compare_names);
  for (unsigned int i = 0; i < n; i++)
    {
      if (is_integer (parameters[i]->name))
        integers[n_integers++] = parameters[i];
    }

  if (n_integers < 2)
    return;

  qsort (integers, n_integers, sizeof integers[0], compare_integers);
  for (unsigned int i = n; i > 0 && n_integers > 0; i--)
    {
      if (is_integer (parameters[i - 1]->name))
        parameters[i - 1] = integers[--n_integers];
    }
}

static gboolean
is_signed (const char *name)
{
  static const char *const others[] = { "auth_signature", "body_md5", "appId", "appKey",
                                        "channelName" };

  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    {
      if (strcmp (name, others[i]) == 0)
        return FALSE;
    }

  return TRUE;
}

static void
append_parameter (const Parameter *parameter, GString *out)
{
  g_string_append (out, parameter->name);
  g_string_append_c (out, '=');
  if (parameter->list == NULL)
    {
      g_string_append (out, parameter->value);
      return;
    }

  for (unsigned int i = 0; i < parameter->list->values->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append (out, parameter->list->values->pdata[i]);
    }
}

/*
 * resonate_query_append_canonical:
 * @body_md5: (nullable): the MD5 of the body that came
 *
 * Appends what is signed, `k1=v1&k2=v2`, sorted and not encoded; the elements of a list are joined
 * by commas. What the query says of the body is never part of it, @body_md5 is.
 */
void
resonate_query_append_canonical (ResonateQuery *self, const char *body_md5, GString *out)
{
  const Parameter md5 = { .name = "body_md5", .value = body_md5 };
  const Parameter *sorted[MAX_PARAMETERS + 1];
  unsigned int n = 0;

  for (unsigned int i = 0; i < self->n_parameters; i++)
    {
      if (is_signed (self->parameters[i].name))
        sorted[n++] = &self->parameters[i];
    }
  if (body_md5 != NULL)
    sorted[n++] = &md5;
  sort (sorted, n);

  for (unsigned int i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, '&');
      append_parameter (sorted[i], out);
    }
}
