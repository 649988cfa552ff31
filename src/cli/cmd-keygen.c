/* cmd-keygen.c: the credentials of one application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "../base/resonate-random-private.h"
#include "cli.h"
#include "credentials.h"

/* The forms of the reference implementation: scripts know an application by them. */
#define ALPHABET   "abcdefghijklmnopqrstuvwxyz0123456789"
#define KEY_LENGTH 20
#define FIRST_ID   100000
#define LAST_ID    999999

/* Makes up what is missing. */
void
credentials_fill (Credentials *self)
{
  if (self->id == NULL)
    self->id = g_strdup_printf ("%u",
                                FIRST_ID + resonate_random_uint32_below (LAST_ID - FIRST_ID + 1));
  if (self->key == NULL)
    self->key = resonate_random_text (ALPHABET, KEY_LENGTH);
  if (self->secret == NULL)
    self->secret = resonate_random_text (ALPHABET, KEY_LENGTH);
}

void
credentials_clear (Credentials *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->key, g_free);
  if (self->secret != NULL)
    explicit_bzero (self->secret, strlen (self->secret));
  g_clear_pointer (&self->secret, g_free);
}

CliStatus
cmd_keygen (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (Credentials) made = { NULL };

  g_set_prgname ("resonatectl keygen");
  g_option_context_set_summary (context, _ ("Makes the id, key and secret of one application. "
                                            "Nothing is stored."));
  if (!cli_parse (cli, context, NULL, &argc, &argv))
    return CLI_USAGE;

  if (argc > 1)
    return cli_usage (_ ("“%s” is one argument too many"), argv[1]);

  credentials_fill (&made);
  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      cli_json_string (builder, "id", made.id);
      cli_json_string (builder, "key", made.key);
      cli_json_string (builder, "secret", made.secret);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    g_print ("id      %s\nkey     %s\nsecret  %s\n", made.id, made.key, made.secret);

  return CLI_DONE;
}
