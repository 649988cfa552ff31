/* test-metrics.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-metrics-private.h"

static const ResonateMetric gauge = { "t_now", FALSE, "How many." };
static const ResonateMetric counter = { "t_seen", TRUE, "How often." };

static ResonateMetrics *
make (void)
{
  ResonateMetrics *metrics = resonate_metrics_new ();

  resonate_metrics_add (metrics, &gauge, NULL, FALSE, 0.5);
  resonate_metrics_add (metrics, &counter, "1", FALSE, 9007199254740991.0);
  resonate_metrics_add (metrics, &counter, "a\"\\\nb", FALSE, 2);
  resonate_metrics_add (metrics, &counter, NULL, TRUE, 3);

  return metrics;
}

static void
test_metrics_openmetrics (void)
{
  g_autoptr (ResonateMetrics) metrics = make ();
  g_autofree char *text = resonate_metrics_to_openmetrics (metrics);

  g_test_summary ("A family stands together, a label is escaped, and a sum would be counted twice");

  g_assert_cmpstr (text, ==,
                   "# TYPE t_now gauge\n# HELP t_now How many.\nt_now 0.5\n"
                   "# TYPE t_seen counter\n# HELP t_seen How often.\n"
                   "t_seen_total{app=\"1\"} 9007199254740991\n"
                   "t_seen_total{app=\"a\\\"\\\\\\nb\"} 2\n# EOF\n");
}

static void
test_metrics_json (void)
{
  g_autoptr (ResonateMetrics) metrics = make ();
  g_autofree char *text = resonate_metrics_to_json (metrics);

  g_assert_cmpstr (text, ==,
                   "{\"t_now\":0.5,\"t_seen_total{app=\\\"1\\\"}\":9007199254740991,"
                   "\"t_seen_total{app=\\\"a\\\\\\\"\\\\\\\\\\\\nb\\\"}\":2,\"t_seen_total\":3}");
}

static void
test_metrics_variant (void)
{
  g_autoptr (ResonateMetrics) metrics = make ();
  g_autoptr (GVariant) values = g_variant_ref_sink (resonate_metrics_to_variant (metrics));
  double value;

  g_assert_cmpuint (g_variant_n_children (values), ==, 4);
  g_assert_true (g_variant_lookup (values, "t_seen_total{app=\"1\"}", "d", &value));
  g_assert_cmpfloat (value, ==, 9007199254740991.0);
  g_assert_true (g_variant_lookup (values, "t_seen_total", "d", &value));
  g_assert_cmpfloat (value, ==, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/metrics/openmetrics", test_metrics_openmetrics);
  g_test_add_func ("/metrics/json", test_metrics_json);
  g_test_add_func ("/metrics/variant", test_metrics_variant);

  return g_test_run ();
}
