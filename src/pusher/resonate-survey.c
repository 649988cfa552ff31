/* resonate-survey.c: what a node answers, part by part
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-survey"

#include "config.h"

#include "resonate-survey-private.h"

#include "../base/resonate-clock-private.h"
#include "../base/resonate-json-writer-private.h"
#include "resonate-channel-kind-private.h"
#include "resonate-channel-private.h"

/* So many are looked at between two looks at the clock. */
#define STRIDE 16

/* A reader that may stop anywhere: it knows places in directories, and holds nothing that could go
 * meanwhile. A channel whose users do not fit into a part goes on in the next one, where only they
 * are told. */
struct _ResonateSurvey
{
  ResonateQuestion *question;
  gboolean is_exact;

  uint64_t place;      /* in the list of connections, of channels or of users */
  unsigned int index;  /* in the names that were asked of */
  char *begun;         /* (nullable): the channel whose users are not told to the end */
  uint64_t user_place; /* and how far they are */
  unsigned int n_seen;
};

ResonateSurvey *
resonate_survey_new (ResonateQuestion *question, gboolean is_exact)
{
  ResonateSurvey *self;

  g_return_val_if_fail (question != NULL, NULL);

  self = g_new0 (ResonateSurvey, 1);
  self->question = question;
  self->is_exact = is_exact;

  return self;
}

void
resonate_survey_free (ResonateSurvey *self)
{
  g_clear_pointer (&self->begun, g_free);
  g_clear_pointer (&self->question, resonate_question_free);
  g_free (self);
}

const ResonateQuestion *
resonate_survey_get_question (ResonateSurvey *self)
{
  return self->question;
}

char
resonate_survey_get_opening (ResonateSurvey *self)
{
  return self->question->kind == RESONATE_QUESTION_USERS ? '[' : '{';
}

char
resonate_survey_get_closing (ResonateSurvey *self)
{
  return self->question->kind == RESONATE_QUESTION_USERS ? ']' : '}';
}

static gboolean
is_over (ResonateSurvey *self, GString *out, size_t limit, int64_t deadline_us)
{
  if (out->len >= limit)
    return TRUE;

  return ++self->n_seen % STRIDE == 0 && resonate_clock_now_us () >= deadline_us;
}

static void
append_comma (GString *out)
{
  if (out->len > 0 && out->str[out->len - 1] != '[')
    g_string_append_c (out, ',');
}

/* Returns whether all users have been told. */
static gboolean
append_ids (ResonateSurvey *self, ResonateChannel *channel, GString *out, size_t limit)
{
  ResonateMembers *members = resonate_channel_get_members (channel);
  gboolean more = FALSE;

  resonate_json_append_name (out, "users");
  g_string_append_c (out, '[');
  while (out->len < limit)
    {
      size_t length = out->len;

      append_comma (out);
      more = resonate_members_append_after (members, &self->user_place, out);
      if (!more)
        {
          g_string_truncate (out, length);
          break;
        }
    }
  g_string_append_c (out, ']');

  return !more;
}

/* How long the cached event is kept yet, by which the youngest of several nodes is known. */
static void
append_left (ResonateRealm *realm, const char *name, GString *out)
{
  int64_t left_us = resonate_channel_cache_get_expiry (realm->cache, name) -
                    resonate_clock_now_us ();

  if (left_us <= 0)
    return;

  resonate_json_append_name (out, "cache_left");
  g_string_append_printf (out, "%" G_GINT64_FORMAT, left_us / 1000);
}

/* Appends what is known of a channel, without the braces. Returns whether that was all. */
static gboolean
append_facts (
  ResonateSurvey *self, ResonateRealm *realm, const char *name, GString *out, size_t limit)
{
  ResonateChannel *live = resonate_channel_list_lookup (realm->channels, name);
  ResonateInfo wanted = self->question->wanted;
  gboolean is_done = TRUE;
  gboolean has_users = self->is_exact && live != NULL && (wanted & RESONATE_INFO_USER_COUNT) &&
                       resonate_channel_get_members (live) != NULL;

  if (self->begun == NULL)
    {
      size_t start = out->len;

      resonate_channel_info_append (realm, name, wanted, out);
      g_string_truncate (out, out->len - 1);
      g_string_erase (out, (gssize) start, 1);
      if (self->is_exact && (wanted & RESONATE_INFO_CACHE) && out->len > start)
        append_left (realm, name, out);
    }

  if (has_users)
    is_done = append_ids (self, live, out, limit);

  if (is_done)
    {
      g_clear_pointer (&self->begun, g_free);
      self->user_place = 0;
    }
  else if (self->begun == NULL)
    self->begun = g_strdup (name);

  return is_done;
}

