/* resonate-rest-gather.c: requests that all nodes have to be asked for
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-gather"

#include "config.h"

#include "resonate-rest-gather-private.h"

#include "../base/resonate-clock-private.h"

#define SLICE_US 1000

typedef struct
{
  ResonateExchange *exchange;
  ResonateRestTellFunc func;
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable) */
} Gathering;

static void
gathering_free (Gathering *gathering)
{
  if (gathering->destroy != NULL)
    gathering->destroy (gathering->user_data);
  g_object_unref (gathering->exchange);
  g_free (gathering);
}

static void
add_missing (ResonateExchange *exchange, int n_missing)
{
  g_autofree char *text = n_missing < 0 ? g_strdup ("all") : g_strdup_printf ("%d", n_missing);

  if (n_missing != 0)
    resonate_exchange_add_header (exchange, RESONATE_REST_HEADER_MISSING, text);
}

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Gathering *gathering = user_data;
  g_autoptr (GError) error = NULL;
  ResonateFindings *findings = resonate_gatherer_ask_finish (result, &error);

  if (findings != NULL)
    {
      add_missing (gathering->exchange, resonate_findings_get_missing (findings));
      gathering->func (gathering->exchange, findings, gathering->user_data);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    resonate_exchange_respond_error (gathering->exchange, 503, error->message);

  gathering_free (gathering);
}

void
resonate_rest_gather (ResonateRequest *request,
                      ResonateQuestion *question,
                      ResonateRestTellFunc func,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  Gathering *gathering = g_new0 (Gathering, 1);

  gathering->exchange = g_object_ref (request->exchange);
  gathering->func = func;
  gathering->user_data = user_data;
  gathering->destroy = destroy;

  resonate_exchange_hold (request->exchange);
  resonate_gatherer_ask_async (request->realm->gatherer, request->realm, question,
                               resonate_exchange_get_cancellable (request->exchange), on_gathered,
                               gathering);
}

/*
 * Long answers
 */
typedef struct
{
  ResonateExchange *exchange;
  ResonateFindings *findings;
  GString *out;
  const char *closing;
} Telling;

static void
telling_free (Telling *telling)
{
  if (telling->out != NULL)
    g_string_free (telling->out, TRUE);
  resonate_findings_free (telling->findings);
  g_object_unref (telling->exchange);
  g_free (telling);
}

static gboolean
tell_slice (gpointer user_data)
{
  Telling *telling = user_data;
  GCancellable *cancellable = resonate_exchange_get_cancellable (telling->exchange);
  int64_t deadline_us = resonate_clock_now_us () + SLICE_US;

  if (g_cancellable_is_cancelled (cancellable))
    return G_SOURCE_REMOVE;
  if (!resonate_findings_run (telling->findings, telling->out, deadline_us))
    return G_SOURCE_CONTINUE;

  g_string_append (telling->out, telling->closing);
  resonate_exchange_respond_json (telling->exchange, 200,
                                  g_string_free (g_steal_pointer (&telling->out), FALSE));

  return G_SOURCE_REMOVE;
}

void
resonate_rest_tell_all (ResonateExchange *exchange,
                        ResonateFindings *findings,
                        const char *opening,
                        const char *closing)
{
  Telling *telling = g_new0 (Telling, 1);

  telling->exchange = g_object_ref (exchange);
  telling->findings = findings;
  telling->out = g_string_new (opening);
  telling->closing = closing;

  /* Nearly all answers are short: those need no turn of their own. */
  if (tell_slice (telling) == G_SOURCE_REMOVE)
    telling_free (telling);
  else
    g_timeout_add_full (G_PRIORITY_DEFAULT, 0, tell_slice, telling, (GDestroyNotify) telling_free);
}
