/* test-outbox.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "resonate-test.h"
#include "transport/resonate-outbox-private.h"

typedef struct
{
  ResonateOutbox *outbox;
  uint32_t place;
  int name;
  GString *log; /* who was sent for, in order */
  int busy_us;  /* how long sending takes */
  int again;    /* how often it adds itself while it is sent for */
} Sender;

static void
on_send (gpointer owner)
{
  Sender *sender = owner;
  gint64 end_us = g_get_monotonic_time () + sender->busy_us;

  g_string_append_printf (sender->log, "%d ", sender->name);
  if (sender->again-- > 0)
    resonate_outbox_add (sender->outbox, &sender->place, sender);

  /* The slice is one of real time, so this is work and no wait. */
  while (g_get_monotonic_time () < end_us)
    continue;
}

static void
set_up (Sender *senders, int n, ResonateOutbox *outbox, GString *log)
{
  for (int i = 0; i < n; i++)
    senders[i] = (Sender){ .outbox = outbox, .name = i, .log = log };
}

static void
test_outbox_once_and_in_order (void)
{
  g_autoptr (ResonateOutbox) outbox = resonate_outbox_new (on_send);
  g_autoptr (GString) log = g_string_new (NULL);
  Sender senders[4];

  set_up (senders, 4, outbox, log);
  for (int i = 0; i < 4; i++)
    resonate_outbox_add (outbox, &senders[i].place, &senders[i]);
  resonate_outbox_add (outbox, &senders[0].place, &senders[0]);
  resonate_outbox_remove (outbox, &senders[2].place, &senders[2]);
  resonate_outbox_remove (outbox, &senders[2].place, &senders[2]);
  g_assert_cmpstr (log->str, ==, "");

  resonate_test_wait_until (log->len > 0);
  g_assert_cmpstr (log->str, ==, "0 1 3 ");
  g_assert_false (g_main_context_pending (NULL));
}

static void
test_outbox_adds_itself (void)
{
  g_autoptr (ResonateOutbox) outbox = resonate_outbox_new (on_send);
  g_autoptr (GString) log = g_string_new (NULL);
  Sender senders[2];

  set_up (senders, 2, outbox, log);
  senders[0].again = 1;
  resonate_outbox_add (outbox, &senders[0].place, &senders[0]);
  resonate_outbox_add (outbox, &senders[1].place, &senders[1]);

  resonate_test_wait_until (!g_main_context_pending (NULL));
  g_assert_cmpstr (log->str, ==, "0 1 0 ");
}

static gboolean
note_turn (gpointer log)
{
  g_string_append (log, "| ");

  return G_SOURCE_CONTINUE;
}

static void
test_outbox_slices (void)
{
  g_autoptr (ResonateOutbox) outbox = resonate_outbox_new (on_send);
  g_autoptr (GString) log = g_string_new (NULL);
  Sender senders[128];
  guint turn = g_idle_add_full (G_PRIORITY_DEFAULT, note_turn, log, NULL);

  g_test_summary ("Others have their turn when a broadcast takes longer than a slice");

  set_up (senders, 128, outbox, log);
  for (int i = 0; i < 128; i++)
    {
      senders[i].busy_us = 50;
      resonate_outbox_add (outbox, &senders[i].place, &senders[i]);
    }

  resonate_test_wait_until (strstr (log->str, "127 ") != NULL);
  g_assert_nonnull (strstr (log->str, "31 | 32 "));
  g_assert_nonnull (strstr (log->str, "95 | 96 "));
  g_source_remove (turn);
}

typedef struct
{
  ResonateOutboxJob job;
  ResonateOutbox *outbox;
  GString *log;
  int name;
  int left;     /* how often it wants to run */
  int n_caught; /* how often it was asked to let somebody catch up */
  uint64_t before;
} Job;

static gboolean
run_job (gpointer owner, int64_t end_us)
{
  Job *self = owner;

  g_assert_cmpint (end_us, >, 0);
  g_string_append_printf (self->log, "%d ", self->name);

  return --self->left == 0;
}

static void
note_catch_up (gpointer owner, gpointer socket, uint64_t before)
{
  Job *self = owner;

  self->n_caught++;
  self->before = before;
}

static void
test_outbox_jobs (void)
{
  g_autoptr (ResonateOutbox) outbox = resonate_outbox_new (on_send);
  g_autoptr (GString) log = g_string_new (NULL);
  Job jobs[2];

  for (int i = 0; i < 2; i++)
    {
      jobs[i] = (Job){ .outbox = outbox, .log = log, .name = i, .left = 2 };
      jobs[i].job = (ResonateOutboxJob){ { &jobs[i] }, run_job, note_catch_up };
      resonate_outbox_add_job (outbox, &jobs[i].job);
      resonate_outbox_add_job (outbox, &jobs[i].job);
      g_assert_cmpint (resonate_outbox_is_alone (outbox, &jobs[0].job), ==, i == 0);
    }

  g_assert_cmpuint (resonate_outbox_next_number (outbox), ==, 1);
  g_assert_cmpuint (resonate_outbox_next_number (outbox), ==, 2);
  g_assert_true (resonate_outbox_is_last (outbox, 2));
  g_assert_false (resonate_outbox_is_last (outbox, 1));
  resonate_outbox_catch_up_before (outbox, &jobs[0].job, outbox, 7);
  g_assert_cmpint (jobs[0].n_caught, ==, 0);
  g_assert_cmpint (jobs[1].n_caught, ==, 1);
  g_assert_cmpuint (jobs[1].before, ==, 7);
  resonate_outbox_catch_up (outbox, outbox);
  g_assert_cmpint (jobs[0].n_caught, ==, 1);
  g_assert_cmpuint (jobs[0].before, ==, G_MAXUINT64);

  /* In turn, until each has said that it is done. */
  resonate_test_wait_until (!g_main_context_pending (NULL));
  g_assert_cmpstr (log->str, ==, "0 1 0 1 ");

  jobs[0].left = 1;
  resonate_outbox_add_job (outbox, &jobs[0].job);
  resonate_outbox_remove_job (outbox, &jobs[0].job);
  resonate_test_wait_until (!g_main_context_pending (NULL));
  g_assert_cmpstr (log->str, ==, "0 1 0 1 ");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/once-and-in-order", test_outbox_once_and_in_order);
  g_test_add_func ("/outbox/adds-itself", test_outbox_adds_itself);
  g_test_add_func ("/outbox/slices", test_outbox_slices);
  g_test_add_func ("/outbox/jobs", test_outbox_jobs);

  return g_test_run ();
}
