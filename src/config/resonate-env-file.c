/* resonate-env-file.c: the `.env` of a Laravel application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <string.h>

#include "resonate-env-file-private.h"

#include "../base/resonate-error.h"
#include "resonate-config-lines-private.h"

/* The grammar is that of vlucas/phpdotenv 5, which Laravel reads its file with: a file that works
 * there means the same here, and what it refuses is refused here, with the line. */
typedef struct
{
  const char *file;
  const char *at;
  unsigned int number;
  GPtrArray *entries; /* (element-type ResonateEnvEntry) */
  const char *const *environment;
  size_t replaced; /* bytes that stood for a name so far */
} Parser;

/* Names that stand for names that stand for names double with each line. */
#define MAX_REPLACED (1024 * 1024)

static void
entry_free (ResonateEnvEntry *self)
{
  if (self->value != NULL)
    explicit_bzero (self->value, strlen (self->value));
  g_free (self->value);
  g_free (self->name);
  g_free (self);
}

static gboolean
fail (const Parser *parser, const char *problem, GError **error)
{
  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "%s:%u: %s", parser->file,
               parser->number, problem);

  return FALSE;
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

static gboolean
is_end (char c)
{
  return c == '\n' || c == '\0';
}

static void
skip_blanks (Parser *parser)
{
  while (is_blank (*parser->at))
    parser->at++;
}

static void
skip_line (Parser *parser)
{
  while (!is_end (*parser->at))
    parser->at++;

  if (*parser->at == '\n')
    {
      parser->at++;
      parser->number++;
    }
}

/* At a `$`: appends what `${NAME}` stands for, or the sign itself where it stands for nothing. */
static gboolean
interpolate (Parser *parser, GString *value, GError **error)
{
  size_t length = parser->at[1] == '{' ? strcspn (parser->at + 2, "}\n") : 0;
  g_autofree char *name = g_strndup (parser->at + 2, length);
  const ResonateEnvEntry *entry;
  const char *found;

  if (length == 0 || parser->at[2 + length] != '}')
    {
      g_string_append_c (value, *parser->at++);
      return TRUE;
    }

  /* The environment wins over the file, here as elsewhere. */
  found = g_environ_getenv ((char **) parser->environment, name);
  entry = resonate_env_file_find (parser->entries, name);
  if (found == NULL && entry != NULL)
    found = entry->value;

  parser->replaced += found != NULL ? strlen (found) : 0;
  if (parser->replaced > MAX_REPLACED)
    return fail (parser, "what ${…} stands for comes to more than 1 MiB by now", error);

  if (found != NULL)
    g_string_append (value, found);
  else
    g_string_append_printf (value, "${%s}", name);
  parser->at += length + 3;

  return TRUE;
}

static gboolean
parse_escape (Parser *parser, GString *value, GError **error)
{
  static const char letters[] = "\"\\$fnrtv";
  static const char meanings[] = "\"\\$\f\n\r\t\v";
  const char *found = *parser->at != '\0' ? strchr (letters, *parser->at) : NULL;

  if (found == NULL)
    return fail (parser, "a backslash in double quotes is followed by one of \" \\ $ f n r t v",
                 error);

  g_string_append_c (value, meanings[found - letters]);
  parser->at++;

  return TRUE;
}

/* Behind the opening quote. Values in quotes may go on over several lines. */
static gboolean
parse_quoted (Parser *parser, char quote, GString *value, GError **error)
{
  Parser start = *parser;

  while (*parser->at != quote)
    {
      if (*parser->at == '\0')
        return fail (&start, "a quote is opened and not closed", error);

      if (quote == '"' && *parser->at == '$')
        {
          if (!interpolate (parser, value, error))
            return FALSE;
        }
      else if (quote == '"' && *parser->at == '\\')
        {
          parser->at++;
          if (!parse_escape (parser, value, error))
            return FALSE;
        }
      else
        {
          parser->number += *parser->at == '\n';
          g_string_append_c (value, *parser->at++);
        }
    }
  parser->at++;

  return TRUE;
}

static gboolean
parse_value (Parser *parser, GString *value, GError **error)
{
  skip_blanks (parser);
  if (*parser->at == '"' || *parser->at == '\'')
    {
      char quote = *parser->at++;

      if (!parse_quoted (parser, quote, value, error))
        return FALSE;
    }
  else
    {
      while (!is_end (*parser->at) && !is_blank (*parser->at) && *parser->at != '#')
        if (*parser->at != '$')
          g_string_append_c (value, *parser->at++);
        else if (!interpolate (parser, value, error))
          return FALSE;
    }

  skip_blanks (parser);
  if (!is_end (*parser->at) && *parser->at != '#')
    return fail (parser, "a value with blanks needs quotes around it", error);

  return TRUE;
}

