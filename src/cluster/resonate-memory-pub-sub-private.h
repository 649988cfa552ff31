/* resonate-memory-pub-sub-private.h: topics of one process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-pub-sub.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_MEMORY_PUB_SUB (resonate_memory_pub_sub_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateMemoryPubSub, resonate_memory_pub_sub, RESONATE, MEMORY_PUB_SUB, GObject)

ResonatePubSub *resonate_memory_pub_sub_new (void);

G_END_DECLS
