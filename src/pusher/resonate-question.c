/* resonate-question.c: what one node asks all of them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-question"

#include "config.h"

#include "resonate-question-private.h"

#include "../base/resonate-error.h"
#include "../base/resonate-json-writer-private.h"

/* How many channels another node may name; a request of ours has a bound of its own. */
#define MAX_NAMES 10000

static const char *const kinds[] = {
  [RESONATE_QUESTION_CONNECTIONS] = "connections",
  [RESONATE_QUESTION_CHANNEL] = "channel",
  [RESONATE_QUESTION_CHANNELS] = "channels",
  [RESONATE_QUESTION_USERS] = "channel_users",
};

static ResonateQuestion *
question_new (ResonateQuestionKind kind, ResonateInfo wanted)
{
  ResonateQuestion *self = g_new0 (ResonateQuestion, 1);

  self->kind = kind;
  self->wanted = wanted;

  return self;
}

static ResonateQuestion *
question_new_of (ResonateQuestionKind kind, const char *name, ResonateInfo wanted)
{
  ResonateQuestion *self = question_new (kind, wanted);

  self->names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->names, g_strdup (name));

  return self;
}

ResonateQuestion *
resonate_question_new_connections (void)
{
  return question_new (RESONATE_QUESTION_CONNECTIONS, 0);
}

/* Whether it is occupied decides what else of it is told, so that is always asked. */
ResonateQuestion *
resonate_question_new_channel (const char *name, ResonateInfo wanted)
{
  g_return_val_if_fail (name != NULL, NULL);

  return question_new_of (RESONATE_QUESTION_CHANNEL, name, wanted | RESONATE_INFO_OCCUPIED);
}

ResonateQuestion *
resonate_question_new_channels (const char *prefix, ResonateInfo wanted)
{
  ResonateQuestion *self = question_new (RESONATE_QUESTION_CHANNELS, wanted);

  if (prefix != NULL && *prefix != '\0')
    self->prefix = g_strdup (prefix);

  return self;
}

ResonateQuestion *
resonate_question_new_named (GPtrArray *names, ResonateInfo wanted)
{
  ResonateQuestion *self;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_return_val_if_fail (names != NULL, NULL);

  self = question_new (RESONATE_QUESTION_CHANNELS, wanted | RESONATE_INFO_OCCUPIED);
  self->names = g_ptr_array_new_with_free_func (g_free);
  for (unsigned int i = 0; i < names->len; i++)
    {
      if (g_hash_table_add (seen, names->pdata[i]))
        g_ptr_array_add (self->names, g_strdup (names->pdata[i]));
    }

  return self;
}

ResonateQuestion *
resonate_question_new_users (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return question_new_of (RESONATE_QUESTION_USERS, name, 0);
}

void
resonate_question_free (ResonateQuestion *self)
{
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->prefix, g_free);
  g_free (self);
}

static void
append_names (const ResonateQuestion *self, GString *out)
{
  g_string_append_c (out, '[');
  for (unsigned int i = 0; i < self->names->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      resonate_json_append_string (out, self->names->pdata[i], -1);
    }
  g_string_append_c (out, ']');
}

static void
append_info (const ResonateQuestion *self, GString *out)
{
  resonate_json_append_name (out, "info");
  resonate_channel_info_append_names (self->wanted, out);
}

void
resonate_question_append (const ResonateQuestion *self, GString *out)
{
  g_string_append_printf (out, "\"type\":\"%s\",\"options\":", kinds[self->kind]);

  switch (self->kind)
    {
    case RESONATE_QUESTION_CONNECTIONS:
      g_string_append (out, "[]");
      return;

    case RESONATE_QUESTION_CHANNELS:
      if (self->names != NULL)
        {
          g_string_append_c (out, '{');
          append_info (self, out);
          resonate_json_append_name (out, "channels");
          append_names (self, out);
          break;
        }

      g_string_append (out, "{\"filter\":");
      if (self->prefix != NULL)
        resonate_json_append_string (out, self->prefix, -1);
      else
        g_string_append (out, "null");
      append_info (self, out);
      break;

    case RESONATE_QUESTION_CHANNEL:
    case RESONATE_QUESTION_USERS:
    default:
      g_string_append (out, "{\"channel\":");
      resonate_json_append_string (out, self->names->pdata[0], -1);
      if (self->kind == RESONATE_QUESTION_CHANNEL)
        append_info (self, out);
      break;
    }

  g_string_append_c (out, '}');
}

