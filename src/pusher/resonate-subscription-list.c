/* resonate-subscription-list.c: the channels that one client is on
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-subscription-list"

#include "config.h"

#include "resonate-subscription-list-private.h"

#include <string.h>

#include "resonate-subscription-private.h"

void
resonate_subscription_list_clear (ResonateSubscriptionList *self)
{
  g_clear_pointer (&self->elements, g_free);
  self->count = self->capacity = 0;
}

unsigned int
resonate_subscription_list_count (const ResonateSubscriptionList *self)
{
  return self->count;
}

ResonateSubscription *
resonate_subscription_list_get (const ResonateSubscriptionList *self, unsigned int position)
{
  g_assert (position < self->count);

  return self->elements[position];
}

/* There are few, and a table for each client would cost more than all looks into it. */
ResonateSubscription *
resonate_subscription_list_find (const ResonateSubscriptionList *self, ResonateChannel *channel)
{
  for (unsigned int i = 0; i < self->count; i++)
    {
      if (resonate_subscription_get_channel (self->elements[i]) == channel)
        return self->elements[i];
    }

  return NULL;
}

void
resonate_subscription_list_add (ResonateSubscriptionList *self, ResonateSubscription *subscription)
{
  if (self->count == self->capacity)
    {
      self->capacity = MAX (2, 2 * self->capacity);
      self->elements = g_renew (ResonateSubscription *, self->elements, self->capacity);
    }
  self->elements[self->count++] = subscription;
}

/* The others keep their order. */
void
resonate_subscription_list_remove (ResonateSubscriptionList *self,
                                   ResonateSubscription *subscription)
{
  unsigned int i = 0;

  while (i < self->count && self->elements[i] != subscription)
    i++;

  g_return_if_fail (i < self->count);

  self->count--;
  memmove (&self->elements[i], &self->elements[i + 1], (self->count - i) * sizeof (gpointer));
  if (self->count == 0)
    resonate_subscription_list_clear (self);
}
