/* cmd-monitor.c: follows what clients and back ends do
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "event-printer.h"
#include "watch.h"

typedef struct
{
  Client *client;
  EventPrinter *printer;
  GVariant *filter;
  gboolean has_begun;
} Monitor;

static gboolean
begin (gpointer user_data, GError **error)
{
  Monitor *self = user_data;

  if (!resonate_dbus_gen_manager_call_monitor_sync (self->client->manager, self->filter,
                                                    CLIENT_FLAGS, CLIENT_TIMEOUT_MS, NULL, error))
    return FALSE;

  /* What the process before has told since it lost the name is not heard. */
  if (self->has_begun)
    event_printer_print_gap (self->printer);
  self->has_begun = TRUE;

  return TRUE;
}

static void
on_events (ResonateDbusGenManager *manager, GVariant *events, guint64 n_dropped, gpointer user_data)
{
  Monitor *self = user_data;

  event_printer_print (self->printer, events, n_dropped);
}

static void
add_text (GVariantDict *filter, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert (filter, name, "s", text);
}

/* An application that is not there would be a silence that nobody understands. */
static gboolean
check_app (Client *client, const char *id, GError **error)
{
  g_autoptr (ResonateDbusGenApp) app = id != NULL ? client_dup_app (client, id, error) : NULL;

  return id == NULL || app != NULL;
}

static CliStatus
monitor (const Cli *cli, GVariant *filter, const char *app)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = client_new (cli, &error);
  g_autoptr (EventPrinter) printer = event_printer_new (cli->json);
  Monitor self = { client, printer, filter, FALSE };
  CliStatus status;
  gulong handler;

  if (client == NULL || !check_app (client, app, &error))
    return client_failed (error);

  handler = g_signal_connect (client->manager, "events", G_CALLBACK (on_events), &self);
  status = watch_run (G_DBUS_PROXY (client->manager), begin, &self);
  g_signal_handler_disconnect (client->manager, handler);

  return status;
}

CliStatus
cmd_monitor (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) filter = NULL;
  g_autofree char *channel = NULL;
  g_autofree char *socket = NULL;
  g_auto (GStrv) kinds = NULL;
  g_auto (GStrv) words = NULL;
  gboolean payloads = FALSE;
  const GOptionEntry entries[] = {
    { "channel", 'c', 0, G_OPTION_ARG_FILENAME, &channel, N_ ("Only these channels; * is anything"),
      N_ ("PATTERN") },
    { "socket", 's', 0, G_OPTION_ARG_FILENAME, &socket, N_ ("Only this client"), N_ ("SOCKET") },
    { "kind", 'k', 0, G_OPTION_ARG_FILENAME_ARRAY, &kinds,
      N_ ("Only this: connection, subscription or message; may be given again"), N_ ("KIND") },
    { "payloads", 0, 0, G_OPTION_ARG_NONE, &payloads, N_ ("Tell what is in the messages, too"),
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, N_ ("[APP]") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl monitor");
  g_option_context_set_summary (
    context,
    _ ("Follows what clients and back ends do, of one application or of all. On a terminal "
       "it prints aligned lines, otherwise one JSON document a line. SIGINT ends it."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 1))
    return CLI_USAGE;

  add_text (&dict, "app", words != NULL ? words[0] : NULL);
  add_text (&dict, "channel", channel);
  add_text (&dict, "socket", socket);
  if (kinds != NULL)
    g_variant_dict_insert_value (&dict, "kinds",
                                 g_variant_new_strv ((const char *const *) kinds, -1));
  if (payloads)
    g_variant_dict_insert (&dict, "payloads", "b", TRUE);
  filter = g_variant_ref_sink (g_variant_dict_end (&dict));

  return monitor (cli, filter, words != NULL ? words[0] : NULL);
}
