/* resonate-directory-private.h: things that have names, to be found by them and read in pages
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

/* What a thing has in itself to be in a directory; in one at a time. */
typedef struct _ResonateEntry ResonateEntry;

struct _ResonateEntry
{
  ResonateEntry *next; /* in its bucket */
  uint64_t place;
};

#define resonate_entry_get_owner(entry, Type, member) \
  ((Type *) (gpointer) ((char *) (entry) -G_STRUCT_OFFSET (Type, member)))

typedef const char *(*ResonateEntryNameFunc) (const ResonateEntry *entry);

typedef struct _ResonateDirectory ResonateDirectory;

/* @name_of: must not change while a thing is in the directory */
ResonateDirectory *resonate_directory_new (ResonateEntryNameFunc name_of);

/* Forgets what is in it, which is not the directory's to free. */
void resonate_directory_free (ResonateDirectory *self);

/* Nothing of that name may be there. */
void resonate_directory_add (ResonateDirectory *self, ResonateEntry *entry);

/* It must be there. */
void resonate_directory_remove (ResonateDirectory *self, ResonateEntry *entry);

ResonateEntry *resonate_directory_lookup (ResonateDirectory *self, const char *name);

unsigned int resonate_directory_get_size (ResonateDirectory *self);

/* The first whose place is above @place, which is 0 at the beginning; NULL when there is none. */
ResonateEntry *resonate_directory_after (ResonateDirectory *self, uint64_t place);

/* The one that follows in the order of places. */
ResonateEntry *resonate_directory_next (ResonateDirectory *self, ResonateEntry *entry);

/* Where a name is in every directory of this process; never 0. */
uint64_t resonate_directory_place_of (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateDirectory, resonate_directory_free)

G_END_DECLS
