/* resonate-proxy-header.c: the words with which a proxy names its client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-proxy-header"

#include "config.h"

#include "resonate-proxy-header-private.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * HAProxy's PROXY protocol (doc/proxy-protocol.txt): a line of text, version 1, or a block of
 * bytes, version 2. Where it leaves a choice the stricter way is taken: what is not exactly a
 * header is none, since what follows it is believed.
 */

#define TEXT_START    "PROXY "
#define SHORTEST_LINE (sizeof ("PROXY UNKNOWN\r\n") - 1)
#define N_TEXT_WORDS  6 /* PROXY, the protocol, two addresses, two ports */

/* Version 2: a signature, version and command, family and protocol, the length of the rest. */
#define BINARY_SIZE    16
#define VERSION_OFFSET 12
#define FAMILY_OFFSET  13
#define LENGTH_OFFSET  14
#define TLV_HEADER     3

#define VERSION_2     2
#define COMMAND_LOCAL 0
#define COMMAND_PROXY 1

#define FAMILY_UNSPEC 0
#define FAMILY_INET   1
#define FAMILY_INET6  2
#define FAMILY_UNIX   3

#define PROTOCOL_UNSPEC 0
#define PROTOCOL_STREAM 1

static const guint8 signature[] = {
  '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
};

/* By family: two addresses, and two ports where there are any. */
static const gsize address_sizes[] = {
  [FAMILY_UNSPEC] = 0,
  [FAMILY_INET] = 2 * (4 + 2),
  [FAMILY_INET6] = 2 * (16 + 2),
  [FAMILY_UNIX] = 2 * 108,
};

static ResonateProxyHeaderStatus
refuse (ResonateProxyHeader *self, const char *problem)
{
  self->problem = problem;

  return RESONATE_PROXY_HEADER_REFUSED;
}

static ResonateProxyHeaderStatus
wait_for (ResonateProxyHeader *self, gsize needed)
{
  self->needed = needed;

  return RESONATE_PROXY_HEADER_INCOMPLETE;
}

static ResonateProxyHeaderStatus
accept_header (ResonateProxyHeader *self, gsize length)
{
  self->length = length;

  return RESONATE_PROXY_HEADER_ACCEPTED;
}

/* Each address has one text, as in the rest of the house: an IPv4 client that was written as IPv6
 * is the same client. */
static void
set_address (ResonateProxyHeader *self, int family, const guint8 *address)
{
  struct in6_addr inet6;

  g_assert (family == AF_INET || family == AF_INET6);

  if (family == AF_INET6)
    {
      memcpy (&inet6, address, sizeof (inet6));
      if (IN6_IS_ADDR_V4MAPPED (&inet6))
        {
          family = AF_INET;
          address += sizeof (inet6) - sizeof (struct in_addr);
        }
    }

  inet_ntop (family, address, self->address, sizeof (self->address));
}

/*
 * Version 1
 */
static gboolean
is_port (const char *word)
{
  gsize length = strlen (word);

  if (length == 0 || length > strlen ("65535") || strspn (word, "0123456789") != length ||
      (word[0] == '0' && length > 1))
    return FALSE;

  return g_ascii_strtoull (word, NULL, 10) <= G_MAXUINT16;
}

static ResonateProxyHeaderStatus
read_line (ResonateProxyHeader *self, const char *line, gsize length)
{
  g_auto (GStrv) words = g_strsplit (line, " ", N_TEXT_WORDS + 1);
  guint8 source[sizeof (struct in6_addr)];
  guint8 destination[sizeof (struct in6_addr)];
  int family;

  /* What stands behind it means nothing. */
  if (g_str_equal (words[1], "UNKNOWN"))
    return accept_header (self, length);

  if (g_str_equal (words[1], "TCP4"))
    family = AF_INET;
  else if (g_str_equal (words[1], "TCP6"))
    family = AF_INET6;
  else
    return refuse (self, "its protocol is not known");

  if (g_strv_length (words) != N_TEXT_WORDS || inet_pton (family, words[2], source) != 1 ||
      inet_pton (family, words[3], destination) != 1 || !is_port (words[4]) || !is_port (words[5]))
    return refuse (self, "its line is malformed");

  set_address (self, family, source);

  return accept_header (self, length);
}