static gboolean
append_channel (
  ResonateSurvey *self, ResonateRealm *realm, const char *name, GString *out, size_t limit)
{
  gboolean is_done;

  resonate_json_append_name (out, name);
  g_string_append_c (out, '{');
  is_done = append_facts (self, realm, name, out, limit);
  g_string_append_c (out, '}');

  return is_done;
}

static gboolean
run_connections (
  ResonateSurvey *self, ResonateRealm *realm, GString *out, size_t limit, int64_t deadline_us)
{
  ResonateConnection *connection;

  while (!is_over (self, out, limit, deadline_us))
    {
      connection = resonate_connection_list_after (realm->connections, &self->place);
      if (connection == NULL)
        return TRUE;

      resonate_json_append_name (out, resonate_connection_get_socket_id (connection));
      g_string_append (out, "{}");
    }

  return FALSE;
}

static gboolean
run_channels (
  ResonateSurvey *self, ResonateRealm *realm, GString *out, size_t limit, int64_t deadline_us)
{
  const char *prefix = self->question->prefix;
  ResonateChannel *channel;

  if (self->begun != NULL)
    {
      g_autofree char *begun = g_strdup (self->begun);

      if (!append_channel (self, realm, begun, out, limit))
        return FALSE;
    }

  while (!is_over (self, out, limit, deadline_us))
    {
      channel = resonate_channel_list_after (realm->channels, &self->place);
      if (channel == NULL)
        return TRUE;
      if (prefix != NULL && !g_str_has_prefix (resonate_channel_get_name (channel), prefix))
        continue;
      if (!append_channel (self, realm, resonate_channel_get_name (channel), out, limit))
        return FALSE;
    }

  return FALSE;
}

static gboolean
run_named (
  ResonateSurvey *self, ResonateRealm *realm, GString *out, size_t limit, int64_t deadline_us)
{
  GPtrArray *names = self->question->names;

  while (!is_over (self, out, limit, deadline_us))
    {
      if (self->index == names->len)
        return TRUE;
      if (append_channel (self, realm, names->pdata[self->index], out, limit))
        self->index++;
    }

  return FALSE;
}

static gboolean
run_users (
  ResonateSurvey *self, ResonateRealm *realm, GString *out, size_t limit, int64_t deadline_us)
{
  ResonateChannel *live;

  live = resonate_channel_list_lookup (realm->channels, self->question->names->pdata[0]);
  if (live == NULL || resonate_channel_get_members (live) == NULL)
    return TRUE;

  while (!is_over (self, out, limit, deadline_us))
    {
      size_t length = out->len;

      append_comma (out);
      g_string_append (out, "{\"id\":");
      if (!resonate_members_append_after (resonate_channel_get_members (live), &self->place, out))
        {
          g_string_truncate (out, length);
          return TRUE;
        }
      g_string_append_c (out, '}');
    }

  return FALSE;
}

gboolean
resonate_survey_run (
  ResonateSurvey *self, ResonateRealm *realm, GString *out, size_t limit, int64_t deadline_us)
{
  g_return_val_if_fail (self != NULL && realm != NULL && out != NULL, TRUE);

  switch (self->question->kind)
    {
    case RESONATE_QUESTION_CONNECTIONS:
      return run_connections (self, realm, out, limit, deadline_us);

    case RESONATE_QUESTION_CHANNEL:
      return append_facts (self, realm, self->question->names->pdata[0], out, limit);

    case RESONATE_QUESTION_USERS:
      return run_users (self, realm, out, limit, deadline_us);

    case RESONATE_QUESTION_CHANNELS:
    default:
      return self->question->names != NULL ? run_named (self, realm, out, limit, deadline_us)
                                           : run_channels (self, realm, out, limit, deadline_us);
    }
}

gboolean
resonate_survey_is_occupied (ResonateSurvey *self, ResonateRealm *realm)
{
  GPtrArray *names = self->question->names;

  return names != NULL && names->len > 0 &&
         resonate_channel_list_lookup (realm->channels, names->pdata[0]) != NULL;
}
