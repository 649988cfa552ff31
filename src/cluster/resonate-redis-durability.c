/* resonate-redis-durability.c: what of a Redis' configuration would lose data
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-durability"

#include "config.h"

#include <string.h>

#include "resonate-redis-durability-private.h"

#include "resonate-redis-refusal-private.h"

/* What is asked for. INFO is what every user may ask; only CONFIG knows when a snapshot is made. */
typedef struct
{
  char *policy;             /* (nullable) */
  gboolean has_log;         /* appendonly */
  gboolean has_snapshots;   /* save */
  gboolean knows_snapshots; /* whether that was to be found out */
  unsigned int n_left;      /* answers */
  GError *error;            /* (nullable): the first of INFO */
} Findings;

static void
findings_free (gpointer data)
{
  Findings *findings = data;

  g_clear_error (&findings->error);
  g_free (findings->policy);
  g_free (findings);
}

/* (transfer full) (nullable): of "name:value" in a line of its own. */
static char *
find_info (const char *text, const char *name)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, name) && (*line)[strlen (name)] == ':')
      return g_strdup (*line + strlen (name) + 1);

  return NULL;
}

static char **
tell (const Findings *findings)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (findings->policy != NULL && !g_str_equal (findings->policy, "noeviction"))
    {
      g_autofree char *text = g_strdup_printf ("Redis may throw streams away when its memory is "
                                               "full: maxmemory-policy is “%s”, and should "
                                               "be “noeviction”",
                                               findings->policy);

      g_strv_builder_add (builder, text);
    }
  if (!findings->has_log && findings->knows_snapshots && !findings->has_snapshots)
    g_strv_builder_add (builder,
                        "Redis loses all streams when it ends: appendonly is “no”, and save "
                        "is empty");
  else if (!findings->has_log)
    g_strv_builder_add (builder,
                        "Redis loses the latest of streams when it ends: appendonly is “no”");

  return g_strv_builder_end (builder);
}

static void
finish (GTask *task)
{
  Findings *findings = g_task_get_task_data (task);

  if (--findings->n_left > 0)
    return;

  if (findings->error != NULL)
    g_task_return_error (task, g_steal_pointer (&findings->error));
  else
    g_task_return_pointer (task, tell (findings), (GDestroyNotify) g_strfreev);
}

static void
on_info (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Findings *findings = g_task_get_task_data (task);
  const char *text = reply != NULL ? resonate_redis_reply_get_text (reply, NULL, NULL) : NULL;

  if (text != NULL)
    {
      char *policy = find_info (text, "maxmemory_policy");
      g_autofree char *log = find_info (text, "aof_enabled");

      if (policy != NULL)
        {
          g_free (findings->policy);
          findings->policy = policy;
        }
      if (log != NULL)
        findings->has_log = g_str_equal (log, "1");
    }
  if (error != NULL && findings->error == NULL)
    findings->error = resonate_redis_refusal_new (error, "Redis was not asked what it keeps");

  finish (task);
}

/* ["save", "3600 1 300 100"], and an error where the user may not ask. */
static void
on_config (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Findings *findings = g_task_get_task_data (task);
  ResonateRedisReply *save = NULL;
  const char *text = NULL;

  if (reply != NULL)
    save = resonate_redis_reply_get_member (reply, "save");
  if (save != NULL)
    text = resonate_redis_reply_get_text (save, NULL, NULL);
  findings->knows_snapshots = text != NULL;
  findings->has_snapshots = text != NULL && *text != '\0';

  finish (task);
}

/* @last: (nullable) */
static void
ask (ResonateRedis *redis,
     const char *name,
     const char *word,
     const char *last,
     ResonateRedisFunc func,
     GTask *task)
{
  ResonateRedisCommand *command = resonate_redis_command_new (name);

  resonate_redis_command_add (command, word);
  if (last != NULL)
    resonate_redis_command_add (command, last);
  resonate_redis_send (redis, command, func, g_object_ref (task));
}

void
resonate_redis_durability_check (ResonateRedis *redis, GTask *task)
{
  Findings *findings = g_new0 (Findings, 1);

  findings->n_left = 3;
  g_task_set_task_data (task, findings, findings_free);
  ask (redis, "INFO", "memory", NULL, on_info, task);
  ask (redis, "INFO", "persistence", NULL, on_info, task);
  ask (redis, "CONFIG", "GET", "save", on_config, task);
}