/* `export` without a name behind it is a name itself. */
static gboolean
is_export (const char *at)
{
  if (!g_str_has_prefix (at, "export ") && !g_str_has_prefix (at, "export\t"))
    return FALSE;

  at += strlen ("export ");
  while (is_blank (*at))
    at++;

  return !is_end (*at);
}

static gboolean
parse_line (Parser *parser, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GString) value = NULL;
  ResonateEnvEntry *entry;
  unsigned int number = parser->number;
  size_t length;

  if (is_export (parser->at))
    parser->at += strlen ("export ");
  skip_blanks (parser);

  length = strcspn (parser->at, "= \t\r\n#");
  name = g_strndup (parser->at, length);
  parser->at += length;
  skip_blanks (parser);

  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '_' && *at != '.')
      return fail (parser, "a name consists of letters, digits and underscores", error);

  if (*name == '\0')
    return fail (parser,
                 *parser->at == '=' ? "a name belongs before the =" : "a line is NAME=value",
                 error);

  if (*parser->at == '=')
    {
      parser->at++;
      value = g_string_new (NULL);
      if (!parse_value (parser, value, error))
        return FALSE;
    }
  else if (!is_end (*parser->at) && *parser->at != '#')
    return fail (parser, "a line is NAME=value", error);

  entry = g_new0 (ResonateEnvEntry, 1);
  entry->name = g_steal_pointer (&name);
  entry->value = value != NULL ? g_strdup (value->str) : NULL;
  entry->number = number;
  g_ptr_array_add (parser->entries, entry);

  return TRUE;
}

/*
 * resonate_env_file_parse:
 * @file: the name to put into errors
 * @text: what is in it
 * @environment: what `${NAME}` may stand for beside the names of the file
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (element-type ResonateEnvEntry): the names and values, top to bottom
 */
GPtrArray *
resonate_env_file_parse (const char *file,
                         const char *text,
                         const char *const *environment,
                         GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  Parser parser = { file, text, 1, entries, environment, 0 };

  while (*parser.at != '\0')
    {
      skip_blanks (&parser);
      if (!is_end (*parser.at) && *parser.at != '#' && !parse_line (&parser, error))
        return NULL;
      skip_line (&parser);
    }

  return g_steal_pointer (&entries);
}

GPtrArray *
resonate_env_file_load (const char *file, const char *const *environment, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = NULL;
  size_t length;

  if (!g_file_get_contents (file, &text, &length, &problem))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, "The .env file: %s",
                   problem->message);
      return NULL;
    }

  if (resonate_config_lines_check_text (file, text, length, error))
    entries = resonate_env_file_parse (file, text, environment, error);
  explicit_bzero (text, length);

  return g_steal_pointer (&entries);
}

/*
 * resonate_env_file_find:
 *
 * Returns: (transfer none) (nullable): the last entry of that name, which is the one that counts
 */
const ResonateEnvEntry *
resonate_env_file_find (GPtrArray *entries, const char *name)
{
  for (unsigned int i = entries->len; i-- > 0;)
    {
      const ResonateEnvEntry *entry = g_ptr_array_index (entries, i);

      if (strcmp (entry->name, name) == 0)
        return entry;
    }

  return NULL;
}

/*
 * resonate_env_dup_converted:
 * @value: (nullable): what a variable of the environment holds
 *
 * Reads a value as Laravel's env() does: `(true)` is true, `null` and `empty` are nothing, and one
 * pair of quotes is taken off.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL when there is none
 */
char *
resonate_env_dup_converted (const char *value)
{
  static const struct
  {
    const char *word;
    const char *meaning;
  } words[] = {
    { "true", "true" }, { "(true)", "true" }, { "false", "false" }, { "(false)", "false" },
    { "null", NULL },   { "(null)", NULL },   { "empty", NULL },    { "(empty)", NULL },
  };
  size_t length;

  if (value == NULL || *value == '\0')
    return NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (value, words[i].word) == 0)
      return g_strdup (words[i].meaning);

  length = strlen (value);
  if (length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value)
    return length > 2 ? g_strndup (value + 1, length - 2) : NULL;

  return g_strdup (value);
}
