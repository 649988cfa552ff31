/* resonate-gatherer.c: a question to all nodes, and their answers as one
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-gatherer"

#include "config.h"

#include "resonate-gatherer-private.h"

#include "../base/resonate-error.h"
#include "../base/resonate-json-writer-private.h"
#include "../base/resonate-random-private.h"
#include "resonate-asked-private.h"
#include "resonate-reporter-private.h"

/* The topics of single nodes, behind the prefix. */
#define INBOX "node:"

#define ALPHABET "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* As the reference makes them, and the longest that is said back. */
#define KEY_LENGTH     10
#define MAX_KEY_LENGTH 64

/* The reference waits a second for every question, whatever comes. We are told with how many nodes
 * a question has arrived, and wait for so many answers; our own numbers are taken directly, and
 * what we hear of our own question is not answered once more (spec: 9.4, the double counting). */
struct _ResonateGatherer
{
  ResonateRelay *relay; /* (unowned) */
  ResonatePubSub *bus;
  ResonateEnvelopeCodec *codec; /* (unowned): of the relay */
  ResonateGathererLimits limits;
  ResonateReporter *reporter;
  ResonateTopicSubscription *inbox; /* where the other nodes put their answers */

  GHashTable *waiting; /* (element-type utf8 Waiting): by key, which is the entry's */
  GCancellable *cancellable;
  ResonateGathererCounters counters;
};

typedef struct
{
  ResonateGatherer *gatherer; /* (unowned) */
  char *key;
  ResonateAsked *asked;
  GTask *task;
  unsigned int timeout;
  GSource *cancelled; /* (nullable) */
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  if (waiting->cancelled != NULL)
    g_source_destroy (waiting->cancelled);
  g_clear_pointer (&waiting->cancelled, g_source_unref);
  g_clear_handle_id (&waiting->timeout, g_source_remove);
  g_clear_object (&waiting->task);
  g_clear_pointer (&waiting->asked, resonate_asked_free);
  g_clear_pointer (&waiting->key, g_free);
  g_free (waiting);
}

/* The one place where it is said how much of the cluster a question may take. */
ResonateGathererLimits
resonate_gatherer_default_limits (void)
{
  return (ResonateGathererLimits){
    .timeout_us = 1500 * 1000,
    .max_asked = 256,
    .max_reports = 256,
    .max_nodes = 1024,
    .part_bytes = (size_t) 16 * 1024,
    .max_answer_bytes = (size_t) 4 * 1024 * 1024,
    .max_found_bytes = RESONATE_FINDINGS_MAX_BYTES,
  };
}

/*
 * Asking
 */
static void
finish (ResonateGatherer *self, Waiting *waiting)
{
  ResonateFindings *findings = resonate_asked_steal_findings (waiting->asked);

  self->counters.unanswered += (unsigned int) MAX (resonate_findings_get_missing (findings), 0);
  g_task_return_pointer (waiting->task, findings, (GDestroyNotify) resonate_findings_free);
  g_hash_table_remove (self->waiting, waiting->key);
}

static void
finish_if_settled (ResonateGatherer *self, Waiting *waiting)
{
  if (resonate_asked_is_settled (waiting->asked))
    finish (self, waiting);
}

static gboolean
on_timeout (gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->timeout = 0;
  finish (waiting->gatherer, waiting);

  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Waiting *waiting = user_data;

  g_task_return_error_if_cancelled (waiting->task);
  g_hash_table_remove (waiting->gatherer->waiting, waiting->key);

  return G_SOURCE_REMOVE;
}

/* Returns whether whoever asked is still there. */
static gboolean
on_own_part (const ResonateJsonValue *metrics,
             gboolean is_occupied,
             gboolean is_last,
             const char *key,
             gpointer user_data)
{
  ResonateGatherer *self = user_data;
  Waiting *waiting = g_hash_table_lookup (self->waiting, key);
  g_autoptr (GError) error = NULL;

  if (waiting == NULL)
    return FALSE;

  if (!resonate_asked_take_own (waiting->asked, metrics, is_occupied, is_last, &error))
    {
      g_task_return_error (waiting->task, g_steal_pointer (&error));
      g_hash_table_remove (self->waiting, key);
      return FALSE;
    }
  finish_if_settled (self, waiting);

  return TRUE;
}

typedef struct
{
  ResonateGatherer *gatherer;
  char *key;
} Sent;

/* When the bus is away we have nobody to ask. */
static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Sent *sent = user_data;
  g_autofree char *key = sent->key;
  g_autoptr (GError) error = NULL;
  gint64 n_nodes = resonate_pub_sub_publish_finish (RESONATE_PUB_SUB (source), result, &error);
  Waiting *waiting;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the gatherer is no more */

  waiting = g_hash_table_lookup (sent->gatherer->waiting, key);
  if (waiting == NULL)
    return;

  /* We listen ourselves. */
  resonate_asked_expect (waiting->asked, error != NULL ? -1 : MAX (n_nodes - 1, 0));
  finish_if_settled (sent->gatherer, waiting);
}

