/* resonate-consumption.c: the machine of a consumer, from start to stop
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-consumption"

#include "config.h"

#include "resonate-consumption-private.h"

#include "../base/resonate-random-private.h"
#include "resonate-claim-pass-private.h"
#include "resonate-consumer-private.h"
#include "resonate-delivery-private.h"
#include "resonate-stream-log-private.h"

/* How often what is worked on is kept from being claimed, in the time after which it would be. */
#define REFRESHES_PER_IDLE 3

/* After a failure: 0.1 s, and twice as long each time, up to 5 s, and a fifth more or less. */
#define RETRY_MIN_MS 100
#define RETRY_MAX_MS 5000

/* Whatever is under way has a reference to the owner, which owns this. */
struct _ResonateConsumption
{
  ResonateConsumer *owner; /* (unowned) */
  const ResonateConsumerSettings *settings;
  ResonateStreamReader *reader;
  GMainContext *context;
  ResonateConsumerState state;
  gboolean is_busy;        /* something is asked for, or what came is being handed out */
  GHashTable *in_flight;   /* (element-type ResonateDelivery) (unowned): they say so when they go */
  unsigned int n_settling; /* acknowledgements and burials that have no answer yet */
  unsigned int n_failures; /* in a row */
  GSource *retry;          /* (nullable) */
  GSource *reclaim;        /* (nullable) */
  GSource *refresh;        /* (nullable) */
  GSource *deadline;       /* (nullable): of draining */
  gboolean is_overdue;     /* it has passed */
  GQueue stoppers;         /* (element-type GTask) */
  ResonateClaimPass pass;
};

typedef struct
{
  ResonateConsumption *self;
  ResonateDelivery *delivery;
  GTask *task;  /* (nullable): told of an acknowledgement */
  char *reason; /* (nullable): of a burial */
} Settling;

static void pump (ResonateConsumption *self);

static void
settling_free (Settling *settling)
{
  g_clear_object (&settling->delivery);
  g_clear_object (&settling->task);
  g_free (settling->reason);
  g_free (settling);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Settling, settling_free)

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_timeout (ResonateConsumption *self, GSource **source, unsigned int ms, GSourceFunc func)
{
  clear_source (source);
  *source = g_timeout_source_new (ms);
  g_source_set_static_name (*source, "resonate-consumption");
  g_source_set_callback (*source, func, self, NULL);
  g_source_attach (*source, self->context);
}

/* The one function that changes the state. */
static void
set_state (ResonateConsumption *self, ResonateConsumerState state)
{
  self->state = state;
  resonate_consumer_set_state (self->owner, state);
}

static GTask *
ask (ResonateConsumption *self, GAsyncReadyCallback callback)
{
  self->is_busy = TRUE;

  return g_task_new (self->owner, NULL, callback, self);
}

static gboolean
on_retry (gpointer user_data)
{
  ResonateConsumption *self = user_data;

  clear_source (&self->retry);
  pump (self);

  return G_SOURCE_REMOVE;
}

/* Says what is wrong, and comes back later. */
static void
fail (ResonateConsumption *self, const GError *error)
{
  unsigned int wait_ms = RETRY_MIN_MS << MIN (self->n_failures, 10);

  wait_ms = MIN (wait_ms, RETRY_MAX_MS);
  wait_ms += resonate_random_uint32_below (2 * wait_ms / 5 + 1) - wait_ms / 5;
  self->n_failures++;
  if (self->state != RESONATE_CONSUMER_DRAINING)
    set_timeout (self, &self->retry, wait_ms, on_retry);

  resonate_consumer_emit_error (self->owner, error);
}

/*
 * Settling
 */
static void
on_settled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Settling) settling = user_data;
  ResonateConsumption *self = settling->self;
  g_autoptr (GError) error = NULL;

  self->n_settling--;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      resonate_consumer_emit_error (self->owner, error);
      if (settling->task != NULL)
        g_task_return_error (settling->task, g_steal_pointer (&error));
    }
  else if (settling->reason != NULL)
    resonate_consumer_emit_dead_lettered (self->owner, settling->delivery, settling->reason);
  else if (settling->task != NULL)
    g_task_return_boolean (settling->task, TRUE);

  pump (self);
}

/* (transfer full) */
static GTask *
settle (ResonateConsumption *self, ResonateDelivery *delivery, GTask *task, const char *reason)
{
  Settling *settling = g_new0 (Settling, 1);

  settling->self = self;
  settling->delivery = g_object_ref (delivery);
  settling->task = task != NULL ? g_object_ref (task) : NULL;
  settling->reason = g_strdup (reason);
  self->n_settling++;

  return g_task_new (self->owner, NULL, on_settled, settling);
}

