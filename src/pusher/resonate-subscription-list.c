/* resonate-subscription-list.c: the channels that one client is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-subscription-list"

#include "config.h"

#include "resonate-subscription-list-private.h"

#include "resonate-subscription-private.h"

void
resonate_subscription_list_clear (ResonateSubscriptionList *self)
{
  g_clear_pointer (&self->elements, g_ptr_array_unref);
}

unsigned int
resonate_subscription_list_count (const ResonateSubscriptionList *self)
{
  return self->elements != NULL ? self->elements->len : 0;
}

ResonateSubscription *
resonate_subscription_list_get (const ResonateSubscriptionList *self, unsigned int position)
{
  g_assert (position < resonate_subscription_list_count (self));

  return self->elements->pdata[position];
}

/* There are few, and a table for each client would cost more than all looks into it. */
ResonateSubscription *
resonate_subscription_list_find (const ResonateSubscriptionList *self, ResonateChannel *channel)
{
  for (unsigned int i = 0; i < resonate_subscription_list_count (self); i++)
    {
      ResonateSubscription *subscription = self->elements->pdata[i];

      if (resonate_subscription_get_channel (subscription) == channel)
        return subscription;
    }

  return NULL;
}

void
resonate_subscription_list_add (ResonateSubscriptionList *self, ResonateSubscription *subscription)
{
  if (self->elements == NULL)
    self->elements = g_ptr_array_new ();
  g_ptr_array_add (self->elements, subscription);
}

void
resonate_subscription_list_remove (ResonateSubscriptionList *self,
                                   ResonateSubscription *subscription)
{
  g_ptr_array_remove (self->elements, subscription);
  if (self->elements->len == 0)
    resonate_subscription_list_clear (self);
}