static void
publish_question (ResonateGatherer *self, Waiting *waiting, const ResonateQuestion *question)
{
  g_autoptr (GBytes) bytes = NULL;
  GString *envelope;
  Sent *sent;

  if (!resonate_pub_sub_get_is_connected (self->bus))
    {
      resonate_asked_expect (waiting->asked, -1);
      return;
    }

  envelope = resonate_envelope_codec_begin (self->codec, RESONATE_ENVELOPE_METRICS,
                                            resonate_asked_get_app_id (waiting->asked));
  g_string_append_printf (envelope, "{\"key\":\"%s\",", waiting->key);
  resonate_question_append (question, envelope);
  g_string_append_c (envelope, '}');
  bytes = resonate_envelope_codec_end (self->codec, envelope, self->relay->all_nodes, NULL, NULL);

  sent = g_new0 (Sent, 1);
  sent->gatherer = self;
  sent->key = g_strdup (waiting->key);
  resonate_pub_sub_publish_async (self->bus, self->relay->all_nodes, bytes, self->cancellable,
                                  on_sent, sent);
}

static Waiting *
add_waiting (ResonateGatherer *self, ResonateRealm *realm, const ResonateQuestion *question)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->gatherer = self;
  waiting->key = resonate_random_text (ALPHABET, KEY_LENGTH);
  waiting->asked = resonate_asked_new (resonate_app_get_id (realm->app), question,
                                       self->limits.max_nodes, self->limits.max_found_bytes);
  waiting->timeout = g_timeout_add ((unsigned int) (self->limits.timeout_us / 1000), on_timeout,
                                    waiting);
  g_hash_table_replace (self->waiting, waiting->key, waiting);
  self->counters.asked++;

  return waiting;
}

void
resonate_gatherer_ask_async (ResonateGatherer *self,
                             ResonateRealm *realm,
                             ResonateQuestion *question,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (ResonateQuestion) taken = question;
  g_autoptr (GTask) task = NULL;
  Waiting *waiting;

  g_return_if_fail (self != NULL && realm != NULL && question != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_gatherer_ask_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (g_hash_table_size (self->waiting) >= self->limits.max_asked)
    {
      g_task_return_new_error (task, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                               "Too many questions wait for the other nodes.");
      return;
    }

  waiting = add_waiting (self, realm, question);
  waiting->task = g_steal_pointer (&task);
  if (cancellable != NULL)
    {
      waiting->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiting->cancelled, G_SOURCE_FUNC (on_cancelled), waiting, NULL);
      g_source_attach (waiting->cancelled, g_main_context_get_thread_default ());
    }

  publish_question (self, waiting, question);
  resonate_reporter_tell (self->reporter, resonate_survey_new (g_steal_pointer (&taken), TRUE),
                          resonate_asked_get_app_id (waiting->asked), waiting->key, on_own_part,
                          self);
}

ResonateFindings *
resonate_gatherer_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, resonate_gatherer_ask_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/*
 * Hearing
 */
static void
take_question (ResonateGatherer *self,
               const ResonateEnvelope *envelope,
               const char *node,
               const char *key)
{
  g_autofree char *app_id = resonate_json_dup_c_string (&envelope->application);
  g_autoptr (GError) error = NULL;
  ResonateQuestion *question = resonate_question_parse (&envelope->payload, &error);

  if (question == NULL || app_id == NULL)
    {
      self->counters.malformed++;
      g_clear_pointer (&question, resonate_question_free);
      return;
    }

  self->counters.heard++;
  if (!resonate_reporter_answer (self->reporter, resonate_survey_new (question, node != NULL),
                                 app_id, key, node))
    self->counters.refused++;
}

/* Reads what an answer of ours says beside `metrics`; one of the reference says nothing. */
static gboolean
read_answer (ResonateAnswer *answer, const ResonateJsonValue values[])
{
  const ResonateJsonValue *part = &values[0], *last = &values[1], *occupied = &values[2];

  answer->is_last = TRUE;
  if (answer->node == NULL)
    return TRUE;

  if (part->text == NULL || part->kind != RESONATE_JSON_NUMBER || part->length > 7 ||
      last->text == NULL || (last->kind != RESONATE_JSON_TRUE && last->kind != RESONATE_JSON_FALSE))
    return FALSE;

  for (size_t i = 0; i < part->length; i++)
    {
      if (!g_ascii_isdigit (part->text[i]))
        return FALSE;
      answer->part = answer->part * 10 + (unsigned int) (part->text[i] - '0');
    }
  answer->is_last = last->kind == RESONATE_JSON_TRUE;
  answer->is_occupied = occupied->text != NULL && occupied->kind == RESONATE_JSON_TRUE;

  return TRUE;
}

