/* cmd-terminate.c: disconnects a user, or one client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "client.h"

/* A socket id is of one application only, and the server knows of which. */
static char *
dup_app_of_socket (Client *client, const char *socket, GError **error)
{
  g_autoptr (GVariant) facts = NULL;
  char *app = NULL;

  if (!resonate_dbus_gen_manager_call_get_connection_sync (client->manager, socket, CLIENT_FLAGS,
                                                           CLIENT_TIMEOUT_MS, &facts, NULL, error))
    return NULL;

  if (!g_variant_lookup (facts, "app", "s", &app))
    g_set_error (error, CLIENT_ERROR, CLIENT_ERROR_BAD_ANSWER,
                 _ ("The server does not say which application the client is of"));

  return app;
}

static gboolean
terminate_socket (Client *client, const char *app_id, const char *socket, GError **error)
{
  g_autofree char *known_id = app_id != NULL ? g_strdup (app_id)
                                             : dup_app_of_socket (client, socket, error);
  g_autoptr (ResonateDbusGenApp) app = NULL;

  if (known_id == NULL)
    return FALSE;

  app = client_dup_app (client, known_id, error);

  return app != NULL &&
         resonate_dbus_gen_app_call_terminate_connection_sync (app, socket, CLIENT_FLAGS,
                                                               CLIENT_TIMEOUT_MS, NULL, error);
}

static gboolean
terminate_user (
  Client *client, const char *app_id, const char *user, guint *n_terminated, GError **error)
{
  g_autoptr (ResonateDbusGenApp) app = client_dup_app (client, app_id, error);

  return app != NULL &&
         resonate_dbus_gen_app_call_terminate_user_sync (app, user, CLIENT_FLAGS, CLIENT_TIMEOUT_MS,
                                                         n_terminated, NULL, error);
}

static void
print_result (const Cli *cli, guint n_terminated)
{
  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "terminated");
      json_builder_add_int_value (builder, n_terminated);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    g_print (ngettext ("%u connection is closed.\n", "%u connections are closed.\n", n_terminated),
             n_terminated);
}

CliStatus
cmd_terminate (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = NULL;
  g_autofree char *app_id = NULL;
  g_autofree char *user = NULL;
  g_autofree char *socket = NULL;
  g_auto (GStrv) words = NULL;
  guint n_terminated = 1;
  gboolean done;
  const GOptionEntry entries[] = {
    { "app", 'a', 0, G_OPTION_ARG_FILENAME, &app_id,
      N_ ("The id of the application, if there are several"), N_ ("APP") },
    { "user", 'u', 0, G_OPTION_ARG_FILENAME, &user, N_ ("Every connection of this user"),
      N_ ("ID") },
    { "socket", 's', 0, G_OPTION_ARG_FILENAME, &socket, N_ ("Only this client"), N_ ("ID") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl terminate");
  g_option_context_set_summary (context,
                                _ ("Closes the connections of a user, or one connection."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 0))
    return CLI_USAGE;

  if ((user == NULL) == (socket == NULL))
    return cli_usage (_ ("It takes one of --user and --socket"));

  client = client_new (cli, &error);
  if (client == NULL)
    return client_failed (error);

  done = user != NULL ? terminate_user (client, app_id, user, &n_terminated, &error)
                      : terminate_socket (client, app_id, socket, &error);
  if (!done)
    return client_failed (error);

  print_result (cli, n_terminated);

  return CLI_DONE;
}
