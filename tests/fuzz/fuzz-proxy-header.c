/* fuzz-proxy-header.c: any bytes as a header of the PROXY protocol
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "transport/resonate-proxy-header-private.h"

#include <arpa/inet.h>

/* An address has the one text that the system would write. */
static void
check_address (const char *text)
{
  int family = strchr (text, ':') != NULL ? AF_INET6 : AF_INET;
  uint8_t address[sizeof (struct in6_addr)];
  char again[INET6_ADDRSTRLEN];

  if (text[0] == '\0')
    return;

  g_assert_cmpint (inet_pton (family, text, address), ==, 1);
  g_assert_nonnull (inet_ntop (family, address, again, sizeof (again)));
  g_assert_cmpstr (text, ==, again);
}

/* The bytes behind a header do not change it, and it is one only as a whole. */
static void
check_accepted (const ResonateProxyHeader *header, const uint8_t *data, size_t size)
{
  ResonateProxyHeader again;

  g_assert_cmpuint (header->length, <=, MIN (size, RESONATE_PROXY_HEADER_MAX_SIZE));
  check_address (header->address);

  g_assert_cmpint (resonate_proxy_header_parse (&again, data, header->length), ==,
                   RESONATE_PROXY_HEADER_ACCEPTED);
  g_assert_cmpuint (again.length, ==, header->length);
  g_assert_cmpstr (again.address, ==, header->address);
  for (size_t n = 0; n < header->length; n++)
    g_assert_cmpint (resonate_proxy_header_parse (&again, data, n), ==,
                     RESONATE_PROXY_HEADER_INCOMPLETE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ResonateProxyHeader header;

  switch (resonate_proxy_header_parse (&header, data, size))
    {
    case RESONATE_PROXY_HEADER_ACCEPTED:
      check_accepted (&header, data, size);
      break;

    case RESONATE_PROXY_HEADER_REFUSED:
      g_assert_nonnull (header.problem);
      break;

    case RESONATE_PROXY_HEADER_INCOMPLETE:
    default:
      g_assert_cmpuint (header.needed, >, size);
      g_assert_cmpuint (header.needed, <=, RESONATE_PROXY_HEADER_MAX_SIZE);
      break;
    }

  return 0;
}
