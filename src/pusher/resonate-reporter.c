/* resonate-reporter.c: answering questions of all nodes, a slice at a time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-reporter"

#include "config.h"

#include "resonate-reporter-private.h"

#include "../base/resonate-clock-private.h"
#include "../base/resonate-json-writer-private.h"

#define SLICE_US 1000

/* A node of the reference does not put parts together, so it gets up to so much in one. */
#define MAX_WHOLE_BYTES ((size_t) 1024 * 1024)

typedef struct
{
  ResonateReporter *reporter; /* (unowned) */
  ResonateSurvey *survey;
  char *app_id;
  char *key;
  char *topic;   /* (nullable): where the answer goes; NULL when it stays here */
  GString *text; /* what is said next */
  unsigned int part;
  gboolean is_whole; /* all of it in one envelope, as the reference has it */
  int64_t ends_us;
  ResonateReportFunc func; /* (nullable) */
  gpointer user_data;
} Report;

/* All that is to be told waits in one line, and each turn of the loop does a slice of the first.
 * The next part to a node is not made before the last one is on its way, so that a bus that is slow
 * makes us slow, and does not fill the memory. */
struct _ResonateReporter
{
  ResonateRealmList *realms;
  ResonatePubSub *bus;
  ResonateEnvelopeCodec *codec;
  char *topic;
  char *inbox;
  unsigned int max_reports;
  size_t part_bytes;
  int64_t lifetime_us;

  GQueue line;            /* (element-type Report) */
  unsigned int n_reports; /* to other nodes, those whose part is on its way included */
  unsigned int source;
  GCancellable *cancellable;
};

ResonateReporter *
resonate_reporter_new (ResonateRealmList *realms,
                       const ResonateReporterPost *post,
                       unsigned int max_reports,
                       size_t part_bytes,
                       int64_t lifetime_us)
{
  ResonateReporter *self;

  g_return_val_if_fail (realms != NULL && post != NULL, NULL);

  self = g_new0 (ResonateReporter, 1);
  self->realms = realms;
  self->bus = g_object_ref (post->bus);
  self->codec = post->codec;
  self->topic = g_strdup (post->topic);
  self->inbox = g_strdup (post->inbox);
  self->max_reports = max_reports;
  self->part_bytes = part_bytes;
  self->lifetime_us = lifetime_us;
  self->cancellable = g_cancellable_new ();

  return self;
}

static void
report_free (Report *report)
{
  g_string_free (report->text, TRUE);
  g_free (report->topic);
  g_free (report->key);
  g_free (report->app_id);
  resonate_survey_free (report->survey);
  g_free (report);
}

void
resonate_reporter_free (ResonateReporter *self)
{
  Report *report;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  while ((report = g_queue_pop_head (&self->line)) != NULL)
    report_free (report);
  g_clear_pointer (&self->inbox, g_free);
  g_clear_pointer (&self->topic, g_free);
  g_clear_object (&self->bus);
  g_free (self);
}

static void
end_report (ResonateReporter *self, Report *report)
{
  if (report->topic != NULL)
    self->n_reports--;
  report_free (report);
}

/* Leaves room for what an answer is written between. */
static void
begin_text (Report *report)
{
  g_string_truncate (report->text, 0);
  g_string_append_c (report->text, resonate_survey_get_opening (report->survey));
}

static gboolean on_turn (gpointer user_data);

