/* resonate-findings.c: what several nodes have answered, as one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-findings"

#include "config.h"

#include "resonate-findings-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "../base/resonate-error.h"
#include "../base/resonate-json-writer-private.h"
#include "resonate-finding-private.h"

#define SLICE_US 1000 /* of the loop, at a time */
#define STRIDE   64   /* things between two looks at the clock */
#define FEW      1024 /* that are freed at once */
#define OVERHEAD 192  /* what is kept of a channel beside its name */

/* Answers are merged as they come, and what is merged is bounded: what does not fit is refused, and
 * the node that sent it counts as missing. */
struct _ResonateFindings
{
  ResonateQuestionKind kind;
  ResonateInfo wanted;
  gboolean is_named; /* the channels were; else any that a node speaks of has somebody on it */
  char *channel;     /* (nullable): the one that was asked of */

  ResonateIdSet *ids;  /* of sockets or of users */
  GSequence *channels; /* (element-type ResonateFinding): by name */
  size_t bytes;
  size_t max_bytes;
  gboolean is_occupied;
  int n_missing;
};

/* What is kept for all questions together. */
static size_t all_bytes;

static void
account (ResonateFindings *self, size_t n_bytes)
{
  self->bytes += n_bytes;
  all_bytes += n_bytes;
}

static gboolean
is_full (ResonateFindings *self, size_t n_bytes)
{
  return self->bytes + n_bytes > self->max_bytes ||
         all_bytes + n_bytes > RESONATE_FINDINGS_MAX_BYTES_OF_ALL;
}

ResonateFindings *
resonate_findings_new (const ResonateQuestion *question, size_t max_bytes)
{
  ResonateFindings *self;

  g_return_val_if_fail (question != NULL, NULL);

  self = g_new0 (ResonateFindings, 1);
  self->kind = question->kind;
  self->wanted = question->wanted;
  self->max_bytes = max_bytes;
  self->is_named = question->names != NULL;
  if (self->kind == RESONATE_QUESTION_CHANNEL && self->is_named)
    self->channel = g_strdup (question->names->pdata[0]);
  self->ids = resonate_id_set_new ();
  self->channels = g_sequence_new ((GDestroyNotify) resonate_finding_free);

  return self;
}

/* Returns whether all are gone. */
static gboolean
drop_ids (ResonateIdSet *ids, int64_t deadline_us)
{
  while (resonate_id_set_get_size (ids) > 0)
    {
      if (resonate_clock_now_us () >= deadline_us)
        return FALSE;
      resonate_id_set_drop (ids, STRIDE);
    }

  return TRUE;
}

static gboolean
drop_first (ResonateFindings *self, int64_t deadline_us)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->channels);
  ResonateFinding *finding = g_sequence_get (first);

  finding->is_told = TRUE;
  if (finding->users != NULL && !drop_ids (finding->users, deadline_us))
    return FALSE;

  g_sequence_remove (first);

  return TRUE;
}

static void
findings_end (ResonateFindings *self)
{
  all_bytes -= self->bytes;
  g_clear_pointer (&self->channels, g_sequence_free);
  g_clear_pointer (&self->ids, resonate_id_set_free);
  g_clear_pointer (&self->channel, g_free);
  g_free (self);
}

static gboolean
drop_all (gpointer user_data)
{
  ResonateFindings *self = user_data;
  int64_t deadline_us = resonate_clock_now_us () + SLICE_US;

  if (!drop_ids (self->ids, deadline_us))
    return G_SOURCE_CONTINUE;
  while (!g_sequence_is_empty (self->channels))
    {
      if (resonate_clock_now_us () >= deadline_us || !drop_first (self, deadline_us))
        return G_SOURCE_CONTINUE;
    }

  findings_end (self);

  return G_SOURCE_REMOVE;
}

void
resonate_findings_free (ResonateFindings *self)
{
  if (self->bytes > (size_t) FEW * OVERHEAD)
    {
      g_idle_add (drop_all, self);
      return;
    }

  findings_end (self);
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ResonateFinding *one = a, *other = b;

  return strcmp (one->name, other->name);
}

static ResonateFinding *
find (ResonateFindings *self, const char *name)
{
  ResonateFinding wanted = { .name = (char *) name };
  GSequenceIter *iter = g_sequence_lookup (self->channels, &wanted, compare_names, NULL);

  return iter != NULL ? g_sequence_get (iter) : NULL;
}

static ResonateFinding *
ensure (ResonateFindings *self, const char *name)
{
  ResonateFinding *finding = find (self, name);

  if (finding != NULL)
    return finding;

  finding = resonate_finding_new (name);
  g_sequence_insert_sorted (self->channels, finding, compare_names, NULL);
  account (self, OVERHEAD + strlen (name));

  return finding;
}

/* Everything is looked at twice: a part is taken as a whole or not at all. */
static const char *
take_channel (ResonateFindings *self,
              const char *name,
              const ResonateJsonValue *value,
              gboolean is_trial)
{
  ResonateFacts facts;
  const char *problem = resonate_facts_read (&facts, value);
  ResonateFinding *finding;

  if (problem != NULL || is_trial)
    return problem;

  finding = ensure (self, name);
  account (self, resonate_finding_add (finding, &facts));
  finding->is_occupied = finding->is_occupied || !self->is_named;
  self->is_occupied = self->is_occupied || finding->is_occupied;

  return NULL;
}

