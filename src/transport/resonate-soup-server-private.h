/* resonate-soup-server-private.h: a libsoup server without a door of its own
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Fails with %RESONATE_ERROR_CONFIG when the environment opens what is not guarded. */
gboolean resonate_soup_server_check_environment (GError **error);

/* @parking: a context that is never iterated */
SoupServer *
resonate_soup_server_new (GMainContext *parking, SoupServerCallback callback, gpointer user_data);

G_END_DECLS
