/* table.c: columns that are aligned
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "printable.h"
#include "table.h"

#define GAP "  "

typedef struct
{
  char *title; /* (nullable) */
  TableAlignment alignment;
  int width;
} Column;

/* Cells are added one after the other, row by row, and kept until they are flushed. A column never
 * gets narrower, so that a list of a million rows can be printed page by page and still be aligned:
 * all that is remembered of the pages before are widths. */
struct _Table
{
  GArray *columns;       /* (element-type Column) */
  GPtrArray *cells;      /* (element-type utf8) */
  gboolean headed;       /* the titles are printed, or there are none */
  unsigned int max_rows; /* 0: all that there are */
};

static void
column_clear (gpointer data)
{
  Column *column = data;

  g_free (column->title);
}

Table *
table_new (void)
{
  Table *self = g_new0 (Table, 1);

  self->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  g_array_set_clear_func (self->columns, column_clear);
  self->cells = g_ptr_array_new_with_free_func (g_free);
  self->headed = TRUE;

  return self;
}

void
table_free (Table *self)
{
  g_ptr_array_unref (self->cells);
  g_array_unref (self->columns);
  g_free (self);
}

/*
 * table_add_column:
 * @title: (nullable): what stands above it; either all columns have one, or none has
 */
void
table_add_column (Table *self, const char *title, TableAlignment alignment)
{
  Column column = { g_strdup (title), alignment, title != NULL ? printable_get_width (title) : 0 };

  g_array_append_val (self->columns, column);
  self->headed = title == NULL;
}

/*
 * table_add:
 * @text: (nullable): what the next cell says, whoever wrote it
 */
void
table_add (Table *self, const char *text)
{
  g_ptr_array_add (self->cells,
                   text != NULL && *text != '\0' ? printable_dup (text) : g_strdup ("-"));
}

void
table_add_number (Table *self, uint64_t number)
{
  g_ptr_array_add (self->cells, g_strdup_printf ("%" G_GUINT64_FORMAT, number));
}

/* Has a flush print no more than the first @max_rows, and say how many there are besides. */
void
table_set_max_rows (Table *self, unsigned int max_rows)
{
  self->max_rows = max_rows;
}

static void
print_row (const Table *self, const char *const *cells)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (unsigned int i = 0; i < self->columns->len; i++)
    {
      const Column *column = &g_array_index (self->columns, Column, i);
      gboolean last = i + 1 == self->columns->len;

      if (column->alignment == TABLE_RIGHT)
        printable_append (line, "", column->width - printable_get_width (cells[i]));
      printable_append (line, cells[i],
                        last || column->alignment == TABLE_RIGHT ? 0 : column->width);
      if (!last)
        g_string_append (line, GAP);
    }
  g_print ("%s\n", line->str);
}

static void
print_titles (Table *self)
{
  g_autofree const char **titles = g_new (const char *, self->columns->len);

  for (unsigned int i = 0; i < self->columns->len; i++)
    titles[i] = g_array_index (self->columns, Column, i).title;
  print_row (self, titles);
  self->headed = TRUE;
}

static void
widen (Table *self)
{
  for (unsigned int i = 0; i < self->cells->len; i++)
    {
      Column *column = &g_array_index (self->columns, Column, i % self->columns->len);

      column->width = MAX (column->width, printable_get_width (self->cells->pdata[i]));
    }
}

/* Prints the rows that were added since the last time. */
void
table_flush (Table *self)
{
  unsigned int n_columns = self->columns->len;
  unsigned int n_rows = self->cells->len / n_columns;
  unsigned int n_shown = self->max_rows > 0 ? MIN (self->max_rows, n_rows) : n_rows;

  g_assert (self->cells->len % n_columns == 0);

  widen (self);
  if (!self->headed)
    print_titles (self);

  for (unsigned int i = 0; i < n_shown; i++)
    print_row (self, (const char *const *) self->cells->pdata + (size_t) i * n_columns);

  if (n_shown < n_rows)
    g_print (ngettext ("… and %u more row\n", "… and %u more rows\n", n_rows - n_shown),
             n_rows - n_shown);
  g_ptr_array_set_size (self->cells, 0);
}
