/* cmd-publish.c: sends an event to a channel
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "client.h"

/* What clients take for an event that has nothing to say besides its name. */
#define NO_DATA "{}"

static gboolean
publish (ResonateDbusGenApp *app,
         const char *channel,
         const char *event,
         const char *data,
         const char *except,
         GError **error)
{
  const char *const channels[] = { channel, NULL };

  return resonate_dbus_gen_app_call_publish_sync (app, event, channels, data, except, CLIENT_FLAGS,
                                                  CLIENT_TIMEOUT_MS, NULL, error);
}

static void
print_json (ResonateDbusGenApp *app, const char *channel, const char *event)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_json_string (builder, "app", resonate_dbus_gen_app_get_id (app));
  cli_json_string (builder, "channel", channel);
  cli_json_string (builder, "event", event);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

CliStatus
cmd_publish (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = NULL;
  g_autoptr (ResonateDbusGenApp) app = NULL;
  g_autofree char *app_id = NULL;
  g_autofree char *except = NULL;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "app", 'a', 0, G_OPTION_ARG_FILENAME, &app_id,
      N_ ("The id of the application, if there are several"), N_ ("APP") },
    { "except", 'x', 0, G_OPTION_ARG_FILENAME, &except, N_ ("Do not tell this client"),
      N_ ("SOCKET") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL,
      N_ ("CHANNEL EVENT [DATA]") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl publish");
  g_option_context_set_summary (
    context,
    _ ("Sends an event to everybody on a channel, as a back end does. DATA is sent as it is; "
       "clients expect JSON. Without it, it is {}. What begins with a hyphen stands behind "
       "“--”."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 2, 3))
    return CLI_USAGE;

  client = client_new (cli, &error);
  app = client != NULL ? client_dup_app (client, app_id, &error) : NULL;
  if (app == NULL || !publish (app, words[0], words[1], words[2] != NULL ? words[2] : NO_DATA,
                               except != NULL ? except : "", &error))
    return client_failed (error);

  if (cli->json)
    print_json (app, words[0], words[1]);

  return CLI_DONE;
}
