/* resonate-front-limits.c: what every accepted socket must respect, also when it changes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-front"

#include "config.h"

#include "resonate-front-parts-private.h"

#include <sys/resource.h>

#define RESERVE_DESCRIPTORS 64
#define RESERVE_PERCENT     5

static guint
web_sockets_for_descriptors (void)
{
  struct rlimit limit;
  guint64 reserve;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= G_MAXUINT)
    return G_MAXUINT;

  reserve = MAX (RESERVE_DESCRIPTORS, (guint64) limit.rlim_cur * RESERVE_PERCENT / 100);

  return limit.rlim_cur > reserve ? (guint) (limit.rlim_cur - reserve) : 1;
}

static void
count_again (ResonateFront *self, const GQueue *streams)
{
  for (GList *l = streams->head; l != NULL; l = l->next)
    resonate_address_book_insert (self->addresses, resonate_stream_get_remote_address (l->data));
}

static void
set_addresses (ResonateFront *self, const ResonateFrontLimits *limits)
{
  if (self->addresses == NULL)
    {
      self->addresses = resonate_address_book_new (limits->max_connections_per_address,
                                                   limits->trusted_proxies);
      return;
    }

  resonate_address_book_begin_anew (self->addresses, limits->max_connections_per_address,
                                    limits->trusted_proxies);
  if (limits->max_connections_per_address == 0)
    return;

  count_again (self, &self->streams);
  count_again (self, &self->web_sockets);
}

void
resonate_front_set_limits (ResonateFront *self, const ResonateFrontLimits *limits)
{
  g_return_if_fail (RESONATE_IS_FRONT (self));
  g_return_if_fail (limits != NULL);

  self->shared.header_timeout_us = limits->header_timeout_us;
  self->shared.idle_timeout_us = limits->idle_timeout_us;
  self->shared.hibernate_after_us = limits->hibernate_after_us;
  self->shared.max_request_size = limits->max_request_size;
  self->shared.send_queue_size = limits->send_queue_size;
  self->proxy_protocol = limits->proxy_protocol;
  self->max_web_sockets = web_sockets_for_descriptors ();
  if (limits->max_connections > 0)
    self->max_web_sockets = MIN (self->max_web_sockets, limits->max_connections);

  /* Who has agreed to compression goes on with it. */
  self->shared.offers_deflate = limits->permessage_deflate;
  if (limits->permessage_deflate && self->shared.deflate == NULL)
    self->shared.deflate = resonate_deflate_new ();

  set_addresses (self, limits);
}

void
resonate_front_set_certificate (ResonateFront *self, GTlsCertificate *certificate)
{
  g_return_if_fail (RESONATE_IS_FRONT (self));
  g_return_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate));

  for (guint i = 0; i < self->listeners->len; i++)
    resonate_listener_set_certificate (self->listeners->pdata[i], certificate);
}

GTlsCertificate *
resonate_front_get_certificate (ResonateFront *self)
{
  g_return_val_if_fail (RESONATE_IS_FRONT (self), NULL);

  return self->listeners->len > 0 ? resonate_listener_get_certificate (self->listeners->pdata[0])
                                  : NULL;
}
