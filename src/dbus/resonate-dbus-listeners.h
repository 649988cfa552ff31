/* resonate-dbus-listeners.h: callers who want to be told, and are told alone
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ResonateDbusListeners ResonateDbusListeners;
typedef struct _ResonateDbusListener ResonateDbusListener;

/* @owner: what the functions are given */
typedef struct
{
  /* (nullable): what was sent has been read, so more may be. */
  void (*ready) (ResonateDbusListener *listener, gpointer owner);

  /* Takes what the listener was given: it has left the bus, or was removed. */
  void (*gone) (gpointer data, gpointer owner);
} ResonateDbusListenerFuncs;

ResonateDbusListeners *resonate_dbus_listeners_new (const ResonateDbusListenerFuncs *funcs,
                                                    gpointer owner);

void resonate_dbus_listeners_free (ResonateDbusListeners *self);

/* The caller of @invocation: (nullable). */
ResonateDbusListener *resonate_dbus_listeners_find (ResonateDbusListeners *self,
                                                    GDBusMethodInvocation *invocation);

/* Fails when there are too many. @data is taken on success. */
ResonateDbusListener *resonate_dbus_listeners_add (ResonateDbusListeners *self,
                                                   GDBusMethodInvocation *invocation,
                                                   gpointer data,
                                                   GError **error);

void resonate_dbus_listeners_remove (ResonateDbusListeners *self, ResonateDbusListener *listener);

/* For the end of a bus. */
void resonate_dbus_listeners_clear (ResonateDbusListeners *self);

guint resonate_dbus_listeners_get_size (ResonateDbusListeners *self);

/* (element-type ResonateDbusListener): whoever is told may not change who else is. */
typedef void (*ResonateDbusListenerFunc) (ResonateDbusListener *listener, gpointer user_data);

void resonate_dbus_listeners_foreach (ResonateDbusListeners *self,
                                      ResonateDbusListenerFunc func,
                                      gpointer user_data);

gpointer resonate_dbus_listener_get_data (ResonateDbusListener *self);

/* Whether all that was sent before has been read, as far as has been asked. */
gboolean resonate_dbus_listener_is_ready (ResonateDbusListener *self);

/* Sends a signal to this one alone, of the object that it called at @path. */
void resonate_dbus_listener_tell (ResonateDbusListener *self,
                                  const char *path,
                                  const char *interface,
                                  const char *signal,
                                  GVariant *arguments);

/* From here on it is not ready until all of that has been read. */
void resonate_dbus_listener_fence (ResonateDbusListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDbusListeners, resonate_dbus_listeners_free)

G_END_DECLS
