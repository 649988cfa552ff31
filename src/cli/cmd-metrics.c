/* cmd-metrics.c: the server in numbers
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n.h>

#include "printable.h"
#include "table.h"
#include "terminal.h"
#include "watch.h"

#define INTERVAL_MS 1000

/* Doubles hold whole numbers exactly up to here. */
#define MAX_EXACT 9007199254740992.0

#define CLEAR_SCREEN "\033[H\033[2J"

typedef struct
{
  const Cli *cli;
  ResonateDbusGenMetrics *metrics;
  GTree *before; /* (nullable) (element-type utf8 double): the sample before */
  guint64 before_us;
} Metrics;

static void
metrics_clear (Metrics *self)
{
  g_clear_pointer (&self->before, g_tree_unref);
  g_clear_object (&self->metrics);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Metrics, metrics_clear)

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

/* Returns: (element-type utf8 double): the numbers of `a{sd}` in the order of their names */
static GTree *
sort_values (GVariant *values)
{
  GTree *sorted = g_tree_new_full (compare_names, NULL, g_free, g_free);
  GVariantIter iter;
  const char *name;
  double value;

  g_variant_iter_init (&iter, values);
  while (g_variant_iter_loop (&iter, "{&sd}", &name, &value))
    g_tree_insert (sorted, g_strdup (name), g_memdup2 (&value, sizeof value));

  return sorted;
}

static gboolean
is_whole (double value)
{
  return isfinite (value) && floor (value) == value && fabs (value) < MAX_EXACT;
}

static void
add_json_values (JsonBuilder *builder, GTree *values)
{
  json_builder_set_member_name (builder, "values");
  json_builder_begin_object (builder);
  for (GTreeNode *node = g_tree_node_first (values); node != NULL; node = g_tree_node_next (node))
    {
      double value = *(double *) g_tree_node_value (node);

      json_builder_set_member_name (builder, g_tree_node_key (node));
      if (is_whole (value))
        json_builder_add_int_value (builder, (gint64) value);
      else if (isfinite (value))
        json_builder_add_double_value (builder, value);
      else
        json_builder_add_null_value (builder);
    }
  json_builder_end_object (builder);
}

/* What a counter did in a second, from two samples; nothing for what goes up and down. */
static char *
dup_rate (const Metrics *self, const char *name, double value, guint64 time_us)
{
  const double *before = self->before != NULL ? g_tree_lookup (self->before, name) : NULL;

  if (before == NULL || time_us <= self->before_us || strstr (name, "_total") == NULL)
    return NULL;

  return g_strdup_printf ("%.1f", (value - *before) * G_USEC_PER_SEC /
                                    (double) (time_us - self->before_us));
}

/* @time_us: when that was, for a table that is followed by others; 0 for the only one */
static void
print_table (const Metrics *self, GTree *values, guint64 time_us)
{
  g_autoptr (Table) table = table_new ();
  gboolean watching = time_us > 0;

  table_add_column (table, _ ("NAME"), TABLE_LEFT);
  table_add_column (table, _ ("VALUE"), TABLE_RIGHT);
  if (watching)
    table_add_column (table, _ ("PER SECOND"), TABLE_RIGHT);

  for (GTreeNode *node = g_tree_node_first (values); node != NULL; node = g_tree_node_next (node))
    {
      const char *name = g_tree_node_key (node);
      double value = *(double *) g_tree_node_value (node);
      g_autofree char *text = g_strdup_printf (is_whole (value) ? "%.0f" : "%.15g", value);
      g_autofree char *rate = dup_rate (self, name, value, time_us);

      table_add (table, name);
      table_add (table, text);
      if (watching)
        table_add (table, rate);
    }

  /* The line with the time, the titles, and the line that says that there is more. */
  if (watching && terminal_is_there ())
    table_set_max_rows (table, (unsigned int) MAX (1, terminal_get_height () - 4));
  table_flush (table);
}

static void
print_sample (const Metrics *self, guint64 time_us, GTree *values)
{
  g_autofree char *moment = NULL;

  if (self->cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "time");
      json_builder_add_int_value (builder, (gint64) time_us);
      add_json_values (builder, values);
      json_builder_end_object (builder);
      cli_print_json_line (builder);
      return;
    }

  moment = printable_dup_moment ((int64_t) time_us);
  g_print ("%s%s\n", terminal_is_there () ? CLEAR_SCREEN : "", moment);
  print_table (self, values, time_us);
  if (!terminal_is_there ())
    g_print ("\n");
}

static void
on_sample (ResonateDbusGenMetrics *metrics, guint64 time_us, GVariant *sample, gpointer user_data)
{
  Metrics *self = user_data;
  GTree *values = sort_values (sample);

  print_sample (self, time_us, values);
  g_clear_pointer (&self->before, g_tree_unref);
  self->before = values;
  self->before_us = time_us;
}

static gboolean
begin (gpointer user_data, GError **error)
{
  Metrics *self = user_data;

  return resonate_dbus_gen_metrics_call_subscribe_sync (self->metrics, INTERVAL_MS, CLIENT_FLAGS,
                                                        CLIENT_TIMEOUT_MS, NULL, error);
}

static CliStatus
watch (Metrics *self)
{
  CliStatus status;
  gulong handler;

  handler = g_signal_connect (self->metrics, "sample", G_CALLBACK (on_sample), self);
  status = watch_run (G_DBUS_PROXY (self->metrics), begin, self);
  g_signal_handler_disconnect (self->metrics, handler);

  return status;
}

static CliStatus
snapshot (Metrics *self)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GTree) values = NULL;
  g_autoptr (GError) error = NULL;

  if (!resonate_dbus_gen_metrics_call_get_snapshot_sync (self->metrics, CLIENT_FLAGS,
                                                         CLIENT_TIMEOUT_MS, &answer, NULL, &error))
    return client_failed (error);

  values = sort_values (answer);

  if (self->cli->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      add_json_values (builder, values);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    print_table (self, values, 0);

  return CLI_DONE;
}

CliStatus
cmd_metrics (Cli *cli, int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Client) client = NULL;
  g_auto (Metrics) self = { cli, NULL, NULL, 0 };
  g_auto (GStrv) words = NULL;
  gboolean watching = FALSE;
  const GOptionEntry entries[] = {
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &watching, N_ ("Again each second, until SIGINT"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("resonatectl metrics");
  g_option_context_set_summary (
    context, _ ("Tells the server's numbers, under the names that they have in OpenMetrics. With "
                "--watch and --json each sample is one JSON document, on a line of its own."));
  if (!client_parse (cli, context, entries, &argc, &argv) || !cli_take (words, 0, 0))
    return CLI_USAGE;

  client = client_new (cli, &error);
  if (client == NULL)
    return client_failed (error);

  self.metrics = client_dup_metrics (client, &error);
  if (self.metrics == NULL)
    return client_failed (error);

  return watching ? watch (&self) : snapshot (&self);
}
