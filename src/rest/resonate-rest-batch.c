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
#include "resonate-rest-info-private.h"
#include "resonate-validator-private.h"

/* Reads the items, a list or the values of an object. What is no object has no members. */
static GArray *
list_items (const ResonateJsonValue *batch)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (ResonateJsonValue));
  ResonateJsonIter iter;
  ResonateJsonValue key, value;

  resonate_json_iter_init (&iter, batch);
  while (batch->kind == RESONATE_JSON_OBJECT ? resonate_json_iter_next_member (&iter, &key, &value)
                                             : resonate_json_iter_next_element (&iter, &value))
    g_array_append_val (items, value);

  return items;
}

/* Laravel looks at one attribute of all items before it looks at the next one. The message about a
 * missing channel speaks of `channels`, but an item has no such thing. */
static void
check_attribute (ResonateValidator *validator,
                 GArray *items,
                 const char *name,
                 gboolean required,
                 const char *instead)
{
  for (unsigned int i = 0; i < items->len; i++)
    {
      const ResonateJsonValue *item = &g_array_index (items, ResonateJsonValue, i);
      g_autofree char *attribute = g_strdup_printf ("batch.%u.%s", i, name);

      if (required && instead == NULL)
        resonate_validator_require (validator, item, name, attribute);
      else if (required)
        resonate_validator_require_without (validator, item, name, attribute, instead, TRUE);
      resonate_validator_check_string (validator, item, name, attribute, attribute);
    }
}

static GArray *
check_batch (ResonateValidator *validator, const ResonateJsonValue *body)
{
  g_autoptr (GArray) items = NULL;
  ResonateJsonValue batch;

  resonate_validator_require (validator, body, "batch", "batch");
  resonate_validator_check_array (validator, body, "batch", "batch");
  if (!resonate_validator_passes (validator))
    return NULL;

  resonate_json_get_member (body, "batch", &batch);
  items = list_items (&batch);
  check_attribute (validator, items, "name", TRUE, NULL);
  check_attribute (validator, items, "data", TRUE, NULL);
  check_attribute (validator, items, "channel", TRUE, "channels");
  check_attribute (validator, items, "socket_id", FALSE, NULL);
  check_attribute (validator, items, "info", FALSE, NULL);

  return resonate_validator_passes (validator) ? g_steal_pointer (&items) : NULL;
}

/* Appends what an item asked for, and says whether it asked. */
static gboolean
append_item_info (ResonateRequest *request, const ResonateJsonValue *item, GString *out)
{
  g_autofree char *info = resonate_rest_body_dup_member (item, "info");
  g_autofree char *channel = resonate_rest_body_dup_member (item, "channel");

  resonate_rest_info_append (request->realm, channel, resonate_rest_info_parse (info), out);

  return info != NULL;
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
      const ResonateJsonValue *item = &g_array_index (items, ResonateJsonValue, i);
      g_autofree char *channel = resonate_rest_body_dup_member (item, "channel");
      g_auto (ResonateRestEvent) event = { NULL };

      resonate_rest_event_read (&event, item);
      resonate_rest_event_publish (&event, request, channel, RESONATE_EVENT_CHANNEL_FIRST);
      if (i > 0)
        g_string_append_c (infos, ',');
      any = append_item_info (request, item, infos) || any;
    }
  g_string_append (infos, "]}");

  /* A batch that nothing was asked of is answered with an object, as the reference does. */
  resonate_exchange_respond_json (request->exchange, 200,
                                  any ? g_string_free (g_steal_pointer (&infos), FALSE)
                                      : g_strdup ("{\"batch\":{}}"));
}
