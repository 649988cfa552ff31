/* resonate-migration-private.h: the moment in which all clients change the process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-dialogue-private.h"
#include "resonate-server-private.h"

G_BEGIN_DECLS

/* The records that this version writes and reads: a socket, and whose client that is. */
#define RESONATE_MIGRATION_VERSION 1
#define RESONATE_MIGRATION_RECORD  "(" RESONATE_STREAM_RECORD "m" RESONATE_CONNECTION_RECORD ")"

/* A batch: records, each with its version in front. */
#define RESONATE_MIGRATION_BATCH "a(uv)"

/* What the apps remember, and what of the server as a whole goes on. */
#define RESONATE_MIGRATION_STATE "(" RESONATE_REALMS_RECORD "a{sv})"

typedef struct
{
  unsigned int handed_over;
  unsigned int staying;
  int64_t gap_us;
} ResonateMigrationReport;

/* @stuck: (element-type ResonateStream): who has been in the middle of a frame for too long */
gboolean resonate_migration_run (ResonateServer *server,
                                 GSocket *socket,
                                 GHashTable *stuck,
                                 ResonateMigrationReport *report,
                                 GError **error);

/* Whether @stream can go with what is known now; @is_partial is set where it could, but in the
 * middle of a frame. */
gboolean resonate_migration_can_move (ResonateStream *stream, gboolean *is_partial);

G_END_DECLS
