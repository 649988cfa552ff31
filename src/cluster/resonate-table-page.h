/* resonate-table-page.h: some of the rows of a table, and where to go on
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

G_BEGIN_DECLS

#define RESONATE_TYPE_TABLE_PAGE (resonate_table_page_get_type ())

RESONATE_AVAILABLE_IN_1_0
GType resonate_table_page_get_type (void) G_GNUC_CONST;

RESONATE_AVAILABLE_IN_1_0
ResonateTablePage *resonate_table_page_ref (ResonateTablePage *self);

RESONATE_AVAILABLE_IN_1_0
void resonate_table_page_unref (ResonateTablePage *self);

RESONATE_AVAILABLE_IN_1_0
const char *resonate_table_page_get_next_cursor (ResonateTablePage *self);

RESONATE_AVAILABLE_IN_1_0
gboolean resonate_table_page_is_last (ResonateTablePage *self);

RESONATE_AVAILABLE_IN_1_0
GVariant *resonate_table_page_get_rows (ResonateTablePage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateTablePage, resonate_table_page_unref)

G_END_DECLS
