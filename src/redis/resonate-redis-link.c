/* resonate-redis-link.c: one connection to one server, from its name to its end
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-redis-link"

#include "config.h"

#include "../base/resonate-clock-private.h"
#include "resonate-redis-connector-private.h"
#include "resonate-redis-link-private.h"
#include "resonate-redis-wire-private.h"

#define MIN_VERSION 602

typedef enum
{
  STAGE_CONNECTING,
  STAGE_GREETING,
  STAGE_READY,
  STAGE_LOST,
} Stage;

struct _ResonateRedisLink
{
  grefcount references;
  ResonateRedisSettings *settings;
  ResonateRedisHost *host;
  gboolean is_sentinel;
  const ResonateRedisLinkFuncs *funcs;
  gpointer owner;
  Stage stage;
  GCancellable *cancellable;
  ResonateRedisWire *wire; /* (nullable) */
  ResonateTimer timer;     /* for connecting, then for the oldest call */
  GQueue calls;            /* in the order in which they are answered */
  size_t backlog;
  GHashTable *scripts; /* (element-type ResonateRedisScript): that this server has been sent */
  int64_t round_trip_us;
  unsigned int version;
  char *role; /* (nullable) */
};

static void
link_unref (ResonateRedisLink *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->role, g_free);
  g_clear_pointer (&self->scripts, g_hash_table_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->host, resonate_redis_host_free);
  g_clear_pointer (&self->settings, resonate_redis_settings_unref);
  g_free (self);
}

static void
fail_calls (GQueue *calls, const GError *error)
{
  GList *node;

  while ((node = g_queue_pop_head_link (calls)) != NULL)
    resonate_redis_call_fail (node->data, error);
}

/* Returns the calls without an answer. */
static GQueue
stop (ResonateRedisLink *self)
{
  GQueue calls = self->calls;

  g_queue_init (&self->calls);
  self->backlog = 0;
  self->stage = STAGE_LOST;
  g_cancellable_cancel (self->cancellable);
  resonate_wheel_disarm (&self->timer);
  g_clear_pointer (&self->wire, resonate_redis_wire_free);

  return calls;
}

static void
lose (ResonateRedisLink *self, const GError *error)
{
  GQueue calls;

  if (self->stage == STAGE_LOST)
    return;

  g_ref_count_inc (&self->references);
  calls = stop (self);
  self->funcs->lost (self->owner, error);
  fail_calls (&calls, error);
  link_unref (self);
}

G_GNUC_PRINTF (2, 3)
static void
lose_because (ResonateRedisLink *self, const char *format, ...)
{
  g_autofree char *host = resonate_redis_host_to_string (self->host);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  error = g_error_new (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE, "Redis at %s %s", host, text);
  lose (self, error);
}

/* One timer for all calls: they are answered in order, so none is due before the oldest. */
static void
on_time (ResonateTimer *timer)
{
  ResonateRedisLink *self = resonate_timer_get_owner (timer, ResonateRedisLink, timer);
  const ResonateRedisOptions *options = &self->settings->options;
  int64_t now_us = resonate_clock_now_us ();
  ResonateRedisCall *call;

  if (self->stage != STAGE_READY)
    {
      lose_because (self, "did not answer within %" G_GINT64_FORMAT " ms",
                    options->connect_timeout_us / 1000);
      return;
    }

  call = g_queue_peek_head (&self->calls);
  if (call == NULL)
    return;

  if (call->deadline_us <= now_us)
    lose_because (self, "did not answer %s within %" G_GINT64_FORMAT " ms",
                  resonate_redis_command_get (call->command, 0, NULL),
                  options->command_timeout_us / 1000);
  else
    resonate_wheel_arm (self->settings->wheel, timer, call->deadline_us - now_us, on_time);
}

static void
push_call (ResonateRedisLink *self, ResonateRedisCall *call)
{
  ResonateRedisScript *script = resonate_redis_command_get_script (call->command);
  gboolean with_source = script != NULL && !g_hash_table_contains (self->scripts, script);
  int64_t timeout_us = self->settings->options.command_timeout_us;

  if (with_source)
    g_hash_table_add (self->scripts, resonate_redis_script_ref (script));

  call->sent_us = resonate_clock_now_us ();
  call->deadline_us = call->sent_us + timeout_us;
  self->backlog += resonate_redis_call_get_size (call);
  g_queue_push_tail_link (&self->calls, &call->node);
  resonate_redis_wire_write (self->wire, call->command, with_source);

  if (self->stage == STAGE_READY && timeout_us > 0 && !resonate_timer_is_armed (&self->timer))
    resonate_wheel_arm (self->settings->wheel, &self->timer, timeout_us, on_time);
}

