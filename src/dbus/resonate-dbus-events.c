/* resonate-dbus-events.c: what happened, as far as one listener wants to know, until it is sent
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-events.h"

#include <string.h>

#include <resonate.h>

/* What waits for one listener; a single event may be larger. More would take GDBus a millisecond to
 * write, with a lock that the main loop needs. */
#define EVENTS_MAX 250
#define BYTES_MAX  (256 * 1024)

#define TEXTS_SIZE 4096

/*
 * What is wanted
 */
static gboolean
complain (GError **error, const char *name, const char *wanted)
{
  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT, "‘%s’ has to be %s", name,
               wanted);

  return FALSE;
}

static gboolean
read_text (GVariant *value, const char *name, char **text, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return complain (error, name, "a string");

  *text = g_variant_dup_string (value, NULL);

  return TRUE;
}

static gboolean
read_kinds (GVariant *value, ResonateDbusKind *kinds, GError **error)
{
  static const struct
  {
    const char *word;
    ResonateDbusKind kind;
  } words[] = {
    { "connection", RESONATE_DBUS_KIND_CONNECTION },
    { "subscription", RESONATE_DBUS_KIND_SUBSCRIPTION },
    { "message", RESONATE_DBUS_KIND_MESSAGE },
  };
  GVariantIter iter;
  const char *word;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return complain (error, "kinds", "a list of strings");

  *kinds = 0;
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "&s", &word))
    {
      gsize i = 0;

      while (i < G_N_ELEMENTS (words) && !g_str_equal (words[i].word, word))
        i++;
      if (i == G_N_ELEMENTS (words))
        {
          g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT,
                       "‘%s’ is no kind; they are connection, subscription and message", word);
          return FALSE;
        }
      *kinds |= words[i].kind;
    }

  return TRUE;
}

static gboolean
read_option (ResonateDbusFilter *self, const char *name, GVariant *value, GError **error)
{
  g_autofree char *pattern = NULL;

  if (g_str_equal (name, "app") && self->app == NULL)
    return read_text (value, name, &self->app, error);
  if (g_str_equal (name, "socket") && self->socket == NULL)
    return read_text (value, name, &self->socket, error);
  if (g_str_equal (name, "kinds"))
    return read_kinds (value, &self->kinds, error);

  if (g_str_equal (name, "channel") && self->channel == NULL)
    {
      if (!read_text (value, name, &pattern, error))
        return FALSE;
      self->channel = g_pattern_spec_new (pattern);
      return TRUE;
    }

  if (g_str_equal (name, "payloads"))
    {
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
        return complain (error, name, "a boolean");
      self->payloads = g_variant_get_boolean (value);
      return TRUE;
    }

  g_set_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT,
               "There is no option ‘%s’, or it is there twice", name);

  return FALSE;
}

gboolean
resonate_dbus_filter_read (ResonateDbusFilter *self, GVariant *options, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  self->kinds = RESONATE_DBUS_KIND_ALL;
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      gboolean is_good = read_option (self, name, value, error);

      g_variant_unref (value);
      if (!is_good)
        return FALSE;
    }

  return TRUE;
}

void
resonate_dbus_filter_clear (ResonateDbusFilter *self)
{
  g_clear_pointer (&self->channel, g_pattern_spec_free);
  g_clear_pointer (&self->socket, g_free);
  g_clear_pointer (&self->app, g_free);
}

/* Who asks for a channel does not want to hear of what is about none. */
gboolean
resonate_dbus_filter_passes (const ResonateDbusFilter *self, const ResonateDbusEvent *event)
{
  if ((self->kinds & event->kind) == 0)
    return FALSE;
  if (self->app != NULL && !g_str_equal (self->app, event->app))
    return FALSE;
  if (self->socket != NULL && g_strcmp0 (self->socket, event->socket) != 0)
    return FALSE;

  return self->channel == NULL ||
         (event->channel != NULL &&
          g_pattern_spec_match (self->channel, strlen (event->channel), event->channel, NULL));
}

/*
 * What waits
 */
struct _ResonateDbusEvents
{
  GArray *events;      /* (element-type ResonateDbusEvent) */
  GStringChunk *texts; /* of the events */
  gsize bytes;
  guint64 n_dropped;
};

ResonateDbusEvents *
resonate_dbus_events_new (void)
{
  ResonateDbusEvents *self = g_new0 (ResonateDbusEvents, 1);

  self->events = g_array_new (FALSE, FALSE, sizeof (ResonateDbusEvent));
  self->texts = g_string_chunk_new (TEXTS_SIZE);

  return self;
}

void
resonate_dbus_events_free (ResonateDbusEvents *self)
{
  g_clear_pointer (&self->events, g_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_free (self);
}

/* What a client wrote into its handshake may be anything, and the bus takes nothing but UTF-8. */
static const char *
keep (ResonateDbusEvents *self, const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    return NULL;

  self->bytes += strlen (text);
  if (!g_utf8_validate (text, -1, NULL))
    valid = g_utf8_make_valid (text, -1);

  return g_string_chunk_insert (self->texts, valid != NULL ? valid : text);
}

gboolean
resonate_dbus_events_is_full (const ResonateDbusEvents *self)
{
  return self->events->len >= EVENTS_MAX || self->bytes >= BYTES_MAX;
}

void
resonate_dbus_events_add (ResonateDbusEvents *self, const ResonateDbusEvent *event)
{
  gsize size = event->data != NULL ? strlen (event->data) : 0;
  ResonateDbusEvent kept = *event;

  if (self->events->len > 0 &&
      (resonate_dbus_events_is_full (self) || self->bytes + size > BYTES_MAX))
    {
      self->n_dropped++;
      return;
    }

  kept.app = keep (self, event->app);
  kept.socket = keep (self, event->socket);
  kept.channel = keep (self, event->channel);
  kept.event = keep (self, event->event);
  kept.data = keep (self, event->data);
  kept.reason = keep (self, event->reason);
  kept.address = keep (self, event->address);
  kept.user = keep (self, event->user);
  g_array_append_val (self->events, kept);
}

gboolean
resonate_dbus_events_is_empty (const ResonateDbusEvents *self)
{
  return self->events->len == 0;
}

static void
add_text (GVariantBuilder *facts, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (facts, "{sv}", name, g_variant_new_string (text));
}

static void
add_event (GVariantBuilder *builder, const ResonateDbusEvent *event)
{
  GVariantBuilder facts;

  g_variant_builder_init (&facts, G_VARIANT_TYPE_VARDICT);
  add_text (&facts, "channel", event->channel);
  add_text (&facts, "event", event->event);
  if (event->kind == RESONATE_DBUS_KIND_MESSAGE)
    g_variant_builder_add (&facts, "{sv}", "size", g_variant_new_uint32 ((guint32) event->size));
  add_text (&facts, "data", event->data);
  if (event->code != 0)
    g_variant_builder_add (&facts, "{sv}", "code", g_variant_new_uint32 (event->code));
  add_text (&facts, "reason", event->reason);
  add_text (&facts, "address", event->address);
  add_text (&facts, "user", event->user);
  g_variant_builder_add (builder, "(tsssa{sv})", (guint64) event->time_us, event->name, event->app,
                         event->socket != NULL ? event->socket : "", &facts);
}

GVariant *
resonate_dbus_events_to_variant (const ResonateDbusEvents *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(tsssa{sv})"));
  for (guint i = 0; i < self->events->len; i++)
    add_event (&builder, &g_array_index (self->events, ResonateDbusEvent, i));

  return g_variant_new ("(a(tsssa{sv})t)", &builder, self->n_dropped);
}
