/* listing.h: a list that the server tells page by page
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "client.h"
#include "table.h"

/* One kind of list: where it comes from, and how a row of it is shown and told. */
typedef struct
{
  const char *name; /* of the array in JSON */

  /* Returns the rows behind @cursor, and the cursor of what follows them. */
  GVariant *(*fetch) (
    ResonateDbusGenApp *app, const char *subject, const char *cursor, char **next, GError **error);
  void (*add_to_table) (GVariant *row, Table *table);
  void (*add_to_json) (GVariant *row, JsonBuilder *builder);
} ListingKind;

CliStatus listing_print (
  const ListingKind *kind, const Cli *cli, const char *app_id, const char *subject, Table *table);
