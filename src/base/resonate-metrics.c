/* resonate-metrics.c: numbers by their names, and what they look like to who collects them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-metrics"

#include "config.h"

#include "resonate-metrics-private.h"

#include "resonate-json-writer-private.h"

typedef struct
{
  const ResonateMetric *metric;
  char *name; /* with its label */
  gboolean is_sum;
  double value;
} Sample;

struct _ResonateMetrics
{
  GArray *samples; /* (element-type Sample) */
};

static void
sample_clear (gpointer data)
{
  g_free (((Sample *) data)->name);
}

ResonateMetrics *
resonate_metrics_new (void)
{
  ResonateMetrics *self = g_new0 (ResonateMetrics, 1);

  self->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_array_set_clear_func (self->samples, sample_clear);

  return self;
}

void
resonate_metrics_free (ResonateMetrics *self)
{
  g_clear_pointer (&self->samples, g_array_unref);
  g_free (self);
}

/* As OpenMetrics writes the value of a label. */
static void
append_label (GString *name, const char *app)
{
  g_string_append (name, "{app=\"");
  for (const char *c = app; *c != '\0'; c++)
    {
      if (*c == '\n')
        g_string_append (name, "\\n");
      else if (*c == '"' || *c == '\\')
        g_string_append_printf (name, "\\%c", *c);
      else
        g_string_append_c (name, *c);
    }
  g_string_append (name, "\"}");
}

void
resonate_metrics_add (ResonateMetrics *self,
                      const ResonateMetric *metric,
                      const char *app,
                      gboolean is_sum,
                      double value)
{
  GString *name = g_string_new (metric->name);
  Sample sample = { .metric = metric, .is_sum = is_sum, .value = value };

  if (metric->is_counter)
    g_string_append (name, "_total");
  if (app != NULL)
    append_label (name, app);
  sample.name = g_string_free (name, FALSE);
  g_array_append_val (self->samples, sample);
}

GVariant *
resonate_metrics_to_variant (const ResonateMetrics *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sd}"));
  for (guint i = 0; i < self->samples->len; i++)
    {
      const Sample *sample = &g_array_index (self->samples, Sample, i);

      g_variant_builder_add (&builder, "{sd}", sample->name, sample->value);
    }

  return g_variant_builder_end (&builder);
}

/* All of a double, and a whole number as one. */
static void
append_value (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (digits, sizeof (digits), "%.17g", value));
}

char *
resonate_metrics_to_openmetrics (const ResonateMetrics *self)
{
  GString *text = g_string_new (NULL);
  const ResonateMetric *last = NULL;

  for (guint i = 0; i < self->samples->len; i++)
    {
      const Sample *sample = &g_array_index (self->samples, Sample, i);

      if (sample->is_sum)
        continue;

      if (sample->metric != last)
        g_string_append_printf (text, "# TYPE %s %s\n# HELP %s %s\n", sample->metric->name,
                                sample->metric->is_counter ? "counter" : "gauge",
                                sample->metric->name, sample->metric->help);
      last = sample->metric;

      g_string_append (text, sample->name);
      g_string_append_c (text, ' ');
      append_value (text, sample->value);
      g_string_append_c (text, '\n');
    }
  g_string_append (text, "# EOF\n");

  return g_string_free (text, FALSE);
}

char *
resonate_metrics_to_json (const ResonateMetrics *self)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < self->samples->len; i++)
    {
      const Sample *sample = &g_array_index (self->samples, Sample, i);

      resonate_json_append_name (text, sample->name);
      append_value (text, sample->value);
    }
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}
