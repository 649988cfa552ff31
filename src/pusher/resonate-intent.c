/* resonate-intent.c: a subscription that a client asked for
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-intent"

#include "config.h"

#include "resonate-intent-private.h"

#include "resonate-channel-kind-private.h"
#include "resonate-pusher-error.h"

/* The reference takes a scalar where a string is meant, the way PHP casts it; a number keeps the
 * text it was written as. Returns FALSE for a list, an object or a NUL byte, which nothing makes a
 * string of. */
static gboolean
cast_to_string (const ResonateJsonValue *value, char **text)
{
  switch (value->kind)
    {
    case RESONATE_JSON_NULL:
      *text = NULL;
      return TRUE;

    case RESONATE_JSON_FALSE:
      *text = g_strdup ("");
      return TRUE;

    case RESONATE_JSON_TRUE:
      *text = g_strdup ("1");
      return TRUE;

    case RESONATE_JSON_NUMBER:
      *text = resonate_json_dup_text (value);
      return TRUE;

    case RESONATE_JSON_STRING:
      *text = resonate_json_dup_c_string (value);
      return *text != NULL;

    case RESONATE_JSON_ARRAY:
    case RESONATE_JSON_OBJECT:
    default:
      return FALSE;
    }
}

static gboolean
take_member (const ResonateJsonValue *data, const char *name, char **text)
{
  ResonateJsonValue value;

  return !resonate_json_get_member (data, name, &value) || cast_to_string (&value, text);
}

/* Returns the channel that `{"channel":…}` names, or NULL. */
char *
resonate_intent_dup_channel (const ResonateJsonValue *data)
{
  char *channel = NULL;

  if (data == NULL || !take_member (data, "channel", &channel))
    return NULL;

  return channel;
}

/* An empty `channel_data` or "0" counts as none, for the signature too (spec: channels, 3.2). */
static gboolean
take_channel_data (ResonateIntent *self, GError **error)
{
  if (self->channel_data == NULL || *self->channel_data == '\0' ||
      g_str_equal (self->channel_data, "0"))
    {
      g_clear_pointer (&self->channel_data, g_free);
      return TRUE;
    }

  /* Nobody signed it, so nobody reads it. */
  if (!resonate_channel_kind_is_signed (self->kind))
    return TRUE;

  self->member = resonate_member_parse (self->channel_data, error);

  return self->member != NULL;
}

/*
 * resonate_intent_new:
 * @data: (nullable): the payload of the message
 *
 * Fails with %RESONATE_PUSHER_ERROR_INVALID_MESSAGE.
 */
ResonateIntent *
resonate_intent_new (ResonateConnection *connection, const ResonateJsonValue *data, GError **error)
{
  g_autoptr (ResonateIntent) self = g_rc_box_new0 (ResonateIntent);

  self->connection = g_object_ref (connection);
  self->channel = resonate_intent_dup_channel (data);
  if (self->channel == NULL || !take_member (data, "auth", &self->auth) ||
      !take_member (data, "channel_data", &self->channel_data))
    {
      g_set_error_literal (error, RESONATE_PUSHER_ERROR, RESONATE_PUSHER_ERROR_INVALID_MESSAGE,
                           resonate_pusher_error_to_string (RESONATE_PUSHER_ERROR_INVALID_MESSAGE));
      return NULL;
    }

  self->kind = resonate_channel_kind_from_name (self->channel);
  if (!take_channel_data (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

ResonateIntent *
resonate_intent_ref (ResonateIntent *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (ResonateIntent *self)
{
  g_clear_pointer (&self->member, resonate_member_free);
  g_clear_pointer (&self->channel_data, g_free);
  g_clear_pointer (&self->auth, g_free);
  g_clear_pointer (&self->channel, g_free);
  g_clear_object (&self->connection);
}

void
resonate_intent_unref (ResonateIntent *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear);
}
