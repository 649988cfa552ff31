/* cmd-reload.c: replaces the running program, or drains it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "../config/resonate-config-value-private.h"
#include "client.h"
#include "drain.h"
#include "facts.h"

#define DAY INT64_C (86400000000)

/* Times as they are written in the configuration. */
static const ResonateConfigKey timeout_key = {
  .name = "timeout", .type = RESONATE_CONFIG_DURATION, .min = 0, .max = DAY
};
static const ResonateConfigKey health_timeout_key = {
  .name = "health-timeout", .type = RESONATE_CONFIG_DURATION, .min = 1000, .max = DAY
};

static gboolean
add_timeout (GVariantDict *options,
             const ResonateConfigKey *key,
             const char *text,
             guint *timeout_ms)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strconcat (key->name, "-ms", NULL);
  g_auto (GValue) value = G_VALUE_INIT;

  if (text == NULL)
    return TRUE;

  if (!resonate_config_value_parse (key, text, &value, &error))
    {
      cli_usage ("--%s: %s", key->name, error->message);
      return FALSE;
    }

  *timeout_ms = (guint) (g_value_get_int64 (&value) / 1000);
  g_variant_dict_insert (options, name, "u", *timeout_ms);

  return TRUE;
}

static void
print_report (const Cli *cli, GVariant *report)
{
  guint n_handed_over = (guint) facts_get_number (report, "handed-over");
  guint n_draining = (guint) facts_get_number (report, "draining");

  if (cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      facts_add_to_json (report, builder);
      json_builder_end_object (builder);
      cli_print_json (builder);
      return;
    }

  g_print (_ ("Process %u serves now, after %.1f ms without service.\n"),
           (guint) facts_get_number (report, "pid"),
           (double) facts_get_number (report, "gap-us") / 1000);
  g_print (ngettext ("%u connection went over to it.\n", "%u connections went over to it.\n",
                     n_handed_over),
           n_handed_over);
  if (n_draining > 0)
    g_print (ngettext ("%u connection stays with the old process until it is closed.\n",
                       "%u connections stay with the old process until they are closed.\n",
                       n_draining),
             n_draining);
}

static CliStatus
reload (const Cli *cli, GVariant *options, guint health_timeout_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = client_new (cli, &error);
  g_autoptr (GVariant) report = NULL;

  if (client == NULL ||
      !resonate_dbus_gen_manager_call_reload_sync (client->manager, options, CLIENT_FLAGS,
                                                   CLIENT_TIMEOUT_MS + (gint) health_timeout_ms,
                                                   &report, NULL, &error))
    return client_failed (error);

  print_report (cli, report);

  return CLI_DONE;
}

CliStatus
cmd_reload (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) options = NULL;
  g_autofree char *timeout = NULL;
  g_autofree char *health_timeout = NULL;
  g_auto (GStrv) words = NULL;
  guint health_timeout_ms = 0;
  guint timeout_ms = 0;
  gboolean drain_only = FALSE;
  const GOptionEntry entries[] = {
    { "drain", 'd', 0, G_OPTION_ARG_NONE, &drain_only,
      N_ ("Only drain the server, and wait until it has ended"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &timeout,
      N_ ("How long clients may stay that cannot be handed over, such as 30s"), N_ ("S") },
    { "health-timeout", 0, 0, G_OPTION_ARG_STRING, &health_timeout,
      N_ ("How long the new process may take until it is ready"), N_ ("S") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl reload");
  g_option_context_set_summary (
    context, _ ("Starts the program that is now on disk in place of the running one, and hands the "
                "clients over to it: they notice nothing. If it does not come up, the running one "
                "goes on."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 0) ||
      !add_timeout (&dict, &timeout_key, timeout, &timeout_ms) ||
      !add_timeout (&dict, &health_timeout_key, health_timeout, &health_timeout_ms))
    return CLI_USAGE;

  if (drain_only && health_timeout != NULL)
    return cli_usage (_ ("--drain starts no process that --health-timeout could be about"));

  if (drain_only)
    return drain_run (cli, timeout != NULL ? MAX (1, timeout_ms) : 0);

  options = g_variant_ref_sink (g_variant_dict_end (&dict));

  return reload (cli, options, health_timeout_ms);
}
