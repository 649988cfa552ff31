/* resonate-rest-body.c: the JSON body of a request
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-rest-body"

#include "config.h"

#include "resonate-rest-body-private.h"

/*
 * resonate_rest_body_read:
 * @body: (out): an object, lying in the body of the request
 *
 * Returns FALSE, and has answered with 400, when the body is anything else (decisions A7 and 24).
 */
gboolean
resonate_rest_body_read (ResonateRequest *request, ResonateJsonValue *body)
{
  GBytes *bytes = resonate_exchange_get_body (request->exchange);
  g_autoptr (GError) error = NULL;
  const char *text;
  size_t length;

  text = g_bytes_get_data (bytes, &length);
  if (!resonate_json_scan (text, length, RESONATE_JSON_DEPTH_TREE, body, &error))
    {
      resonate_exchange_respond_error (request->exchange, 400, error->message);
      return FALSE;
    }

  if (body->kind != RESONATE_JSON_OBJECT)
    {
      resonate_exchange_respond_error (request->exchange, 400, "The body must be a JSON object.");
      return FALSE;
    }

  return TRUE;
}
