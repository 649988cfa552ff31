/* resonate-memory-stream-log-private.h: streams of one process
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "resonate-stream-log.h"

G_BEGIN_DECLS

#define RESONATE_TYPE_MEMORY_STREAM_LOG (resonate_memory_stream_log_get_type ())

G_DECLARE_FINAL_TYPE (
  ResonateMemoryStreamLog, resonate_memory_stream_log, RESONATE, MEMORY_STREAM_LOG, GObject)

ResonateStreamLog *resonate_memory_stream_log_new (void);

G_END_DECLS