static void
wait_in_line (ResonateReporter *self, Report *report)
{
  g_queue_push_tail (&self->line, report);
  if (self->source == 0)
    self->source = g_timeout_add_full (G_PRIORITY_DEFAULT, 0, on_turn, self, NULL);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Report *report = user_data;
  g_autoptr (GError) error = NULL;

  if (resonate_pub_sub_publish_finish (RESONATE_PUB_SUB (source), result, &error) >= 0)
    {
      begin_text (report);
      wait_in_line (report->reporter, report);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    report_free (report); /* the reporter is no more */
  else
    end_report (report->reporter, report);
}

static GBytes *
seal (ResonateReporter *self, Report *report, gboolean is_occupied, gboolean is_last)
{
  GString *envelope;

  envelope = resonate_envelope_codec_begin (self->codec, RESONATE_ENVELOPE_METRICS, report->app_id);
  g_string_append (envelope, "{\"key\":");
  resonate_json_append_string (envelope, report->key, -1);
  if (!report->is_whole)
    g_string_append_printf (envelope, ",\"part\":%u,\"last\":%s,\"occupied\":%s", report->part++,
                            is_last ? "true" : "false", is_occupied ? "true" : "false");
  g_string_append (envelope, ",\"metrics\":");
  if (report->text->len > strlen ("{}") || !report->is_whole)
    g_string_append_len (envelope, report->text->str, (gssize) report->text->len);
  else
    g_string_append (envelope, "[]"); /* as PHP has it */
  g_string_append_c (envelope, '}');

  return resonate_envelope_codec_end (self->codec, envelope, report->topic, NULL, NULL);
}

/* Sends what has been written, and comes back for the rest. */
static void
post_part (ResonateReporter *self, Report *report, gboolean is_occupied, gboolean is_last)
{
  g_autoptr (GBytes) bytes = seal (self, report, is_occupied, is_last);

  if (is_last)
    {
      resonate_pub_sub_publish (self->bus, report->topic, bytes);
      end_report (self, report);
      return;
    }

  resonate_pub_sub_publish_async (self->bus, report->topic, bytes, self->cancellable, on_published,
                                  report);
}

static void
hand_over (ResonateReporter *self, Report *report, gboolean is_occupied, gboolean is_last)
{
  ResonateJsonValue metrics;
  gboolean goes_on = FALSE;

  /* Read again as the others' words are, so that there is one way to merge. */
  if (resonate_json_scan (report->text->str, report->text->len, RESONATE_JSON_DEPTH_RELAYED,
                          &metrics, NULL))
    goes_on = report->func (&metrics, is_occupied, is_last, report->key, report->user_data);

  if (is_last || !goes_on)
    {
      end_report (self, report);
      return;
    }

  begin_text (report);
  wait_in_line (self, report);
}

/* An app that is gone has nothing, and who asked should not have to wait for that. */
static void
run_slice (ResonateReporter *self, Report *report)
{
  ResonateRealm *realm = resonate_realm_list_lookup (self->realms, report->app_id);
  int64_t now_us = resonate_clock_now_us ();
  size_t limit = report->is_whole ? MAX_WHOLE_BYTES : self->part_bytes;
  gboolean is_occupied = realm != NULL && resonate_survey_is_occupied (report->survey, realm);
  gboolean is_last = realm == NULL || resonate_survey_run (report->survey, realm, report->text,
                                                           limit, now_us + SLICE_US);

  if (now_us >= report->ends_us ||
      (report->is_whole && !is_last && report->text->len >= MAX_WHOLE_BYTES))
    {
      end_report (self, report);
      return;
    }

  if (!is_last && (report->is_whole || report->text->len == 1))
    {
      wait_in_line (self, report);
      return;
    }

  g_string_append_c (report->text, resonate_survey_get_closing (report->survey));
  if (report->topic != NULL)
    post_part (self, report, is_occupied, is_last);
  else
    hand_over (self, report, is_occupied, is_last);
}

static gboolean
on_turn (gpointer user_data)
{
  ResonateReporter *self = user_data;
  Report *report = g_queue_pop_head (&self->line);

  if (report != NULL)
    run_slice (self, report);
  if (!g_queue_is_empty (&self->line))
    return G_SOURCE_CONTINUE;

  self->source = 0;

  return G_SOURCE_REMOVE;
}

static Report *
add_report (ResonateReporter *self, ResonateSurvey *survey, const char *app_id, const char *key)
{
  Report *report = g_new0 (Report, 1);

  report->reporter = self;
  report->survey = survey;
  report->app_id = g_strdup (app_id);
  report->key = g_strdup (key);
  report->text = g_string_new (NULL);
  report->ends_us = resonate_clock_now_us () + self->lifetime_us;
  begin_text (report);

  return report;
}

gboolean
resonate_reporter_answer (ResonateReporter *self,
                          ResonateSurvey *survey,
                          const char *app_id,
                          const char *key,
                          const char *node)
{
  Report *report;

  if (self->n_reports >= self->max_reports)
    {
      resonate_survey_free (survey);
      return FALSE;
    }

  report = add_report (self, survey, app_id, key);
  report->topic = node != NULL ? g_strconcat (self->inbox, node, NULL) : g_strdup (self->topic);
  report->is_whole = node == NULL;
  self->n_reports++;
  wait_in_line (self, report);

  return TRUE;
}

void
resonate_reporter_tell (ResonateReporter *self,
                        ResonateSurvey *survey,
                        const char *app_id,
                        const char *key,
                        ResonateReportFunc func,
                        gpointer user_data)
{
  Report *report = add_report (self, survey, app_id, key);

  report->func = func;
  report->user_data = user_data;
  wait_in_line (self, report);
}
