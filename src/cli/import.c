/* import.c: what the three importers share
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "../base/resonate-error.h"
#include "../config/resonate-config-file-private.h"
#include "../config/resonate-config-value-private.h"
#include "import.h"

/* json-glib recurses, and a file nests as deep as somebody likes. */
#define MAX_DEPTH 64

/* What json-glib would take beyond JSON, such as a quote in a comment, would hide brackets from the
 * count, so it is refused first. */
static gboolean
check_shape (const char *file, const char *text, size_t length, GError **error)
{
  unsigned int depth = 0;
  gboolean quoted = FALSE;

  for (size_t i = 0; i < length; i++)
    {
      if (quoted)
        {
          quoted = text[i] != '"';
          i += text[i] == '\\';
        }
      else if (text[i] == '"')
        quoted = TRUE;
      else if (text[i] == '{' || text[i] == '[')
        depth++;
      else if (text[i] == '}' || text[i] == ']')
        depth -= depth > 0;
      else if (!g_ascii_isalnum (text[i]) && strchr (",:+-. \t\r\n", text[i]) == NULL)
        {
          g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX, _ ("%s: this is not JSON: %s"),
                       file, _ ("there is text outside of quotes"));
          return FALSE;
        }

      if (depth > MAX_DEPTH)
        {
          g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX,
                       _ ("%s: it is nested more than %d deep"), file, MAX_DEPTH);
          return FALSE;
        }
    }

  return TRUE;
}

/*
 * import_parse:
 * @file: the name to put into errors
 *
 * Returns: (transfer full) (nullable): an object
 */
JsonNode *
import_parse (const char *file, const char *text, size_t length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) problem = NULL;
  JsonNode *root;

  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX,
                   _ ("%s: this is not text in UTF-8"), file);
      return NULL;
    }

  if (!check_shape (file, text, length, error))
    return NULL;

  if (!json_parser_load_from_data (parser, text, (gssize) length, &problem))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX, _ ("%s: this is not JSON: %s"),
                   file, problem->message);
      return NULL;
    }

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX,
                   _ ("%s: this is JSON, but no object"), file);
      return NULL;
    }

  return json_node_copy (root);
}

/*
 * import_lookup:
 * @path: names of members with dots between them
 *
 * Returns: (transfer none) (nullable): what is there, and is not null
 */
JsonNode *
import_lookup (JsonObject *root, const char *path)
{
  const char *dot;
  JsonNode *node = json_object_get_member (root, path);

  /* soketi takes `appManager.array.apps` for one name and for three. */
  if (node == NULL)
    for (dot = strchr (path, '.'); dot != NULL; dot = strchr (dot + 1, '.'))
      {
        g_autofree char *head = g_strndup (path, (size_t) (dot - path));

        node = json_object_get_member (root, head);
        if (node != NULL)
          return JSON_NODE_HOLDS_OBJECT (node)
                   ? import_lookup (json_node_get_object (node), dot + 1)
                   : NULL;
      }

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

/* A number, a string or a truth as text; NULL for anything else. */
char *
import_dup_text (JsonNode *node)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;

  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return json_node_dup_string (node);

    case G_TYPE_BOOLEAN:
      return g_strdup (json_node_get_boolean (node) ? "true" : "false");

    case G_TYPE_INT64:
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));

    default:
      return g_strdup (g_ascii_dtostr (number, sizeof number, json_node_get_double (node)));
    }
}

/* Writes a value down as it will be read. */
void
import_write (Import *self, const char *group, const char *name, const char *value)
{
  g_autofree char *escaped = resonate_config_file_dup_escaped (value);

  g_key_file_set_value (self->file, group, name, escaped);
}

/*
 * import_set:
 * @where: what the other configuration calls it
 *
 * Sets a key, if our server would take the value.
 */
gboolean
import_set (Import *self,
            const char *group,
            const char *where,
            const char *name,
            const char *value,
            GError **error)
{
  const char *kind = resonate_config_group_get_kind (group);
  const ResonateConfigKey *key = resonate_config_keys_find (kind, name);
  g_auto (GValue) parsed = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_assert (key != NULL);

  /* An option that was left empty was left alone. */
  if (*value == '\0')
    return TRUE;

  if (!resonate_config_value_parse (key, value, &parsed, error))
    {
      g_prefix_error (error, "%s: ", where);
      return FALSE;
    }

  text = resonate_config_value_format (key, &parsed);
  import_write (self, group, name, text);

  return TRUE;
}

/* A list as `a;b`. NULL when it is no list of strings. */
static char *
dup_list (JsonNode *node)
{
  g_autoptr (GString) list = g_string_new (NULL);
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (unsigned int i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      g_autofree char *text = import_dup_text (json_array_get_element (array, i));

      if (text == NULL || strchr (text, ';') != NULL)
        return NULL;
      g_string_append_printf (list, "%s%s", i > 0 ? ";" : "", text);
    }

  return array != NULL ? g_strdup (list->str) : NULL;
}

