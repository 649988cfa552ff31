/* resonate-member-private.h: who a presence subscriber says it is
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What stands in a subscription's `channel_data`, cut into the pieces the protocol repeats. */
typedef struct
{
  char *data;      /* the whole text, as it was signed */
  char *id;        /* (nullable): what users are compared by: 10 and "10" are one user */
  char *id_json;   /* (nullable): the id as JSON, of the type it came with */
  char *info_json; /* (nullable): `user_info` as it was written */
} ResonateMember;

ResonateMember *resonate_member_parse (const char *channel_data, GError **error);

void resonate_member_free (ResonateMember *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateMember, resonate_member_free)

G_END_DECLS
