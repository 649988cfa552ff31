/* stream-worker.c: one of a group that works on a stream, and says so; made to be killed
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * usage: stream-worker URL STREAM NAME [PROPERTY=NUMBER]...
 *
 * Writes "ID PAYLOAD ATTEMPT" before it does anything else about an entry. It rejects "poison", and
 * takes up to 60 ms for everything else. SIGTERM drains it.
 */

#include <stdlib.h>
#include <unistd.h>

#include <glib-unix.h>
#include <resonate.h>

#define MAX_WORK_MS 60
#define DRAIN_MS    10000

static gboolean
on_done (gpointer user_data)
{
  resonate_delivery_ack_async (user_data, NULL, NULL, NULL);

  return G_SOURCE_REMOVE;
}

/* One write, so that a line is there as a whole or not at all. */
static void
say (ResonateDelivery *delivery, const char *payload)
{
  g_autofree char *line = g_strdup_printf ("%s %s %u\n", resonate_delivery_get_id (delivery),
                                           payload, resonate_delivery_get_attempt (delivery));

  if (write (STDOUT_FILENO, line, strlen (line)) < 0)
    g_error ("Nobody hears me");
}

static gboolean
on_delivery (ResonateConsumer *consumer, ResonateDelivery *delivery)
{
  GBytes *bytes = resonate_delivery_get_payload (delivery);
  g_autofree char *payload = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  say (delivery, payload);
  if (g_str_equal (payload, "poison"))
    return FALSE;

  resonate_delivery_hold (delivery);
  g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) g_random_int_range (0, MAX_WORK_MS), on_done,
                      g_object_ref (delivery), g_object_unref);

  return FALSE;
}

static void
on_error (ResonateConsumer *consumer, const GError *error)
{
  g_printerr ("%s\n", error->message);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  resonate_consumer_stop_finish (RESONATE_CONSUMER (source), result, NULL);
  g_main_loop_quit (user_data);
}

typedef struct
{
  ResonateConsumer *consumer;
  GMainLoop *loop;
} Life;

static gboolean
on_term (gpointer user_data)
{
  Life *life = user_data;

  resonate_consumer_stop_async (life->consumer, DRAIN_MS, NULL, on_stopped, life->loop);

  return G_SOURCE_CONTINUE;
}

static ResonateConsumer *
make_consumer (ResonateStreamLog *log, char *argv[])
{
  const char *streams[] = { argv[2], NULL };
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GValue values[16] = { G_VALUE_INIT };
  GObject *consumer;
  unsigned int n = 0;

  g_ptr_array_add (names, g_strdup ("log"));
  g_value_set_object (g_value_init (&values[n++], RESONATE_TYPE_STREAM_LOG), log);
  g_ptr_array_add (names, g_strdup ("streams"));
  g_value_set_boxed (g_value_init (&values[n++], G_TYPE_STRV), streams);
  g_ptr_array_add (names, g_strdup ("name"));
  g_value_set_string (g_value_init (&values[n++], G_TYPE_STRING), argv[3]);
  g_ptr_array_add (names, g_strdup ("start-id"));
  g_value_set_string (g_value_init (&values[n++], G_TYPE_STRING), "0");
  for (char **arg = argv + 4; *arg != NULL && n < G_N_ELEMENTS (values); arg++)
    {
      char *equals = strchr (*arg, '=');

      g_ptr_array_add (names, g_strndup (*arg, (gsize) (equals - *arg)));
      g_value_set_uint (g_value_init (&values[n++], G_TYPE_UINT),
                        (guint) strtoul (equals + 1, NULL, 10));
    }

  consumer = g_object_new_with_properties (RESONATE_TYPE_CONSUMER, n, (const char **) names->pdata,
                                           values);
  for (unsigned int i = 0; i < n; i++)
    g_value_unset (&values[i]);

  return RESONATE_CONSUMER (consumer);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ResonateStreamLog) log = NULL;
  g_autoptr (ResonateConsumer) consumer = NULL;
  g_autoptr (GError) error = NULL;
  Life life;

  if (argc < 4)
    return 2;

  log = resonate_stream_log_new_for_uri (argv[1], NULL, &error);
  if (log == NULL)
    g_error ("%s", error->message);

  consumer = make_consumer (log, argv);
  g_signal_connect (consumer, "delivery", G_CALLBACK (on_delivery), NULL);
  g_signal_connect (consumer, "error", G_CALLBACK (on_error), NULL);
  resonate_consumer_start (consumer);

  life = (Life){ consumer, loop };
  g_unix_signal_add (SIGTERM, on_term, &life);
  g_main_loop_run (loop);

  return 0;
}