/* A number of units, fractions included, as a whole number of a smaller one. */
static char *
dup_scaled (JsonNode *node, double factor, const char *unit)
{
  g_autofree char *text = import_dup_text (node);
  char *end;
  double number;

  if (text == NULL)
    return NULL;

  number = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(number >= 0 && number * factor < 1e15))
    return NULL;

  return g_strdup_printf ("%" G_GINT64_FORMAT "%s", (int64_t) (number * factor), unit);
}

static char *
dup_converted (JsonNode *node, ImportHow how)
{
  g_autofree char *text = NULL;

  switch (how)
    {
    case IMPORT_LIST:
      return dup_list (node);

    case IMPORT_MS:
      return dup_scaled (node, 1, "ms");

    case IMPORT_KIB:
      return dup_scaled (node, 1024, "");

    case IMPORT_MIB:
      return dup_scaled (node, 1048576, "");

    case IMPORT_CLIENT_EVENTS:
      text = import_dup_text (node);
      if (text == NULL)
        return NULL;
      return g_strdup (strcmp (text, "true") == 0 || strcmp (text, "1") == 0 ? "members" : "none");

    case IMPORT_TEXT:
    case IMPORT_KEEP:
    default:
      return import_dup_text (node);
    }
}

static gboolean
apply_rule (Import *self,
            const ImportRule *rule,
            JsonNode *node,
            const char *where,
            const char *group,
            GError **error)
{
  g_autofree char *value = NULL;

  if (rule->how == IMPORT_KEEP)
    return TRUE;

  if (rule->name == NULL)
    {
      g_ptr_array_add (self->notes, g_strdup_printf ("%s: %s", where, _ (rule->note)));
      return TRUE;
    }

  value = dup_converted (node, rule->how);
  if (value == NULL)
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX,
                   _ ("%s: this is no value that %s could take"), where, rule->name);
      return FALSE;
    }

  return import_set (self, group, where, rule->name, value, error);
}

/* The longest rule that is @path, or that @path is inside of. */
static const ImportRule *
find_rule (const ImportRule *rules, size_t n_rules, const char *path)
{
  const ImportRule *found = NULL;

  for (size_t i = 0; i < n_rules; i++)
    {
      size_t length = strlen (rules[i].path);

      if (strncmp (path, rules[i].path, length) == 0 &&
          (path[length] == '\0' || path[length] == '.') &&
          (found == NULL || length > strlen (found->path)))
        found = &rules[i];
    }

  return found;
}

static gboolean
walk (Import *self,
      JsonObject *object,
      const char *path,
      const char *prefix,
      const char *group,
      const ImportRule *rules,
      size_t n_rules,
      GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *member = members; member != NULL; member = member->next)
    {
      JsonNode *node = json_object_get_member (object, member->data);
      g_autofree char *here = *path != '\0' ? g_strdup_printf ("%s.%s", path, (char *) member->data)
                                            : g_strdup (member->data);
      g_autofree char *where = g_strconcat (prefix, here, NULL);
      const ImportRule *rule = find_rule (rules, n_rules, here);

      if (JSON_NODE_HOLDS_NULL (node))
        continue;

      if (rule != NULL && (strcmp (rule->path, here) == 0 || rule->name == NULL))
        {
          if (!apply_rule (self, rule, node, where, group, error))
            return FALSE;
        }
      else if (JSON_NODE_HOLDS_OBJECT (node))
        {
          if (!walk (self, json_node_get_object (node), here, prefix, group, rules, n_rules, error))
            return FALSE;
        }
      else if (!JSON_NODE_HOLDS_ARRAY (node) ||
               json_array_get_length (json_node_get_array (node)) > 0)
        g_ptr_array_add (self->notes, g_strdup_printf (_ ("%s: has no equal here"), where));
    }

  return TRUE;
}

/*
 * import_by_rules:
 * @prefix: what stands before a path in messages
 * @group: where the keys go
 * @rules: what is known about the members of @root; what they do not know is noted
 */
gboolean
import_by_rules (Import *self,
                 JsonObject *root,
                 const char *prefix,
                 const char *group,
                 const ImportRule *rules,
                 size_t n_rules,
                 GError **error)
{
  return walk (self, root, "", prefix, group, rules, n_rules, error);
}

/*
 * import_dup_group:
 * @where: what the other configuration calls the application
 * @id_name: the member with its id
 *
 * Returns: (transfer full) (nullable): a group for an application that has all it needs
 */
char *
import_dup_group (
  Import *self, JsonObject *app, const char *where, const char *id_name, GError **error)
{
  const char *const needed[] = { id_name, "key", "secret" };
  g_autoptr (ResonateConfigSettings) settings = resonate_config_settings_new ();
  g_autofree char *id = NULL;
  g_autofree char *group = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autofree char *text = import_dup_text (json_object_get_member (app, needed[i]));

      if (text == NULL || *text == '\0')
        {
          g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG, _ ("%s: it has no %s"), where,
                       needed[i]);
          return NULL;
        }
    }

  id = import_dup_text (json_object_get_member (app, id_name));
  group = resonate_config_settings_dup_app_group (id);
  if (!resonate_config_settings_add_group (settings, group, where, error))
    return NULL;

  if (g_key_file_has_group (self->file, group))
    {
      g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_CONFIG,
                   _ ("%s: there is an application with the id %s already"), where, id);
      return NULL;
    }

  return g_steal_pointer (&group);
}
