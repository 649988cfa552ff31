/* resonate-redis-lookout.c: hears from a sentinel that another server is the master
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-lookout"

#include "config.h"

#include <string.h>

#include "resonate-redis-keeper-private.h"
#include "resonate-redis-lookout-private.h"

struct _ResonateRedisLookout
{
  ResonateRedisSettings *settings;
  ResonateRedisKeeper *keeper;
  ResonateRedisLookoutFunc switched;
  gpointer owner;
};

static void
on_changed (gpointer owner, ResonateRedisState from, ResonateRedisState to)
{
  ResonateRedisLookout *self = owner;
  g_autoptr (ResonateRedisCommand) command = NULL;

  if (to != RESONATE_REDIS_READY)
    return;

  command = resonate_redis_command_new ("SUBSCRIBE");
  resonate_redis_command_add (command, "+switch-master");
  resonate_redis_link_write (resonate_redis_keeper_get_link (self->keeper), command);
}

/* NAME OLD-HOST OLD-PORT NEW-HOST NEW-PORT */
static void
read_switch (ResonateRedisLookout *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (ResonateRedisHost) host = NULL;
  guint64 port;

  if (g_strv_length (words) != 5 || strcmp (words[0], self->settings->url->master_name) != 0 ||
      !g_ascii_string_to_unsigned (words[4], 10, 1, G_MAXUINT16, &port, NULL))
    return;

  host = resonate_redis_host_new (words[3], (uint16_t) port);
  self->switched (self->owner, host);
}

static void
on_push (gpointer owner, ResonateRedisReply *reply)
{
  ResonateRedisLookout *self = owner;
  g_autoptr (GError) error = NULL;
  const char *text;
  size_t length;

  if (!resonate_redis_reply_check (reply, &error))
    {
      resonate_redis_keeper_lose (self->keeper, error);
      return;
    }

  resonate_redis_keeper_settle (self->keeper);
  if (!resonate_redis_reply_get_length (reply, &length, NULL) || length != 3)
    return;

  /* The third word of an acknowledgement is a number. */
  text = resonate_redis_reply_get_text (resonate_redis_reply_get_element (reply, 2), NULL, NULL);
  if (text != NULL)
    read_switch (self, text);
}

static const ResonateRedisKeeperFuncs keeper_funcs = { on_changed, on_push, NULL };

ResonateRedisLookout *
resonate_redis_lookout_new (ResonateRedisSettings *settings,
                            ResonateRedisLookoutFunc switched,
                            gpointer owner)
{
  ResonateRedisLookout *self;

  g_return_val_if_fail (settings != NULL && settings->url->master_name != NULL, NULL);
  g_return_val_if_fail (switched != NULL, NULL);

  self = g_new0 (ResonateRedisLookout, 1);
  self->settings = resonate_redis_settings_ref (settings);
  self->switched = switched;
  self->owner = owner;
  self->keeper = resonate_redis_keeper_new_sentinel (settings, &keeper_funcs, self);
  resonate_redis_keeper_start (self->keeper);

  return self;
}

void
resonate_redis_lookout_free (ResonateRedisLookout *self)
{
  g_return_if_fail (self != NULL);

  resonate_redis_keeper_free (self->keeper);
  resonate_redis_settings_unref (self->settings);
  g_free (self);
}
