/* resonate-frame-private.h: the header of a WebSocket frame, read and written (RFC 6455, 5.2)
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

#define RESONATE_FRAME_MAX_HEADER  14
#define RESONATE_FRAME_MAX_CONTROL 125

/* Beside the opcode of the first frame of a message: the message is compressed (RFC 7692). */
#define RESONATE_FRAME_RSV1 0x40

typedef enum
{
  RESONATE_FRAME_CONTINUATION = 0x0,
  RESONATE_FRAME_TEXT = 0x1,
  RESONATE_FRAME_BINARY = 0x2,
  RESONATE_FRAME_CLOSE = 0x8,
  RESONATE_FRAME_PING = 0x9,
  RESONATE_FRAME_PONG = 0xa,
} ResonateFrameOpcode;

typedef enum
{
  RESONATE_FRAME_INCOMPLETE, /* more bytes are needed before the header can be read */
  RESONATE_FRAME_OK,
  RESONATE_FRAME_BAD_LENGTH, /* the top bit of a 64-bit length is set */
} ResonateFrameStatus;

typedef struct
{
  guint opcode; /* as it came: a reserved one is the caller's to refuse */
  gboolean fin;
  guint rsv; /* where RESONATE_FRAME_RSV1 is 4 */
  gboolean masked;
  uint8_t mask[4];
  gsize header_length;
  guint64 payload_length;
} ResonateFrameHeader;

ResonateFrameStatus
resonate_frame_parse_header (const uint8_t *bytes, gsize length, ResonateFrameHeader *header);

void resonate_frame_unmask (const uint8_t mask[4], uint8_t *payload, gsize length);

/* Where @text ceases to be UTF-8; its end when it does not. */
const char *resonate_frame_find_end_of_text (const char *text, gsize length);

void resonate_frame_set_opcode (uint8_t *frame, guint opcode);

GBytes *resonate_frame_new (guint opcode, const void *payload, gsize length);

GBytes *resonate_frame_new_text (const char *text, gsize length);

GBytes *resonate_frame_new_close (guint code, const char *reason);

const char *resonate_frame_peek_payload (GBytes *frame, gsize *length);

G_END_DECLS
