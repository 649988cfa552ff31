/* resonate-members-private.h: the users of one channel, counted by connection
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ResonateMembers ResonateMembers;

ResonateMembers *resonate_members_new (void);

void resonate_members_free (ResonateMembers *self);

gboolean resonate_members_add (ResonateMembers *self, const char *user_id, const char *id_json);

gboolean resonate_members_remove (ResonateMembers *self, const char *user_id);

gboolean resonate_members_contains (ResonateMembers *self, const char *user_id);

unsigned int resonate_members_count_user (ResonateMembers *self, const char *user_id);

unsigned int resonate_members_count (ResonateMembers *self);

/* The first user whose place is above @place, which is 0 at the beginning and then that of the one
 * that is returned; see resonate-directory-private.h. */
const char *
resonate_members_after (ResonateMembers *self, uint64_t *place, unsigned int *n_connections);

gboolean resonate_members_append_after (ResonateMembers *self, uint64_t *place, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateMembers, resonate_members_free)

G_END_DECLS
