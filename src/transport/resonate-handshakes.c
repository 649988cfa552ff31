/* resonate-handshakes.c: how many handshakes of TLS one address may have under way
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-handshakes"

#include "config.h"

#include "resonate-handshakes-private.h"

/* GIO gives each handshake a thread out of ten, and more of them only slowly. Fifty clients of one
 * address that begin a handshake and say no more made everybody wait until they were cut off. So
 * an address that has its share under way waits for itself, and for nobody else. */
struct _ResonateHandshakes
{
  ResonateHandshakeFunc func;
  GHashTable *by_address; /* (element-type utf8 Share) */
  gboolean is_closed;
};

typedef struct
{
  guint n_running;
  GQueue waiting; /* (element-type GObject) (owned) */
} Share;

static void
share_free (gpointer data)
{
  Share *share = data;

  g_queue_clear_full (&share->waiting, g_object_unref);
  g_free (share);
}

ResonateHandshakes *
resonate_handshakes_new (ResonateHandshakeFunc func)
{
  ResonateHandshakes *self = g_new0 (ResonateHandshakes, 1);

  self->func = func;
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, share_free);

  return self;
}

void
resonate_handshakes_free (ResonateHandshakes *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->by_address, g_hash_table_unref);
  g_free (self);
}

/* Returns TRUE when @owner may go on at once; else it is kept until its turn comes. */
gboolean
resonate_handshakes_enter (ResonateHandshakes *self, const char *address, GObject *owner)
{
  Share *share;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (G_IS_OBJECT (owner), FALSE);

  share = g_hash_table_lookup (self->by_address, address);
  if (share == NULL)
    {
      share = g_new0 (Share, 1);
      g_hash_table_insert (self->by_address, g_strdup (address), share);
    }

  if (share->n_running < RESONATE_HANDSHAKES_PER_ADDRESS)
    {
      share->n_running++;
      return TRUE;
    }

  g_queue_push_tail (&share->waiting, g_object_ref (owner));

  return FALSE;
}

/* Once for each that may go on, when it has, and then it is the next one's turn. */
void
resonate_handshakes_leave (ResonateHandshakes *self, const char *address)
{
  Share *share;

  g_return_if_fail (self != NULL);
  g_return_if_fail (address != NULL);

  share = g_hash_table_lookup (self->by_address, address);
  g_return_if_fail (share != NULL && share->n_running > 0);

  while (!self->is_closed && !g_queue_is_empty (&share->waiting))
    {
      g_autoptr (GObject) owner = g_queue_pop_head (&share->waiting);

      if (self->func (owner))
        return;
    }

  if (--share->n_running == 0)
    g_hash_table_remove (self->by_address, address);
}

void
resonate_handshakes_close (ResonateHandshakes *self)
{
  g_return_if_fail (self != NULL);

  self->is_closed = TRUE;
}
