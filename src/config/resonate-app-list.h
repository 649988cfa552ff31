/* resonate-app-list.h: the applications of one server
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(RESONATE_INSIDE) && !defined(RESONATE_COMPILATION)
#error "Only <resonate.h> can be included directly."
#endif

#include <gio/gio.h>

#include "../base/resonate-types.h"
#include "../base/resonate-version-macros.h"
#include "resonate-app.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_APP_LIST (resonate_app_list_get_type ())

RESONATE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ResonateAppList, resonate_app_list, RESONATE, APP_LIST, GObject)

RESONATE_AVAILABLE_IN_1_0
ResonateAppList *resonate_app_list_new (void);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_list_add (ResonateAppList *self, ResonateApp *app, GError **error);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_app_list_remove (ResonateAppList *self, const char *id);

RESONATE_AVAILABLE_IN_1_0
ResonateApp *resonate_app_list_get_by_id (ResonateAppList *self, const char *id);

RESONATE_AVAILABLE_IN_1_0
ResonateApp *resonate_app_list_get_by_key (ResonateAppList *self, const char *key);

G_END_DECLS