static ResonateQuestion *
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, RESONATE_ERROR, RESONATE_ERROR_SYNTAX, message);

  return NULL;
}

/* Reads a list of strings, or returns NULL. */
static GPtrArray *
read_names (const ResonateJsonValue *list)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  ResonateJsonIter iter;
  ResonateJsonValue value;

  if (list->kind != RESONATE_JSON_ARRAY)
    return NULL;

  resonate_json_iter_init (&iter, list);
  while (resonate_json_iter_next_element (&iter, &value))
    {
      char *name = resonate_json_dup_c_string (&value);

      if (name == NULL || names->len == MAX_NAMES)
        {
          g_free (name);
          return NULL;
        }
      g_ptr_array_add (names, name);
    }

  return g_steal_pointer (&names);
}

/* Takes what the options of the kind are; returns what is wrong with them, or NULL. */
static const char *
take_options (ResonateQuestion *self, const ResonateJsonValue *options)
{
  static const char *const members[] = { "channel", "channels", "filter", "info" };
  ResonateJsonValue values[G_N_ELEMENTS (members)];
  const ResonateJsonValue *channel = &values[0], *channels = &values[1];
  const ResonateJsonValue *filter = &values[2], *info = &values[3];

  resonate_json_get_members (options, members, values, G_N_ELEMENTS (members));

  if (self->kind == RESONATE_QUESTION_CHANNEL || self->kind == RESONATE_QUESTION_USERS)
    {
      char *name = channel->text != NULL ? resonate_json_dup_c_string (channel) : NULL;

      if (name == NULL)
        return "a question of a channel that names none";
      self->names = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (self->names, name);
    }
  else if (channels->text != NULL && channels->kind != RESONATE_JSON_NULL)
    {
      self->names = read_names (channels);
      if (self->names == NULL)
        return "a list of channels that is none";
    }

  if (filter->text != NULL && filter->kind != RESONATE_JSON_NULL)
    {
      self->prefix = resonate_json_dup_c_string (filter);
      if (self->prefix == NULL)
        return "a filter that is no string";
    }

  if (info->text != NULL && info->kind == RESONATE_JSON_STRING)
    {
      g_autofree char *list = resonate_json_dup_string (info, NULL);

      self->wanted = resonate_channel_info_parse (list);
    }

  return NULL;
}

ResonateQuestion *
resonate_question_parse (const ResonateJsonValue *payload, GError **error)
{
  static const char *const members[] = { "type", "options" };
  ResonateJsonValue values[G_N_ELEMENTS (members)];
  g_autoptr (ResonateQuestion) self = NULL;
  const char *problem;

  resonate_json_get_members (payload, members, values, G_N_ELEMENTS (members));
  for (size_t i = 0; i < G_N_ELEMENTS (kinds) && values[0].text != NULL; i++)
    {
      if (resonate_json_string_equals (&values[0], kinds[i]))
        self = question_new (i, 0);
    }
  if (self == NULL)
    return refuse (error, "a question of no known type");
  if (self->kind == RESONATE_QUESTION_CONNECTIONS)
    return g_steal_pointer (&self);
  if (values[1].text == NULL)
    return refuse (error, "a question without options");

  problem = take_options (self, &values[1]);
  if (problem != NULL)
    return refuse (error, problem);

  return g_steal_pointer (&self);
}
