/* resonate-dbus-app.h: org.resonate.Resonate1.App, answered from a server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <resonate.h>

#include "resonate-dbus-gen.h"
#include "resonate-dbus-pages.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_DBUS_APP (resonate_dbus_app_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateDbusApp, resonate_dbus_app, RESONATE, DBUS_APP, ResonateDbusGenAppSkeleton)

/* @pages: outlives the object */
ResonateDbusApp *
resonate_dbus_app_new (ResonateServer *server, ResonateApp *app, ResonateDbusPages *pages);

ResonateServer *resonate_dbus_app_get_server (ResonateDbusApp *self);

/* Where the app with that id is. */
char *resonate_dbus_app_dup_path (const char *id);

gboolean resonate_dbus_is_presence (ResonateChannelKind kind);

G_END_DECLS