static const char *
take_members (ResonateFindings *self, const ResonateJsonValue *metrics, gboolean is_trial)
{
  ResonateJsonIter iter;
  ResonateJsonValue name, value;
  const char *problem = NULL;

  if (metrics->kind != RESONATE_JSON_OBJECT)
    return "an answer that is no object";

  resonate_json_iter_init (&iter, metrics);
  while (problem == NULL && !is_full (self, 0) &&
         resonate_json_iter_next_member (&iter, &name, &value))
    {
      g_autofree char *text = NULL;

      if (self->kind == RESONATE_QUESTION_CONNECTIONS)
        {
          if (!is_trial)
            account (self, resonate_id_set_add (self->ids, &name));
          continue;
        }

      text = resonate_json_dup_c_string (&name);
      problem = text != NULL ? take_channel (self, text, &value, is_trial)
                             : "a channel that has no name";
    }

  return problem;
}

static const char *
take_users (ResonateFindings *self, const ResonateJsonValue *metrics, gboolean is_trial)
{
  ResonateJsonIter iter;
  ResonateJsonValue value, id = { NULL };

  if (metrics->kind != RESONATE_JSON_ARRAY)
    return "a list of users that is none";

  resonate_json_iter_init (&iter, metrics);
  while (!is_full (self, 0) && resonate_json_iter_next_element (&iter, &value))
    {
      if (!resonate_json_get_member (&value, "id", &id) || !resonate_id_set_may_hold (&id))
        return "a user without an id";
      if (!is_trial)
        account (self, resonate_id_set_add (self->ids, &id));
    }

  return NULL;
}

/* PHP has one empty array for lists and for objects. */
static gboolean
is_empty (const ResonateJsonValue *metrics)
{
  return (metrics->kind == RESONATE_JSON_ARRAY || metrics->kind == RESONATE_JSON_OBJECT) &&
         resonate_json_is_empty (metrics);
}

static const char *
take (ResonateFindings *self, const ResonateJsonValue *metrics, gboolean is_trial)
{
  switch (self->kind)
    {
    case RESONATE_QUESTION_CHANNEL:
      return take_channel (self, self->channel, metrics, is_trial);

    case RESONATE_QUESTION_USERS:
      return take_users (self, metrics, is_trial);

    case RESONATE_QUESTION_CONNECTIONS:
    case RESONATE_QUESTION_CHANNELS:
    default:
      return take_members (self, metrics, is_trial);
    }
}

/*
 * resonate_findings_add:
 * @metrics: an answer, or a part of one
 *
 * Takes in what a node says. Fails with %RESONATE_ERROR_SYNTAX when that is no answer to what was
 * asked, and with %RESONATE_ERROR_LIMIT when there is no room for it.
 */
gboolean
resonate_findings_add (ResonateFindings *self,
                       const ResonateJsonValue *metrics,
                       gboolean is_occupied,
                       GError **error)
{
  const char *problem;
  gboolean fits = !is_full (self, metrics->length);

  self->is_occupied = self->is_occupied || is_occupied;
  if (is_empty (metrics))
    return TRUE;

  problem = take (self, metrics, TRUE);

  if (problem != NULL)
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX, problem);
      return FALSE;
    }

  if (fits)
    take (self, metrics, FALSE);
  if (!fits || is_full (self, 0))
    {
      g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                           "There is no room for so long an answer");
      return FALSE;
    }

  self->is_occupied = self->is_occupied || resonate_id_set_get_size (self->ids) > 0;

  return TRUE;
}

unsigned int
resonate_findings_get_size (ResonateFindings *self)
{
  return resonate_id_set_get_size (self->ids) +
         (unsigned int) g_sequence_get_length (self->channels);
}

gboolean
resonate_findings_is_occupied (ResonateFindings *self)
{
  return self->is_occupied;
}

void
resonate_findings_append_info (ResonateFindings *self,
                               const char *channel,
                               ResonateInfo wanted,
                               GString *out)
{
  resonate_finding_append_info (find (self, channel), channel, wanted, out);
}

static gboolean
run_channels (ResonateFindings *self, GString *out, int64_t deadline_us)
{
  while (!g_sequence_is_empty (self->channels))
    {
      ResonateFinding *finding = g_sequence_get (g_sequence_get_begin_iter (self->channels));

      if (resonate_clock_now_us () >= deadline_us)
        return FALSE;

      if (!finding->is_told)
        {
          resonate_json_append_name (out, finding->name);
          resonate_finding_append_info (finding, finding->name, self->wanted, out);
        }
      if (!drop_first (self, deadline_us))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_users (ResonateFindings *self, GString *out, int64_t deadline_us)
{
  const char *id;

  for (unsigned int n = 1; (id = resonate_id_set_peek (self->ids)) != NULL; n++)
    {
      if (n % STRIDE == 0 && resonate_clock_now_us () >= deadline_us)
        return FALSE;

      if (out->len > 0 && out->str[out->len - 1] != '[')
        g_string_append_c (out, ',');
      g_string_append_printf (out, "{\"id\":%s}", id);
      resonate_id_set_drop (self->ids, 1);
    }

  return TRUE;
}

gboolean
resonate_findings_run (ResonateFindings *self, GString *out, int64_t deadline_us)
{
  return self->kind == RESONATE_QUESTION_USERS ? run_users (self, out, deadline_us)
                                               : run_channels (self, out, deadline_us);
}

void
resonate_findings_set_missing (ResonateFindings *self, int n_nodes)
{
  self->n_missing = n_nodes;
}

int
resonate_findings_get_missing (ResonateFindings *self)
{
  return self->n_missing;
}
