/* resonate-dbus-events.h: what happened, as far as one listener wants to know, until it is sent
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* The words for `kinds` of a filter. */
typedef enum
{
  RESONATE_DBUS_KIND_CONNECTION = 1 << 0,
  RESONATE_DBUS_KIND_SUBSCRIPTION = 1 << 1,
  RESONATE_DBUS_KIND_MESSAGE = 1 << 2,
  RESONATE_DBUS_KIND_ALL = (1 << 3) - 1,
} ResonateDbusKind;

/* One event. The texts are borrowed, and copied by who keeps it; what does not apply is NULL. */
typedef struct
{
  ResonateDbusKind kind;
  const char *name; /* `opened`, ...: static */
  const char *app;
  const char *socket;
  const char *channel;
  const char *event;
  const char *data;
  const char *reason;
  const char *address;
  const char *user;
  gsize size; /* of the data */
  guint code;
  int64_t time_us;
} ResonateDbusEvent;

/* What a listener wants to know. */
typedef struct
{
  char *app; /* (nullable), as the next two: NULL is whichever */
  char *socket;
  GPatternSpec *channel;
  ResonateDbusKind kinds;
  gboolean payloads;
} ResonateDbusFilter;

/* Fails for an option that there is not. All zero is a filter to be filled. */
gboolean resonate_dbus_filter_read (ResonateDbusFilter *self, GVariant *options, GError **error);

void resonate_dbus_filter_clear (ResonateDbusFilter *self);

gboolean resonate_dbus_filter_passes (const ResonateDbusFilter *self,
                                      const ResonateDbusEvent *event);

/* Events that wait to be sent: no more than a bound allows. */
typedef struct _ResonateDbusEvents ResonateDbusEvents;

ResonateDbusEvents *resonate_dbus_events_new (void);

void resonate_dbus_events_free (ResonateDbusEvents *self);

/* Keeps a copy, or counts it as lost when there are too many. */
void resonate_dbus_events_add (ResonateDbusEvents *self, const ResonateDbusEvent *event);

/* The next would be lost. */
gboolean resonate_dbus_events_is_full (const ResonateDbusEvents *self);

gboolean resonate_dbus_events_is_empty (const ResonateDbusEvents *self);

/* `(a(tsssa{sv})t)`; for any thread. */
GVariant *resonate_dbus_events_to_variant (const ResonateDbusEvents *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ResonateDbusFilter, resonate_dbus_filter_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDbusEvents, resonate_dbus_events_free)

G_END_DECLS