static ResonateProxyHeaderStatus
parse_text (ResonateProxyHeader *self, const char *bytes, gsize length)
{
  gsize seen = MIN (length, RESONATE_PROXY_HEADER_MAX_LINE);
  const char *end = memchr (bytes, '\r', seen);
  gsize line_length = end != NULL ? (gsize) (end - bytes) : seen;
  g_autofree char *line = NULL;

  if (memchr (bytes, '\n', line_length) != NULL || memchr (bytes, '\0', line_length) != NULL)
    return refuse (self, "its line is malformed");

  if (end == NULL || line_length + 2 > seen)
    return length < RESONATE_PROXY_HEADER_MAX_LINE
             ? wait_for (self, MAX (length + 1, SHORTEST_LINE))
             : refuse (self, "its line is too long");

  if (end[1] != '\n')
    return refuse (self, "its line is malformed");

  line = g_strndup (bytes, line_length);

  return strlen (line) > strlen (TEXT_START) ? read_line (self, line, line_length + 2)
                                             : refuse (self, "its line is malformed");
}

/*
 * Version 2
 */

/* Nothing in them is of use here, but a block that does not add up was not made by a proxy. */
static gboolean
check_tlvs (const guint8 *tlvs, gsize length)
{
  while (length > 0)
    {
      gsize size;

      if (length < TLV_HEADER)
        return FALSE;

      size = TLV_HEADER + ((gsize) tlvs[1] << 8 | tlvs[2]);
      if (size > length)
        return FALSE;

      tlvs += size;
      length -= size;
    }

  return TRUE;
}

/* What the first bytes announce, before the block is here. */
static const char *
find_problem (const guint8 *bytes, gsize block_size)
{
  guint command = bytes[VERSION_OFFSET] & 0x0f;
  guint family = bytes[FAMILY_OFFSET] >> 4;
  guint protocol = bytes[FAMILY_OFFSET] & 0x0f;

  if (bytes[VERSION_OFFSET] >> 4 != VERSION_2 || command > COMMAND_PROXY)
    return "its version or command is not known";

  if (block_size > RESONATE_PROXY_HEADER_MAX_SIZE - BINARY_SIZE)
    return "its block is too long";

  /* The proxy itself, which looks whether we are well: what the rest says is to be ignored. */
  if (command == COMMAND_LOCAL)
    return NULL;

  if (family >= G_N_ELEMENTS (address_sizes) || protocol > PROTOCOL_STREAM)
    return "its family or protocol is not known";

  if (protocol == PROTOCOL_STREAM && block_size < address_sizes[family])
    return "its block is too short";

  return NULL;
}

static ResonateProxyHeaderStatus
read_block (ResonateProxyHeader *self, const guint8 *bytes, gsize length)
{
  const guint8 *block = bytes + BINARY_SIZE;
  guint family = bytes[FAMILY_OFFSET] >> 4;

  if ((bytes[VERSION_OFFSET] & 0x0f) == COMMAND_LOCAL || family == FAMILY_UNSPEC ||
      (bytes[FAMILY_OFFSET] & 0x0f) == PROTOCOL_UNSPEC)
    return accept_header (self, length);

  if (!check_tlvs (block + address_sizes[family], length - BINARY_SIZE - address_sizes[family]))
    return refuse (self, "its block is malformed");

  if (family == FAMILY_INET)
    set_address (self, AF_INET, block);
  else if (family == FAMILY_INET6)
    set_address (self, AF_INET6, block);

  return accept_header (self, length);
}

static ResonateProxyHeaderStatus
parse_binary (ResonateProxyHeader *self, const guint8 *bytes, gsize length)
{
  const char *problem;
  gsize block_size;

  if (length < BINARY_SIZE)
    return wait_for (self, BINARY_SIZE);

  block_size = (gsize) bytes[LENGTH_OFFSET] << 8 | bytes[LENGTH_OFFSET + 1];
  problem = find_problem (bytes, block_size);
  if (problem != NULL)
    return refuse (self, problem);

  return length < BINARY_SIZE + block_size ? wait_for (self, BINARY_SIZE + block_size)
                                           : read_block (self, bytes, BINARY_SIZE + block_size);
}

ResonateProxyHeaderStatus
resonate_proxy_header_parse (ResonateProxyHeader *self, const guint8 *bytes, gsize length)
{
  g_return_val_if_fail (self != NULL, RESONATE_PROXY_HEADER_REFUSED);
  g_return_val_if_fail (bytes != NULL || length == 0, RESONATE_PROXY_HEADER_REFUSED);

  *self = (ResonateProxyHeader){ 0 };

  if (length == 0)
    return wait_for (self, SHORTEST_LINE);

  if (memcmp (bytes, signature, MIN (length, sizeof (signature))) == 0)
    return parse_binary (self, bytes, length);

  if (memcmp (bytes, TEXT_START, MIN (length, strlen (TEXT_START))) == 0)
    return parse_text (self, (const char *) bytes, length);

  return refuse (self, "there is none");
}
