/* cmd-import.c: the configuration of another server becomes one of Resonate
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "cli.h"
#include "import.h"

/* A configuration is some kilobytes long; a file that is not one shall not fill the memory. */
#define MAX_BYTES (16 * 1024 * 1024)

typedef gboolean (*JsonImporter) (Import *self, JsonObject *root, GError **error);

static void
import_clear (Import *self)
{
  g_clear_pointer (&self->file, g_key_file_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

/* `-` is standard input, so that PHP can be piped into us. */
static GBytes *
read_file (const char *file, GError **error)
{
  g_autoptr (GFile) location = g_file_new_for_commandline_arg (file);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GByteArray) all = g_byte_array_new ();

  if (strcmp (file, "-") == 0)
    stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  else
    {
      stream = G_INPUT_STREAM (g_file_read (location, NULL, error));
      if (stream == NULL)
        return NULL;
    }

  do
    {
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = g_input_stream_read_bytes (stream, 65536, NULL, error);
      if (bytes == NULL)
        return NULL;
      g_byte_array_append (all, g_bytes_get_data (bytes, NULL),
                           (unsigned int) g_bytes_get_size (bytes));
      if (all->len > MAX_BYTES)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                       _ ("%s: it is longer than a configuration can be"), file);
          return NULL;
        }
    }
  while (g_bytes_get_size (bytes) > 0);

  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

static gboolean
import_json (Import *self, JsonImporter importer, const char *file, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (file, error);
  g_autoptr (JsonNode) root = NULL;
  const char *text;
  size_t length;

  if (bytes == NULL)
    return FALSE;

  text = g_bytes_get_data (bytes, &length);
  root = import_parse (file, text != NULL ? text : "", length, error);

  return root != NULL && importer (self, json_node_get_object (root), error);
}

/* Two applications with one key would be refused by the server; here the file can still be changed.
 */
static CliStatus
check_keys (const Import *self)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->file, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (char **group = groups; *group != NULL; group++)
    {
      char *key = g_key_file_get_string (self->file, *group, "key", NULL);

      if (key != NULL && !g_hash_table_add (seen, key))
        return cli_failed (_ ("[%s]: another application has the same key"), *group);
    }

  return CLI_DONE;
}

static void
print_result (const Cli *cli, const Import *self)
{
  g_autofree char *text = g_key_file_to_data (self->file, NULL, NULL);

  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      cli_json_string (builder, "config", text);
      cli_json_strings (builder, "notes", self->notes);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    {
      g_print ("%s", text);
      for (unsigned int i = 0; i < self->notes->len; i++)
        cli_note ("%s", (const char *) self->notes->pdata[i]);
    }
}

CliStatus
cmd_import (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("reverb|env|soketi FILE");
  g_auto (Import) self = { NULL };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_set_prgname ("resonatectl import");
  g_option_context_set_summary (
    context,
    _ (
      "reverb: what “php -r 'echo json_encode(require \"config/reverb.php\");'” prints\n"
      "env: the .env of a Laravel application\n"
      "soketi: its config.json\n\n"
      "The result goes to standard output and holds secrets: “umask 077” first. What has no equal\n"
      "is named on standard error. FILE may be - for standard input, except for env."));
  if (!cli_parse (cli, context, NULL, &argc, &argv))
    return CLI_USAGE;

  if (argc != 3)
    return cli_usage (_ ("It takes one of reverb, env and soketi, and a file"));

  self.file = g_key_file_new ();
  self.notes = g_ptr_array_new_with_free_func (g_free);
  if (strcmp (argv[1], "reverb") == 0)
    ok = import_json (&self, import_reverb, argv[2], &error);
  else if (strcmp (argv[1], "soketi") == 0)
    ok = import_json (&self, import_soketi, argv[2], &error);
  else if (strcmp (argv[1], "env") == 0)
    ok = import_env (&self, argv[2], &error);
  else
    return cli_usage (_ ("There is no “%s”; it takes one of reverb, env and soketi"), argv[1]);

  if (!ok)
    return cli_failed ("%s", error->message);

  if (check_keys (&self) != CLI_DONE)
    return CLI_FAILED;

  print_result (cli, &self);

  return CLI_DONE;
}