static void
bury (ResonateConsumption *self, ResonateDelivery *delivery, const char *reason)
{
  g_autoptr (GTask) task = settle (self, delivery, NULL, reason);

  self->reader->funcs->bury (self->reader, delivery, reason, task);
}

void
resonate_consumption_acknowledge (ResonateConsumption *self,
                                  ResonateDelivery *delivery,
                                  GTask *task)
{
  g_autoptr (GTask) settled = settle (self, delivery, task, NULL);

  g_hash_table_remove (self->in_flight, delivery);
  self->reader->funcs->acknowledge (self->reader, delivery, settled);
  pump (self);
}

/* What is rejected stays pending, and is claimed by somebody once it has been idle long enough. */
void
resonate_consumption_reject (ResonateConsumption *self, ResonateDelivery *delivery)
{
  unsigned int max = self->settings->max_deliveries;

  g_hash_table_remove (self->in_flight, delivery);
  if (max > 0 && resonate_delivery_get_attempt (delivery) >= max)
    bury (self, delivery, "rejected");
  pump (self);
}

/*
 * Handing out
 */

/* An entry that has been delivered more often than it may was never rejected the last time: whoever
 * had it ended, perhaps of it. */
static void
hand_out (ResonateConsumption *self, ResonateDelivery *delivery)
{
  unsigned int max = self->settings->max_deliveries;
  gboolean is_done;

  if (g_hash_table_contains (self->in_flight, delivery))
    return;

  if (max > 0 && resonate_delivery_get_attempt (delivery) > max)
    {
      bury (self, delivery, "not acknowledged");
      return;
    }

  g_hash_table_add (self->in_flight, delivery);
  resonate_delivery_give (delivery, self->owner);
  is_done = resonate_consumer_emit_delivery (self->owner, delivery);
  if (resonate_delivery_is_settled (delivery))
    return;

  if (is_done)
    resonate_delivery_ack_async (delivery, NULL, NULL, NULL);
  else if (!resonate_delivery_is_held (delivery))
    resonate_delivery_reject (delivery);
}

static void
hand_out_all (ResonateConsumption *self, GPtrArray *deliveries)
{
  self->n_failures = 0;
  for (unsigned int i = 0; i < deliveries->len; i++)
    hand_out (self, deliveries->pdata[i]);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateConsumption *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) deliveries = g_task_propagate_pointer (G_TASK (result), &error);

  if (deliveries != NULL)
    hand_out_all (self, deliveries);
  else
    fail (self, error);

  self->is_busy = FALSE;
  pump (self);
}

/*
 * What others have left
 */
static gboolean
on_reclaim (gpointer user_data)
{
  ResonateConsumption *self = user_data;

  resonate_claim_pass_begin (&self->pass);
  pump (self);

  return G_SOURCE_CONTINUE;
}

static void
on_claimed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateConsumption *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ResonateStreamClaim) claim = g_task_propagate_pointer (G_TASK (result), &error);

  if (claim != NULL)
    {
      resonate_claim_pass_go_on (&self->pass, claim->cursor);
      hand_out_all (self, claim->deliveries);
    }
  else
    {
      resonate_claim_pass_end (&self->pass);
      fail (self, error);
    }

  self->is_busy = FALSE;
  pump (self);
}

static gboolean
on_refresh (gpointer user_data)
{
  ResonateConsumption *self = user_data;
  g_autoptr (GPtrArray) deliveries = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer delivery;

  g_hash_table_iter_init (&iter, self->in_flight);
  while (g_hash_table_iter_next (&iter, &delivery, NULL))
    g_ptr_array_add (deliveries, g_object_ref (delivery));
  if (deliveries->len > 0)
    self->reader->funcs->refresh (self->reader, deliveries);

  return G_SOURCE_CONTINUE;
}

/*
 * Beginning and end
 */
