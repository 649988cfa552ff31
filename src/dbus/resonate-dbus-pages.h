/* resonate-dbus-pages.h: answers that are long, made without holding anybody up
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* One row of a list: what was asked for of one thing. The texts belong to the page. */
typedef struct
{
  const char *name;
  const char *address; /* (nullable) */
  const char *user;    /* (nullable) */
  int64_t opened_at_us;
  guint n;     /* of what the list counts */
  int n_users; /* negative where there are none to be counted */
} ResonateDbusRow;

typedef struct
{
  GArray *rows;        /* (element-type ResonateDbusRow) */
  GStringChunk *texts; /* of the rows */
  char *next;          /* the cursor of the next page */
} ResonateDbusPage;

const char *resonate_dbus_page_keep (ResonateDbusPage *self, const char *text);

/* A list that somebody has asked for. */
typedef struct
{
  gpointer object; /* (owned): GObject that answers */
  char *name;      /* of a channel, or how one begins */
  char *cursor;
  guint limit;
} ResonateDbusQuery;

/* Copies what the answer has; in the main loop, so in less than a millisecond. */
typedef gboolean (*ResonateDbusCollectFunc) (const ResonateDbusQuery *query,
                                             ResonateDbusPage *page,
                                             GError **error);

/* Makes the answer of it; in another thread. */
typedef GVariant *(*ResonateDbusBuildFunc) (const ResonateDbusPage *page);

typedef struct _ResonateDbusPages ResonateDbusPages;

ResonateDbusPages *resonate_dbus_pages_new (void);

/* Waits for the answers that are under way. */
void resonate_dbus_pages_free (ResonateDbusPages *self);

/* Answers @invocation later: one page a turn of the loop, in the order of asking. Too many at a
 * time are refused. */
void resonate_dbus_pages_answer (ResonateDbusPages *self,
                                 GDBusMethodInvocation *invocation,
                                 gpointer object,
                                 const char *name,
                                 const char *cursor,
                                 guint limit,
                                 ResonateDbusCollectFunc collect,
                                 ResonateDbusBuildFunc build);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDbusPages, resonate_dbus_pages_free)

G_END_DECLS
