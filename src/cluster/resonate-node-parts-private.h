/* resonate-node-parts-private.h: what the files of ResonateNode know of each other
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-node-private.h"
#include "resonate-peers-private.h"

G_BEGIN_DECLS

struct _ResonateNode
{
  GObject parent_instance;

  ResonateRedis *redis;
  ResonateRedisSettings *settings; /* whose wheel is used */
  char *prefix;
  char *id;
  int64_t lease_us;
  int64_t heartbeat_us;

  char *incarnation; /* (nullable) */
  gboolean is_registered;
  gboolean is_started;
  gboolean is_asking; /* a take or renew is on its way */
  gboolean is_warned; /* that the id is another's */
  int64_t renewed_us;
  ResonateTimer timer;
  unsigned int n_beats;
  ResonatePeers *peers;
};

G_END_DECLS
