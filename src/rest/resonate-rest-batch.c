/* resonate-rest-batch.c: POST /apps/{app}/batch_events
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-batch"

#include "config.h"

#include "resonate-rest-batch-private.h"

#include "resonate-rest-body-private.h"
#include "resonate-rest-event-private.h"
#include "resonate-rest-gather-private.h"
#include "../pusher/resonate-channel-info-private.h"
#include "resonate-validator-private.h"

/* Reads the items, a list or the values of an object. What is no object has no members. */
static GArray *
list_items (const ResonateJsonValue *batch)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (ResonateRestFields));
  ResonateJsonIter iter;
  ResonateJsonValue key, value;

  resonate_json_iter_init (&iter, batch);
  while (batch->kind == RESONATE_JSON_OBJECT ? resonate_json_iter_next_member (&iter, &key, &value)
                                             : resonate_json_iter_next_element (&iter, &value))
    {
      ResonateRestFields item;

      resonate_rest_fields_read (&item, &value);
      g_array_append_val (items, item);
    }

  return items;
}

/* Laravel looks at one attribute of all items before it looks at the next one. The message about a
 * missing channel speaks of `channels`, but an item has no such thing. */
static void
check_attribute (ResonateValidator *validator,
                 GArray *items,
                 ResonateRestField field,
                 gboolean required,
                 const char *instead)
{
  const char *name = resonate_rest_field_get_name (field);

  for (unsigned int i = 0; i < items->len; i++)
    {
      const ResonateRestFields *item = &g_array_index (items, ResonateRestFields, i);
      const ResonateJsonValue *value = &item->values[field];
      g_autofree char *attribute = g_strdup_printf ("batch.%u.%s", i, name);

      if (required && instead == NULL)
        resonate_validator_require (validator, value, attribute);
      else if (required)
        resonate_validator_require_without (validator, value, attribute, instead, TRUE);

      if (field == RESONATE_REST_DATA)
        resonate_validator_check_payload (validator, value, attribute, attribute);
      else
        resonate_validator_check_string (validator, value, attribute, attribute);
    }
}

static GArray *
check_batch (ResonateValidator *validator, const ResonateJsonValue *body)
{
  g_autoptr (GArray) items = NULL;
  ResonateJsonValue batch = { NULL };

  resonate_json_get_member (body, "batch", &batch);
  resonate_validator_require (validator, &batch, "batch");
  resonate_validator_check_array (validator, &batch, "batch");
  if (!resonate_validator_passes (validator))
    return NULL;

  items = list_items (&batch);
  check_attribute (validator, items, RESONATE_REST_NAME, TRUE, NULL);
  check_attribute (validator, items, RESONATE_REST_DATA, TRUE, NULL);
  check_attribute (validator, items, RESONATE_REST_CHANNEL, TRUE, "channels");
  check_attribute (validator, items, RESONATE_REST_SOCKET_ID, FALSE, NULL);
  check_attribute (validator, items, RESONATE_REST_INFO, FALSE, NULL);

  return resonate_validator_passes (validator) ? g_steal_pointer (&items) : NULL;
}

/* Appends what an item asked for, and says whether it asked. */
static gboolean
append_item_info (ResonateRequest *request, const ResonateRestFields *item, GString *out)
{
  g_autofree char *info = resonate_rest_fields_dup (item, RESONATE_REST_INFO);
  g_autofree char *channel = resonate_rest_fields_dup (item, RESONATE_REST_CHANNEL);

  resonate_channel_info_append (request->realm, channel, resonate_channel_info_parse (info), out);

  return info != NULL;
}

/* What is to be told of the channel of an item. */
typedef struct
{
  char *channel;
  ResonateInfo wanted;
} Wish;

static void
clear_wish (gpointer data)
{
  g_free (((Wish *) data)->channel);
}

static void
tell (ResonateExchange *exchange, ResonateFindings *findings, gpointer user_data)
{
  GArray *wishes = user_data;
  GString *out = g_string_new ("{\"batch\":[");

  for (unsigned int i = 0; i < wishes->len; i++)
    {
      const Wish *wish = &g_array_index (wishes, Wish, i);

      if (i > 0)
        g_string_append_c (out, ',');
      resonate_findings_append_info (findings, wish->channel, wish->wanted, out);
    }
  g_string_append (out, "]}");

  resonate_exchange_respond_json (exchange, 200, g_string_free (out, FALSE));
  resonate_findings_free (findings);
}

/* Asks once for all items: for everything of which one of them wants to know. */
static void
gather (ResonateRequest *request, GArray *items)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new ();
  GArray *wishes = g_array_new (FALSE, FALSE, sizeof (Wish));
  ResonateInfo wanted = 0;

  g_array_set_clear_func (wishes, clear_wish);
  for (unsigned int i = 0; i < items->len; i++)
    {
      const ResonateRestFields *item = &g_array_index (items, ResonateRestFields, i);
      g_autofree char *info = resonate_rest_fields_dup (item, RESONATE_REST_INFO);
      Wish wish = { resonate_rest_fields_dup (item, RESONATE_REST_CHANNEL),
                    resonate_channel_info_parse (info) };

      wanted |= wish.wanted;
      g_ptr_array_add (channels, wish.channel);
      g_array_append_val (wishes, wish);
    }

  resonate_rest_gather (request, resonate_question_new_named (channels, wanted), tell, wishes,
                        (GDestroyNotify) g_array_unref);
}

void
resonate_rest_batch (ResonateRequest *request)
{
  g_autoptr (ResonateValidator) validator = resonate_validator_new ();
  g_autoptr (GArray) items = NULL;
  g_autoptr (GString) infos = NULL;
  gboolean any = FALSE;
  ResonateJsonValue body;

  if (!resonate_rest_body_read (request, &body))
    return;

  items = check_batch (validator, &body);
  if (items == NULL)
    {
      resonate_exchange_respond_json (request->exchange, 422,
                                      resonate_validator_dup_json (validator));
      return;
    }

  infos = g_string_new ("{\"batch\":[");
  for (unsigned int i = 0; i < items->len; i++)
    {
      const ResonateRestFields *item = &g_array_index (items, ResonateRestFields, i);
      g_autofree char *channel = resonate_rest_fields_dup (item, RESONATE_REST_CHANNEL);
      g_auto (ResonateRestEvent) event = { NULL };

      resonate_rest_event_read (&event, item);
      resonate_rest_event_publish (&event, request, channel, RESONATE_EVENT_CHANNEL_FIRST);
      if (i > 0)
        g_string_append_c (infos, ',');
      any = append_item_info (request, item, infos) || any;
    }
  g_string_append (infos, "]}");

  if (any && request->realm->gatherer != NULL)
    {
      gather (request, items);
      return;
    }

  /* A batch that nothing was asked of is answered with an object, as the reference does. */
  resonate_exchange_respond_json (request->exchange, 200,
                                  any ? g_string_free (g_steal_pointer (&infos), FALSE)
                                      : g_strdup ("{\"batch\":{}}"));
}
