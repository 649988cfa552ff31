/* resonate-member.c: who a presence subscriber says it is
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-member"

#include "config.h"

#include "resonate-member-private.h"

#include <string.h>

#include "../base/resonate-json-private.h"
#include "../base/resonate-json-writer-private.h"
#include "resonate-pusher-error.h"

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_INVALID_MESSAGE,
                       resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_INVALID_MESSAGE));

  return FALSE;
}

/* An id is a string or a number. Without one, with null or with "" there is no user (decision 22),
 * and 0 is a user like any other (decision 23). */
static gboolean
take_id (ResonateMember *self, const ResonateJsonValue *value, GError **error)
{
  g_autofree char *id = NULL;
  GString *json;

  switch (value->kind)
    {
    case RESONATE_JSON_NULL:
      return TRUE;

    case RESONATE_JSON_NUMBER:
      id = resonate_json_dup_text (value);
      break;

    case RESONATE_JSON_STRING:
      id = resonate_json_dup_c_string (value);
      if (id == NULL)
        return refuse (error);
      break;

    case RESONATE_JSON_FALSE:
    case RESONATE_JSON_TRUE:
    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
    default:
      return refuse (error);
    }

  if (*id == '\0')
    return TRUE;

  /* The server itself writes the id into lists, so a string is written as PHP does. */
  json = g_string_new (NULL);
  if (value->kind == RESONATE_JSON_STRING)
    resonate_json_append_string (json, id, -1);
  else
    g_string_append (json, id);
  self->id = g_steal_pointer (&id);
  self->id_json = g_string_free (json, FALSE);

  return TRUE;
}

/*
 * resonate_member_parse:
 *
 * Reads a `channel_data`. Fails with %RESONATE_PUSHER_ERROR_INVALID_MESSAGE when it is neither an
 * object nor a list, or the id has a type that ids do not have.
 */
ResonateMember *
resonate_member_parse (const char *channel_data, GError **error)
{
  g_autoptr (ResonateMember) self = g_new0 (ResonateMember, 1);
  ResonateJsonValue root, value;

  if (!resonate_json_scan (channel_data, strlen (channel_data), RESONATE_JSON_DEPTH_TREE, &root,
                           NULL) ||
      (root.kind != RESONATE_JSON_OBJECT && root.kind != RESONATE_JSON_ARRAY))
    {
      refuse (error);
      return NULL;
    }

  self->data = resonate_json_dup_text (&root);
  if (resonate_json_get_member (&root, "user_id", &value) && !take_id (self, &value, error))
    return NULL;
  if (resonate_json_get_member (&root, "user_info", &value))
    self->info_json = resonate_json_dup_text (&value);

  return g_steal_pointer (&self);
}

void
resonate_member_free (ResonateMember *self)
{
  g_free (self->info_json);
  g_free (self->id_json);
  g_free (self->id);
  g_free (self->data);
  g_free (self);
}