static void
take_answer (ResonateGatherer *self,
             const ResonateEnvelope *envelope,
             ResonateAnswer *answer,
             const char *key)
{
  Waiting *waiting = g_hash_table_lookup (self->waiting, key);

  if (waiting == NULL)
    {
      self->counters.unknown++;
      return;
    }
  if (!resonate_json_string_equals (&envelope->application,
                                    resonate_asked_get_app_id (waiting->asked)))
    {
      self->counters.foreign++;
      return;
    }
  if (answer->metrics.length > self->limits.max_answer_bytes)
    {
      self->counters.malformed++;
      return;
    }

  switch (resonate_asked_take (waiting->asked, answer))
    {
    case RESONATE_ANSWER_TAKEN:
      self->counters.answers++;
      break;

    case RESONATE_ANSWER_SURPLUS:
      self->counters.surplus++;
      break;

    case RESONATE_ANSWER_MALFORMED:
    default:
      self->counters.malformed++;
      break;
    }
  finish_if_settled (self, waiting);
}

static void
receive (ResonateGatherer *self, const ResonateEnvelope *envelope)
{
  static const char *const names[] = { "part", "last", "occupied", "key", "metrics" };
  ResonateJsonValue values[G_N_ELEMENTS (names)];
  const ResonateJsonValue *key = &values[3], *metrics = &values[4];
  g_autofree char *node = NULL;
  g_autofree char *key_text = NULL;
  ResonateAnswer answer = { NULL };

  resonate_json_get_members (&envelope->payload, names, values, G_N_ELEMENTS (names));
  if (envelope->node.text != NULL)
    node = resonate_json_dup_c_string (&envelope->node);
  if (key->text != NULL && key->length <= MAX_KEY_LENGTH + strlen ("\"\""))
    key_text = resonate_json_dup_c_string (key);
  answer.node = node;
  answer.metrics = *metrics;
  if (key_text == NULL || (metrics->text != NULL && !read_answer (&answer, values)))
    {
      self->counters.malformed++;
      return;
    }

  if (metrics->text != NULL)
    take_answer (self, envelope, &answer, key_text);
  else
    take_question (self, envelope, node, key_text);
}

/* In the inbox. */
static void
on_answer (ResonateTopicSubscription *subscription,
           GBytes *payload,
           const char *topic,
           const char *pattern,
           ResonateGatherer *self)
{
  ResonateEnvelope envelope;

  if (!resonate_envelope_codec_read (self->codec, topic, payload, &envelope))
    return;

  if (envelope.type == RESONATE_ENVELOPE_METRICS)
    receive (self, &envelope);
  else
    resonate_envelope_codec_drop (self->codec, RESONATE_ENVELOPE_MISPLACED);
}

/* On the topic of all nodes. */
static void
on_metrics (ResonateRealm *realm,
            const char *channel,
            const ResonateEnvelope *envelope,
            gboolean is_own,
            gpointer user_data)
{
  if (!is_own)
    receive (user_data, envelope);
}

/*
 * From the beginning to the end
 */
ResonateGatherer *
resonate_gatherer_new (ResonateRelay *relay, const ResonateGathererLimits *limits)
{
  ResonateGatherer *self;
  g_autofree char *inboxes = NULL;
  g_autofree char *inbox = NULL;
  ResonateReporterPost post;

  g_return_val_if_fail (relay != NULL, NULL);

  self = g_new0 (ResonateGatherer, 1);
  self->relay = relay;
  self->bus = g_object_ref (relay->bus);
  self->codec = relay->codec;
  self->limits = limits != NULL ? *limits : resonate_gatherer_default_limits ();
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) waiting_free);
  self->cancellable = g_cancellable_new ();

  inboxes = g_strconcat (relay->prefix, INBOX, NULL);
  post = (ResonateReporterPost){ self->bus, self->codec, relay->all_nodes, inboxes };
  self->reporter = resonate_reporter_new (relay->realms, &post, self->limits.max_reports,
                                          self->limits.part_bytes, self->limits.timeout_us);

  inbox = g_strconcat (inboxes, resonate_envelope_codec_get_node (self->codec), NULL);
  self->inbox = resonate_pub_sub_subscribe (self->bus, inbox, RESONATE_TOPIC_EXACT);
  g_signal_connect (self->inbox, "message", G_CALLBACK (on_answer), self);
  resonate_relay_listen (relay, RESONATE_ENVELOPE_METRICS, on_metrics, self);
  resonate_realm_list_set_gatherer (relay->realms, self);

  return self;
}

void
resonate_gatherer_free (ResonateGatherer *self)
{
  GHashTableIter iter;
  gpointer waiting;

  resonate_realm_list_set_gatherer (self->relay->realms, NULL);
  resonate_relay_listen (self->relay, RESONATE_ENVELOPE_METRICS, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->inbox, self);
  resonate_topic_subscription_cancel (self->inbox);
  g_clear_object (&self->inbox);
  g_cancellable_cancel (self->cancellable);
  g_hash_table_iter_init (&iter, self->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &waiting))
    g_task_return_new_error (((Waiting *) waiting)->task, RESONATE_ERROR,
                             RESONATE_ERROR_UNAVAILABLE, "The server is going away.");
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->waiting, g_hash_table_unref);
  g_clear_pointer (&self->reporter, resonate_reporter_free);
  g_clear_object (&self->bus);
  g_free (self);
}

const ResonateGathererCounters *
resonate_gatherer_get_counters (ResonateGatherer *self)
{
  return &self->counters;
}