/* A server that has forgotten its scripts is told this one again: it has done nothing yet. */
static gboolean
send_again (ResonateRedisLink *self, ResonateRedisCall *call, const GError *error)
{
  ResonateRedisScript *script = resonate_redis_command_get_script (call->command);

  if (script == NULL || call->n_redirects > 0 ||
      !g_error_matches (error, RESONATE_REDIS_ERROR, RESONATE_REDIS_ERROR_NOSCRIPT))
    return FALSE;

  call->n_redirects++;
  g_hash_table_remove (self->scripts, script);
  push_call (self, call);

  return TRUE;
}

static void
on_reply (gpointer owner, ResonateRedisReply *reply)
{
  ResonateRedisLink *self = owner;
  g_autoptr (ResonateRedisReply) owned = reply;
  g_autoptr (GError) error = NULL;
  ResonateRedisCall *call;
  GList *node;

  if (self->stage == STAGE_READY && self->funcs->push != NULL)
    {
      self->funcs->push (self->owner, reply);
      return;
    }

  node = g_queue_pop_head_link (&self->calls);
  if (node == NULL)
    {
      lose_because (self, "answered what nobody asked");
      return;
    }

  call = node->data;
  self->backlog -= resonate_redis_call_get_size (call);
  self->round_trip_us = resonate_clock_now_us () - call->sent_us;

  if (!resonate_redis_reply_check (reply, &error))
    {
      if (send_again (self, call, error))
        return;
      if (self->stage == STAGE_READY && self->funcs->refused != NULL &&
          self->funcs->refused (self->owner, call, error))
        return;
    }

  resonate_redis_call_answer (call, g_steal_pointer (&owned));
}

static void
on_wire_lost (gpointer owner, const GError *error)
{
  ResonateRedisLink *self = owner;
  g_autofree char *host = resonate_redis_host_to_string (self->host);
  g_autoptr (GError) ours = g_error_copy (error);

  g_prefix_error (&ours, "%s: ", host);
  lose (self, ours);
}

static const ResonateRedisWireFuncs wire_funcs = { on_reply, on_wire_lost };

/* NOAUTH, WRONGPASS and the like stay what they are: who reads the message can do something. */
static void
lose_greeting (ResonateRedisLink *self, const GError *error)
{
  g_autofree char *host = resonate_redis_host_to_string (self->host);
  g_autoptr (GError) ours = g_error_copy (error);

  if (self->stage != STAGE_GREETING)
    return;

  if (g_strstr_len (error->message, -1, "unknown command") != NULL)
    {
      lose_because (self, "is older than 6.2, which is the oldest that is supported");
      return;
    }

  g_prefix_error (&ours, "%s does not let us in: ", host);
  lose (self, ours);
}

/* `7.0.15` is 700; 0 for what is no version. */
static unsigned int
read_version (const char *text)
{
  char *end;
  guint64 major = g_ascii_strtoull (text, &end, 10);
  guint64 minor;

  if (*end != '.' || major > 999)
    return 0;

  minor = g_ascii_strtoull (end + 1, NULL, 10);

  return minor > 99 ? 0 : (unsigned int) (major * 100 + minor);
}

static void
on_greeted (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  ResonateRedisLink *self = user_data;
  ResonateRedisReply *role;
  ResonateRedisReply *version;
  const char *text = NULL;

  if (error != NULL)
    {
      lose_greeting (self, error);
      return;
    }

  version = resonate_redis_reply_get_member (reply, "version");
  if (version != NULL)
    text = resonate_redis_reply_get_text (version, NULL, NULL);
  self->version = text != NULL ? read_version (text) : 0;
  if (self->version == 0)
    {
      lose_because (self, "does not say which version it is");
      return;
    }
  if (self->version < MIN_VERSION)
    {
      lose_because (self, "is %u.%u; 6.2 is the oldest that is supported", self->version / 100,
                    self->version % 100);
      return;
    }

  role = resonate_redis_reply_get_member (reply, "role");
  if (role != NULL)
    self->role = g_strdup (resonate_redis_reply_get_text (role, NULL, NULL));
}

static void
on_selected (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  if (error != NULL)
    lose_greeting (user_data, error);
}

/* A server that is loading greets and selects, and refuses only this. */
static void
on_ponged (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  ResonateRedisLink *self = user_data;

  if (error != NULL)
    {
      lose_greeting (self, error);
      return;
    }
  if (self->stage != STAGE_GREETING)
    return;

  self->stage = STAGE_READY;
  resonate_wheel_disarm (&self->timer);
  self->funcs->ready (self->owner);
}

