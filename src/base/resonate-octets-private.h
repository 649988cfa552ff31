/* resonate-octets-private.h: text looked at eight bytes at a time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <string.h>

#include <glib.h>

G_BEGIN_DECLS

/* Nearly all of a text is plain, and where it is, eight bytes are asked one question at once. What
 * is found is not zero when there is such a byte, and resonate_octets_first () says where the first
 * is; what it holds of the bytes behind that one means nothing. */
typedef guint64 ResonateOctets;

#define RESONATE_OCTETS_ALL(byte) ((byte) *G_GUINT64_CONSTANT (0x0101010101010101))

static inline ResonateOctets
resonate_octets_load (const char *text)
{
  ResonateOctets octets;

  memcpy (&octets, text, sizeof octets);

  return GUINT64_FROM_LE (octets);
}

/* Those below @bound, which is at most 128. */
static inline ResonateOctets
resonate_octets_below (ResonateOctets octets, guint8 bound)
{
  return (octets - RESONATE_OCTETS_ALL (bound)) & ~octets & RESONATE_OCTETS_ALL (0x80);
}

static inline ResonateOctets
resonate_octets_equal (ResonateOctets octets, guint8 byte)
{
  return resonate_octets_below (octets ^ RESONATE_OCTETS_ALL (byte), 1);
}

static inline ResonateOctets
resonate_octets_above_ascii (ResonateOctets octets)
{
  return octets & RESONATE_OCTETS_ALL (0x80);
}

/* Where the eight are that have a byte above, or the last, fewer than eight. */
static inline const char *
resonate_octets_skip_ascii (const char *text, const char *end)
{
  while (end - text >= (ptrdiff_t) sizeof (ResonateOctets) &&
         resonate_octets_above_ascii (resonate_octets_load (text)) == 0)
    text += sizeof (ResonateOctets);

  return text;
}

static inline unsigned int
resonate_octets_first (ResonateOctets found)
{
  return (unsigned int) __builtin_ctzll (found) / 8;
}

G_END_DECLS
