/* resonate-rest-channels.c: GET /apps/{app}/channels, and one of them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-channels"

#include "config.h"

#include "resonate-rest-channels-private.h"

#include "../base/resonate-json-writer-private.h"
#include "../pusher/resonate-channel-info-private.h"
#include "resonate-rest-gather-private.h"

/* Returns FALSE, and has answered, when `info` is a list of parameters. */
static gboolean
take_info (ResonateRequest *request, ResonateInfo *wanted)
{
  if (resonate_query_is_list (request->query, "info"))
    {
      resonate_exchange_respond_error (request->exchange, 400,
                                       "The info parameter must be a string.");
      return FALSE;
    }

  *wanted = resonate_channel_info_parse (resonate_query_get (request->query, "info"));

  return TRUE;
}

typedef struct
{
  ResonateRequest *request;
  const char *prefix;
  ResonateInfo wanted;
  GString *out;
} Listing;

static void
list_channel (ResonateChannel *channel, gpointer user_data)
{
  Listing *listing = user_data;
  const char *name = resonate_channel_get_name (channel);

  if (!g_str_has_prefix (name, listing->prefix))
    return;

  resonate_json_append_name (listing->out, name);
  resonate_channel_info_append (listing->request->realm, name, listing->wanted, listing->out);
}

static void
tell_channels (ResonateExchange *exchange, ResonateFindings *findings, gpointer user_data)
{
  resonate_rest_tell_all (exchange, findings, "{\"channels\":{", "}}");
}

void
resonate_rest_channels (ResonateRequest *request)
{
  const char *prefix = resonate_query_get (request->query, "filter_by_prefix");
  Listing listing = { request };

  if (!take_info (request, &listing.wanted))
    return;

  /* To PHP a "0" is as good as nothing. */
  listing.prefix = prefix != NULL && !g_str_equal (prefix, "0") ? prefix : "";
  if (request->realm->gatherer != NULL)
    {
      resonate_rest_gather (request,
                            resonate_question_new_channels (listing.prefix, listing.wanted),
                            tell_channels, NULL, NULL);
      return;
    }

  listing.out = g_string_new ("{\"channels\":{");
  resonate_channel_list_foreach (request->realm->channels, list_channel, &listing);
  g_string_append (listing.out, "}}");

  resonate_exchange_respond_json (request->exchange, 200, g_string_free (listing.out, FALSE));
}

typedef struct
{
  char *name;
  ResonateInfo wanted;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->name);
  g_free (wish);
}

static void
tell_channel (ResonateExchange *exchange, ResonateFindings *findings, gpointer user_data)
{
  const Wish *wish = user_data;
  GString *out = g_string_new (NULL);

  resonate_findings_append_info (findings, wish->name, wish->wanted, out);
  resonate_exchange_respond_json (exchange, 200, g_string_free (out, FALSE));
  resonate_findings_free (findings);
}

static void
gather_channel (ResonateRequest *request, const char *name, ResonateInfo wanted)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->name = g_strdup (name);
  wish->wanted = wanted;
  resonate_rest_gather (request, resonate_question_new_channel (name, wanted), tell_channel, wish,
                        wish_free);
}

void
resonate_rest_channel (ResonateRequest *request)
{
  const char *name = resonate_exchange_get_parameter (request->exchange, "channel");
  ResonateInfo wanted;
  GString *out;

  if (!take_info (request, &wanted))
    return;

  wanted |= RESONATE_INFO_OCCUPIED;
  if (request->realm->gatherer != NULL)
    {
      gather_channel (request, name, wanted);
      return;
    }

  out = g_string_new (NULL);
  resonate_channel_info_append (request->realm, name, wanted, out);
  resonate_exchange_respond_json (request->exchange, 200, g_string_free (out, FALSE));
}
