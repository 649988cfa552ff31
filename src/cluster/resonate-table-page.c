/* resonate-table-page.c: some of the rows of a table, and where to go on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-table-page.h"

#include "resonate-table-page-private.h"

/**
 * ResonateTablePage:
 *
 * Some of the rows of a table, and where to go on.
 *
 * Since: 1.0
 */
struct _ResonateTablePage
{
  char *next_cursor;
  GVariant *rows;
};

G_DEFINE_BOXED_TYPE (ResonateTablePage,
                     resonate_table_page,
                     resonate_table_page_ref,
                     resonate_table_page_unref)

ResonateTablePage *
resonate_table_page_new (uint64_t next_cursor, GPtrArray *rows)
{
  ResonateTablePage *self = g_rc_box_new0 (ResonateTablePage);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (unsigned int i = 0; i < rows->len; i++)
    {
      const ResonateRow *row = g_ptr_array_index (rows, i);

      g_variant_builder_add (&builder, "{s@a{sv}}", row->key, resonate_row_to_variant (row));
    }
  self->rows = g_variant_ref_sink (g_variant_builder_end (&builder));
  self->next_cursor = g_strdup_printf ("%" G_GUINT64_FORMAT, next_cursor);

  return self;
}

/**
 * resonate_table_page_ref:
 * @self: a page
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
ResonateTablePage *
resonate_table_page_ref (ResonateTablePage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ResonateTablePage *self = data;

  g_variant_unref (self->rows);
  g_free (self->next_cursor);
}

/**
 * resonate_table_page_unref:
 * @self: (transfer full): a page
 *
 * Drops a reference.
 *
 * Since: 1.0
 */
void
resonate_table_page_unref (ResonateTablePage *self)
{
  g_return_if_fail (self != NULL);

  g_rc_box_release_full (self, clear);
}

/**
 * resonate_table_page_get_next_cursor:
 * @self: a page
 *
 * Gets what [method@Resonate.Table.scan_async] goes on from. It means something to the table that
 * made it, and to no other.
 *
 * Returns: (transfer none): a cursor; `0` when nothing follows
 *
 * Since: 1.0
 */
const char *
resonate_table_page_get_next_cursor (ResonateTablePage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->next_cursor;
}

/**
 * resonate_table_page_is_last:
 * @self: a page
 *
 * Gets whether nothing follows.
 *
 * Returns: %TRUE if this was the last page
 *
 * Since: 1.0
 */
gboolean
resonate_table_page_is_last (ResonateTablePage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_str_equal (self->next_cursor, "0");
}

/**
 * resonate_table_page_get_rows:
 * @self: a page
 *
 * Gets the rows of the page by their keys. A page that is not the last may have none.
 *
 * Returns: (transfer none): a variant of the type `a{sa{sv}}`
 *
 * Since: 1.0
 */
GVariant *
resonate_table_page_get_rows (ResonateTablePage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->rows;
}