static void
ask (ResonateRedisLink *self, ResonateRedisCommand *command, ResonateRedisFunc func)
{
  push_call (self, resonate_redis_call_new (command, func, self));
}

/* HELLO is the one command that says who we are and answers who the server is, and no right is
 * needed for it. */
static void
greet (ResonateRedisLink *self)
{
  const ResonateRedisUrl *url = self->settings->url;
  ResonateRedisCommand *hello = resonate_redis_command_new ("HELLO");

  resonate_redis_command_add (hello, "2");
  if (url->password != NULL && !self->is_sentinel)
    {
      resonate_redis_command_add (hello, "AUTH");
      resonate_redis_command_add (hello, url->user != NULL ? url->user : "default");
      resonate_redis_command_add (hello, url->password);
    }
  resonate_redis_command_add (hello, "SETNAME");
  resonate_redis_command_add (hello, "resonate");
  ask (self, hello, on_greeted);

  if (url->database != 0 && !self->is_sentinel)
    {
      ResonateRedisCommand *select = resonate_redis_command_new ("SELECT");

      resonate_redis_command_add_int (select, url->database);
      ask (self, select, on_selected);
    }
  ask (self, resonate_redis_command_new ("PING"), on_ponged);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ResonateRedisLink *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) stream = resonate_redis_connect_finish (result, &error);

  if (self->stage == STAGE_CONNECTING)
    {
      if (stream == NULL)
        lose (self, error);
      else
        {
          self->stage = STAGE_GREETING;
          self->wire = resonate_redis_wire_new (stream, self->settings->options.max_reply,
                                                &wire_funcs, self);
          greet (self);
        }
    }

  link_unref (self);
}

ResonateRedisLink *
resonate_redis_link_new (ResonateRedisSettings *settings,
                         const ResonateRedisHost *host,
                         gboolean is_sentinel,
                         const ResonateRedisLinkFuncs *funcs,
                         gpointer owner)
{
  ResonateRedisLink *self;

  g_return_val_if_fail (settings != NULL && host != NULL && funcs != NULL && owner != NULL, NULL);

  self = g_new0 (ResonateRedisLink, 1);
  g_ref_count_init (&self->references);
  self->settings = resonate_redis_settings_ref (settings);
  self->host = resonate_redis_host_copy (host);
  self->is_sentinel = is_sentinel;
  self->funcs = funcs;
  self->owner = owner;
  self->cancellable = g_cancellable_new ();
  self->scripts = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) resonate_redis_script_unref,
                                         NULL);
  resonate_wheel_arm (settings->wheel, &self->timer, settings->options.connect_timeout_us, on_time);
  g_ref_count_inc (&self->references);
  resonate_redis_connect_async (settings, self->host, self->cancellable, on_connected, self);

  return self;
}

void
resonate_redis_link_free (ResonateRedisLink *self)
{
  g_autoptr (GError) error = NULL;
  GQueue calls;

  g_return_if_fail (self != NULL);

  calls = stop (self);
  error = g_error_new_literal (RESONATE_ERROR, RESONATE_ERROR_UNAVAILABLE,
                               "The connection to Redis was closed");
  fail_calls (&calls, error);
  link_unref (self);
}

void
resonate_redis_link_send (ResonateRedisLink *self, ResonateRedisCall *call)
{
  g_return_if_fail (self != NULL && self->stage == STAGE_READY && call != NULL);

  push_call (self, call);
}

void
resonate_redis_link_write (ResonateRedisLink *self, const ResonateRedisCommand *command)
{
  g_return_if_fail (self != NULL && self->stage == STAGE_READY && command != NULL);

  resonate_redis_wire_write (self->wire, command, TRUE);
}

void
resonate_redis_link_lose (ResonateRedisLink *self, const GError *error)
{
  g_return_if_fail (self != NULL && error != NULL);

  lose (self, error);
}

size_t
resonate_redis_link_get_backlog (const ResonateRedisLink *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->backlog;
}

unsigned int
resonate_redis_link_get_in_flight (const ResonateRedisLink *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->calls.length;
}

int64_t
resonate_redis_link_get_round_trip_us (const ResonateRedisLink *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->round_trip_us;
}

const ResonateRedisHost *
resonate_redis_link_get_host (const ResonateRedisLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->host;
}

unsigned int
resonate_redis_link_get_version (const ResonateRedisLink *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->version;
}

const char *
resonate_redis_link_get_role (const ResonateRedisLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->role;
}
