/* resonate-asked.c: one question, while it waits for its answers
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-asked"

#include "config.h"

#include "resonate-asked-private.h"

#include "../base/resonate-error.h"

#define NOT_KNOWN (-1)

/* What is kept of a node that has said all, or whose answer was too long. */
#define ENDED GUINT_TO_POINTER (G_MAXUINT)

struct _ResonateAsked
{
  char *app_id;
  ResonateFindings *findings;
  unsigned int max_nodes;

  GHashTable *nodes;      /* (element-type utf8 guint): which part comes next */
  unsigned int n_unnamed; /* answers of the reference */
  unsigned int n_complete;
  unsigned int n_failed;
  gint64 n_expected;
  gboolean is_alone;   /* because nobody could be asked */
  gboolean is_own_all; /* what this node has to say has been said */
};

ResonateAsked *
resonate_asked_new (const char *app_id,
                    const ResonateQuestion *question,
                    unsigned int max_nodes,
                    size_t max_bytes)
{
  ResonateAsked *self;

  g_return_val_if_fail (app_id != NULL && question != NULL, NULL);

  self = g_new0 (ResonateAsked, 1);
  self->app_id = g_strdup (app_id);
  self->findings = resonate_findings_new (question, max_bytes);
  self->max_nodes = max_nodes;
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->n_expected = NOT_KNOWN;

  return self;
}

void
resonate_asked_free (ResonateAsked *self)
{
  g_clear_pointer (&self->nodes, g_hash_table_unref);
  g_clear_pointer (&self->findings, resonate_findings_free);
  g_clear_pointer (&self->app_id, g_free);
  g_free (self);
}

const char *
resonate_asked_get_app_id (ResonateAsked *self)
{
  return self->app_id;
}

void
resonate_asked_expect (ResonateAsked *self, gint64 n_nodes)
{
  self->is_alone = n_nodes < 0;
  self->n_expected = MAX (n_nodes, 0);
}

gboolean
resonate_asked_take_own (ResonateAsked *self,
                         const ResonateJsonValue *metrics,
                         gboolean is_occupied,
                         gboolean is_last,
                         GError **error)
{
  self->is_own_all = is_last;

  return resonate_findings_add (self->findings, metrics, is_occupied, error);
}

/* Whether one more node may begin to answer. */
static gboolean
has_room (ResonateAsked *self)
{
  unsigned int n = g_hash_table_size (self->nodes) + self->n_unnamed;

  return n < self->max_nodes && (self->n_expected == NOT_KNOWN || n < self->n_expected);
}

/* An answer that is none is as good as not sent. One that is too long is its node's last. */
static ResonateAnswerFate
merge (ResonateAsked *self, const ResonateAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  gboolean is_end = answer->is_last;

  if (resonate_findings_add (self->findings, &answer->metrics, answer->is_occupied, &error))
    self->n_complete += is_end ? 1 : 0;
  else if (g_error_matches (error, RESONATE_ERROR, RESONATE_ERROR_LIMIT))
    {
      self->n_failed++;
      is_end = TRUE;
    }
  else
    return RESONATE_ANSWER_MALFORMED;

  if (answer->node == NULL)
    self->n_unnamed++;
  else
    g_hash_table_insert (self->nodes, g_strdup (answer->node),
                         is_end ? ENDED : GUINT_TO_POINTER (answer->part + 1));

  return error == NULL ? RESONATE_ANSWER_TAKEN : RESONATE_ANSWER_SURPLUS;
}

/*
 * resonate_asked_take:
 *
 * Merges an answer. The bus keeps the order of what one node says, so a part that is not the next
 * one is of somebody who is not to be believed, or one was lost; the node then counts as missing,
 * as does one whose answer is too long.
 */
ResonateAnswerFate
resonate_asked_take (ResonateAsked *self, const ResonateAnswer *answer)
{
  gpointer next = NULL;
  gboolean is_known = FALSE;

  if (answer->node != NULL)
    is_known = g_hash_table_lookup_extended (self->nodes, answer->node, NULL, &next);
  if (next == ENDED || (!is_known && !has_room (self)))
    return RESONATE_ANSWER_SURPLUS;
  if (answer->part != GPOINTER_TO_UINT (next))
    return RESONATE_ANSWER_MALFORMED;

  return merge (self, answer);
}

gboolean
resonate_asked_is_settled (ResonateAsked *self)
{
  return self->is_own_all && self->n_expected != NOT_KNOWN &&
         self->n_complete + self->n_failed >= self->n_expected;
}

ResonateFindings *
resonate_asked_steal_findings (ResonateAsked *self)
{
  int n_missing = -1;

  if (self->n_expected != NOT_KNOWN && !self->is_alone)
    n_missing = (int) MAX (self->n_expected - (gint64) self->n_complete, 0);
  resonate_findings_set_missing (self->findings, n_missing);

  return g_steal_pointer (&self->findings);
}