static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateConsumption *self = user_data;
  const ResonateConsumerSettings *settings = self->settings;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (self, error);
  else if (self->state == RESONATE_CONSUMER_STARTING)
    {
      self->n_failures = 0;
      set_timeout (self, &self->refresh, MAX (settings->min_idle_ms / REFRESHES_PER_IDLE, 1),
                   on_refresh);
      if (settings->reclaim_interval_ms > 0)
        {
          set_timeout (self, &self->reclaim, settings->reclaim_interval_ms, on_reclaim);
          on_reclaim (self);
        }
      set_state (self, RESONATE_CONSUMER_RUNNING);
    }

  self->is_busy = FALSE;
  pump (self);
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateConsumption *self = user_data;
  g_autoptr (GError) error = NULL;
  GTask *task;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    resonate_consumer_emit_error (self->owner, error);

  clear_source (&self->refresh);
  clear_source (&self->deadline);
  self->is_busy = FALSE;
  set_state (self, RESONATE_CONSUMER_STOPPED);
  while ((task = g_queue_pop_head (&self->stoppers)) != NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static gboolean
on_deadline (gpointer user_data)
{
  ResonateConsumption *self = user_data;

  self->is_overdue = TRUE;
  clear_source (&self->deadline);
  pump (self);

  return G_SOURCE_REMOVE;
}

/* Whatever has happened: asks for what is to be asked for next. */
static void
pump (ResonateConsumption *self)
{
  const ResonateStreamReaderFuncs *funcs = self->reader->funcs;
  unsigned int in_flight = g_hash_table_size (self->in_flight);
  unsigned int room = self->settings->max_in_flight -
                      MIN (in_flight, self->settings->max_in_flight);
  g_autoptr (GTask) task = NULL;

  if (self->is_busy || self->retry != NULL)
    return;

  switch (self->state)
    {
    case RESONATE_CONSUMER_STARTING:
      task = ask (self, on_opened);
      funcs->open (self->reader, task);
      break;

    case RESONATE_CONSUMER_RUNNING:
      if (room == 0)
        break;

      if (resonate_claim_pass_is_over (&self->pass))
        {
          task = ask (self, on_read);
          funcs->read (self->reader, MIN (room, self->settings->batch_size), task);
          break;
        }

      task = ask (self, on_claimed);
      funcs->claim (self->reader, self->settings->streams[self->pass.stream],
                    resonate_claim_pass_get_cursor (&self->pass),
                    MIN (room, self->settings->reclaim_count), task);
      break;

    case RESONATE_CONSUMER_DRAINING:
      if (!self->is_overdue && (in_flight > 0 || self->n_settling > 0))
        break;

      task = ask (self, on_left);
      funcs->leave (self->reader, task);
      break;

    case RESONATE_CONSUMER_STOPPED:
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
on_recreated (gpointer owner, const char *stream)
{
  resonate_consumer_emit_group_recreated (owner, stream);
}

ResonateConsumption *
resonate_consumption_new (ResonateConsumer *owner,
                          ResonateStreamLog *log,
                          const ResonateConsumerSettings *settings)
{
  ResonateConsumption *self = g_new0 (ResonateConsumption, 1);

  self->owner = owner;
  self->settings = settings;
  self->context = g_main_context_ref_thread_default ();
  self->in_flight = g_hash_table_new (resonate_delivery_hash, resonate_delivery_equal);
  g_queue_init (&self->stoppers);
  resonate_claim_pass_init (&self->pass, g_strv_length (settings->streams));
  self->reader = resonate_stream_log_new_reader (log, settings);
  self->reader->recreated = on_recreated;
  self->reader->owner = owner;

  return self;
}

void
resonate_consumption_free (ResonateConsumption *self)
{
  clear_source (&self->deadline);
  clear_source (&self->refresh);
  clear_source (&self->reclaim);
  clear_source (&self->retry);
  self->reader->funcs->free (self->reader);
  resonate_claim_pass_clear (&self->pass);
  g_clear_pointer (&self->in_flight, g_hash_table_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

void
resonate_consumption_start (ResonateConsumption *self)
{
  if (self->state != RESONATE_CONSUMER_STOPPED)
    return;

  self->is_overdue = FALSE;
  self->n_failures = 0;
  set_state (self, RESONATE_CONSUMER_STARTING);
  pump (self);
}

void
resonate_consumption_stop (ResonateConsumption *self, unsigned int drain_ms, GTask *task)
{
  if (self->state == RESONATE_CONSUMER_STOPPED)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_queue_push_tail (&self->stoppers, g_object_ref (task));
  if (self->state == RESONATE_CONSUMER_DRAINING)
    return;

  clear_source (&self->reclaim);
  clear_source (&self->retry);
  set_timeout (self, &self->deadline, drain_ms, on_deadline);
  set_state (self, RESONATE_CONSUMER_DRAINING);
  pump (self);
}
