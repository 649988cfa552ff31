/* resonate-octets-private.h: text looked at eight bytes at a time
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <string.h>

#include <glib.h>

G_BEGIN_DECLS

/* Nearly all of a text is plain, and where it is, eight bytes are asked one question at once. An
 * answer says that there is such a byte among the eight, not which: the byte order does not matter,
 * and who found one goes on byte by byte. */
typedef guint64 ResonateOctets;

#define RESONATE_OCTETS_ALL(byte) ((byte) *G_GUINT64_CONSTANT (0x0101010101010101))

static inline ResonateOctets
resonate_octets_load (const char *text)
{
  ResonateOctets octets;

  memcpy (&octets, text, sizeof octets);

  return octets;
}

/* Whether any is below @bound, which is at most 128. */
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

G_END_DECLS
