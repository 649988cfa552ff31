/* table.h: columns that are aligned
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

typedef enum
{
  TABLE_LEFT,
  TABLE_RIGHT,
} TableAlignment;

typedef struct _Table Table;

Table *table_new (void);

void table_free (Table *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Table, table_free)

void table_add_column (Table *self, const char *title, TableAlignment alignment);

void table_add (Table *self, const char *text);

void table_add_number (Table *self, uint64_t number);

void table_set_max_rows (Table *self, unsigned int max_rows);

void table_flush (Table *self);
