/* resonate-fields-private.h: properties that are plain members of a struct
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

void resonate_field_get (gconstpointer field, GParamSpec *pspec, GValue *value);

void resonate_field_set (gpointer field, GParamSpec *pspec, const GValue *value);

void resonate_field_reset (gpointer field, GParamSpec *pspec);

void resonate_field_clear (gpointer field, GParamSpec *pspec);

G_END_DECLS
