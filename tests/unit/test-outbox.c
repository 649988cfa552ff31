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
  ResonateOutboxEntry entry;
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
    resonate_outbox_add (sender->outbox, &sender->entry, sender);

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
    resonate_outbox_add (outbox, &senders[i].entry, &senders[i]);
  resonate_outbox_add (outbox, &senders[0].entry, &senders[0]);
  resonate_outbox_remove (outbox, &senders[2].entry);
  resonate_outbox_remove (outbox, &senders[2].entry);
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
  resonate_outbox_add (outbox, &senders[0].entry, &senders[0]);
  resonate_outbox_add (outbox, &senders[1].entry, &senders[1]);

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
      resonate_outbox_add (outbox, &senders[i].entry, &senders[i]);
    }

  resonate_test_wait_until (strstr (log->str, "127 ") != NULL);
  g_assert_nonnull (strstr (log->str, "31 | 32 "));
  g_assert_nonnull (strstr (log->str, "95 | 96 "));
  g_source_remove (turn);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/once-and-in-order", test_outbox_once_and_in_order);
  g_test_add_func ("/outbox/adds-itself", test_outbox_adds_itself);
  g_test_add_func ("/outbox/slices", test_outbox_slices);

  return g_test_run ();
}
