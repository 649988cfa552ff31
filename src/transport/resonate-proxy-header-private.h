/* resonate-proxy-header-private.h: the words with which a proxy names its client
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <netinet/in.h>

#include <glib.h>

G_BEGIN_DECLS

/* The longest of version 2 that is taken. A line of version 1 ends before its 108th byte. */
#define RESONATE_PROXY_HEADER_MAX_SIZE (16 + 536)
#define RESONATE_PROXY_HEADER_MAX_LINE 107

typedef enum
{
  RESONATE_PROXY_HEADER_INCOMPLETE,
  RESONATE_PROXY_HEADER_ACCEPTED,
  RESONATE_PROXY_HEADER_REFUSED,
} ResonateProxyHeaderStatus;

typedef struct
{
  /* Valid when incomplete: with fewer bytes than that it stays so. */
  gsize needed;

  /* Valid when accepted. */
  gsize length;                   /* what comes behind is the client's */
  char address[INET6_ADDRSTRLEN]; /* empty: nobody is named, the address of the socket counts */

  /* Valid when refused. */
  const char *problem;
} ResonateProxyHeader;

/* @bytes are all that have come so far: it begins anew with each call, and keeps nothing. */
ResonateProxyHeaderStatus
resonate_proxy_header_parse (ResonateProxyHeader *self, const guint8 *bytes, gsize length);

G_END_DECLS
