/* resonate-table-page-private.h: how a page is made
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-row-private.h"
#include "resonate-table-page.h"

G_BEGIN_DECLS

/* @next_cursor: 0 when nothing follows; @rows: (element-type ResonateRow), none of them NULL */
ResonateTablePage *resonate_table_page_new (uint64_t next_cursor, GPtrArray *rows);

G_END_DECLS
