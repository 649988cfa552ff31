/* bench-frame.h: frames as a browser sends them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#define BENCH_DEADLINE_US (60 * G_USEC_PER_SEC)

#define BENCH_FRAME_TEXT  0x81
#define BENCH_FRAME_CLOSE 0x88

void bench_frame_append (GByteArray *out, guint8 first, const char *payload);
GByteArray *bench_frames_of_event (const char *channel, int count);
void bench_send (int fd, const void *bytes, size_t length);
void bench_send_frame (int fd, guint8 first, const char *payload);
