/* resonate-attendance-envelope.c: what nodes tell each other of members
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-attendance"

#include "config.h"

#include "resonate-attendance-parts-private.h"

#include <string.h>

#include "../base/resonate-json-writer-private.h"

/* What envelopes say of a member. */
#define ADDED   "member_added"
#define REMOVED "member_removed"

/* Returns the id of the app, and where in @topic the name of the channel begins. */
char *
resonate_attendance_parse_topic (ResonateAttendance *self, const char *topic, const char **channel)
{
  size_t length = strlen (self->relay->prefix);
  const char *end;

  if (strncmp (topic, self->relay->prefix, length) != 0 ||
      !g_str_has_prefix (topic + length, RESONATE_RELAY_CHANNEL_TOPIC))
    return NULL;

  topic += length + strlen (RESONATE_RELAY_CHANNEL_TOPIC);
  end = strchr (topic, ':');
  if (end == NULL)
    return NULL;

  *channel = end + 1;

  return g_uri_unescape_segment (topic, end, NULL);
}

GBytes *
resonate_attendance_announce (
  gpointer owner, const char *topic, gboolean is_added, const char *user_id, const char *data)
{
  ResonateAttendance *self = owner;
  const char *name;
  g_autofree char *app_id = resonate_attendance_parse_topic (self, topic, &name);
  GString *text;

  if (app_id == NULL)
    return NULL;

  text = resonate_envelope_codec_begin (self->relay->codec, RESONATE_ENVELOPE_PRESENCE, app_id);
  g_string_append_printf (text, "{\"event\":\"%s\",\"user_id\":", is_added ? ADDED : REMOVED);
  resonate_json_append_string (text, user_id, -1);
  if (is_added)
    {
      g_string_append (text, ",\"data\":");
      resonate_json_append_string (text, data, -1);
    }
  g_string_append_c (text, '}');

  return resonate_envelope_codec_end (self->relay->codec, text, topic, NULL, NULL);
}

static gboolean
hear_added (ResonateInterest *interest, const ResonateJsonValue *payload, gboolean is_own)
{
  g_autoptr (ResonateMember) member = NULL;
  g_autofree char *data = NULL;
  g_autofree char *user_id = NULL;
  ResonateJsonValue value;

  if (!resonate_json_get_member (payload, "data", &value) || value.kind != RESONATE_JSON_STRING)
    return FALSE;

  data = resonate_json_dup_c_string (&value);
  member = data != NULL ? resonate_member_parse (data, NULL) : NULL;
  if (member == NULL || member->id == NULL)
    return FALSE;

  user_id = g_strdup (member->id);
  if (resonate_replica_add (interest->replica, g_steal_pointer (&member), is_own))
    resonate_attendance_tell (resonate_replica_lookup (interest->replica, user_id), TRUE, interest);

  return TRUE;
}

/* One who is here may have been taken for gone, or has just come back: it is put right. */
static gboolean
hear_removed (ResonateInterest *interest, const ResonateJsonValue *payload)
{
  g_autoptr (ResonateKnown) known = NULL;
  g_autofree char *user_id = NULL;
  ResonateJsonValue value;

  if (!resonate_json_get_member (payload, "user_id", &value) || value.kind != RESONATE_JSON_STRING)
    return FALSE;

  user_id = resonate_json_dup_c_string (&value);
  if (user_id == NULL)
    return FALSE;

  if (resonate_attendance_has_here (interest, user_id))
    return TRUE;

  known = resonate_replica_remove (interest->replica, user_id);
  if (known != NULL)
    resonate_attendance_tell (known, FALSE, interest);

  return TRUE;
}

void
resonate_attendance_hear (ResonateRealm *realm,
                          const char *channel,
                          const ResonateEnvelope *envelope,
                          gboolean is_own,
                          gpointer user_data)
{
  ResonateAttendance *self = user_data;
  g_autoptr (ResonateInterest) interest = NULL;
  ResonateJsonValue event;
  gboolean is_good = FALSE;

  interest = resonate_interest_lookup (realm, channel);
  if (interest == NULL || interest->replica == NULL)
    {
      g_steal_pointer (&interest);
      resonate_envelope_codec_drop (self->relay->codec, RESONATE_ENVELOPE_MISPLACED);
      return;
    }

  resonate_interest_ref (interest);
  if (resonate_json_get_member (&envelope->payload, "event", &event))
    {
      if (resonate_json_string_equals (&event, ADDED))
        is_good = hear_added (interest, &envelope->payload, is_own);
      else if (resonate_json_string_equals (&event, REMOVED))
        is_good = hear_removed (interest, &envelope->payload);
    }

  if (!is_good && self->relay != NULL)
    resonate_envelope_codec_drop (self->relay->codec, RESONATE_ENVELOPE_INCOMPLETE);
}
