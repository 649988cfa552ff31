/* resonate-address-book.c: who is connected from where, and whose word counts
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-address-book"

#include "config.h"

#include "resonate-address-book-private.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct _ResonateAddressBook
{
  guint max_per_address;
  gboolean is_choosy; /* somebody was named, though perhaps in words that are no network */
  GPtrArray *trusted; /* (element-type GInetAddressMask) */
  GHashTable *counts; /* (element-type utf8 guint) */
};

ResonateAddressBook *
resonate_address_book_new (guint max_per_address, GStrv trusted_proxies)
{
  ResonateAddressBook *self = g_new0 (ResonateAddressBook, 1);

  self->trusted = g_ptr_array_new_with_free_func (g_object_unref);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  resonate_address_book_begin_anew (self, max_per_address, trusted_proxies);

  return self;
}

void
resonate_address_book_begin_anew (ResonateAddressBook *self,
                                  guint max_per_address,
                                  GStrv trusted_proxies)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->counts);
  g_ptr_array_set_size (self->trusted, 0);
  self->max_per_address = max_per_address;
  self->is_choosy = trusted_proxies != NULL && trusted_proxies[0] != NULL;

  for (guint i = 0; trusted_proxies != NULL && trusted_proxies[i] != NULL; i++)
    {
      GInetAddressMask *mask = g_inet_address_mask_new_from_string (trusted_proxies[i], NULL);

      if (mask != NULL)
        g_ptr_array_add (self->trusted, mask);
    }
}

void
resonate_address_book_free (ResonateAddressBook *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->counts, g_hash_table_unref);
  g_clear_pointer (&self->trusted, g_ptr_array_unref);
  g_free (self);
}

char *
resonate_address_to_text (const struct sockaddr *address)
{
  const struct sockaddr_in *ip4 = (const struct sockaddr_in *) address;
  const struct sockaddr_in6 *ip6 = (const struct sockaddr_in6 *) address;
  char text[INET6_ADDRSTRLEN];

  g_return_val_if_fail (address != NULL, NULL);

  if (address->sa_family == AF_INET)
    return g_ref_string_new (inet_ntop (AF_INET, &ip4->sin_addr, text, sizeof (text)));

  if (address->sa_family != AF_INET6)
    return g_ref_string_new ("unix");

  /* One client is one address, also on an inherited socket that serves both families. */
  if (IN6_IS_ADDR_V4MAPPED (&ip6->sin6_addr))
    inet_ntop (AF_INET, &ip6->sin6_addr.s6_addr[12], text, sizeof (text));
  else
    inet_ntop (AF_INET6, &ip6->sin6_addr, text, sizeof (text));

  return g_ref_string_new (text);
}

gboolean
resonate_address_book_trusts (ResonateAddressBook *self, const char *address)
{
  g_autoptr (GInetAddress) inet = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  inet = self->trusted->len > 0 ? g_inet_address_new_from_string (address) : NULL;

  for (guint i = 0; inet != NULL && i < self->trusted->len; i++)
    {
      if (g_inet_address_mask_matches (g_ptr_array_index (self->trusted, i), inet))
        return TRUE;
    }

  return FALSE;
}

gboolean
resonate_address_book_lets_name (ResonateAddressBook *self, const char *address)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->is_choosy || resonate_address_book_trusts (self, address))
    return TRUE;

  g_debug ("%s may not send a PROXY header: it is not a trusted proxy", address);

  return FALSE;
}

/* Proxies write `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1` or `[2001:db8::1]:1234`. */
static char *
read_address (const char *word)
{
  g_autofree char *text = g_strstrip (g_strdup (word));
  g_autoptr (GInetAddress) inet = NULL;
  char *colon = strchr (text, ':');

  if (text[0] == '[')
    {
      memmove (text, text + 1, strlen (text));
      text[strcspn (text, "]")] = '\0';
    }
  else if (colon != NULL && strchr (colon + 1, ':') == NULL)
    *colon = '\0';

  inet = g_inet_address_new_from_string (text);

  return inet != NULL ? g_inet_address_to_string (inet) : NULL;
}

char *
resonate_address_book_find_client (ResonateAddressBook *self, const char *forwarded)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *found = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (forwarded != NULL, NULL);

  words = g_strsplit (forwarded, ",", -1);

  /* From the right: what stands further left is what a client may have made up. */
  for (guint i = g_strv_length (words); i > 0; i--)
    {
      g_autofree char *address = read_address (words[i - 1]);

      if (address == NULL)
        break;

      g_free (found);
      found = g_steal_pointer (&address);
      if (!resonate_address_book_trusts (self, found))
        break;
    }

  return g_steal_pointer (&found);
}

gboolean
resonate_address_book_add (ResonateAddressBook *self, const char *address)
{
  guint count;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  if (self->max_per_address == 0 || resonate_address_book_trusts (self, address))
    return TRUE;

  count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, address));
  if (count >= self->max_per_address)
    return FALSE;

  resonate_address_book_insert (self, address);

  return TRUE;
}

void
resonate_address_book_insert (ResonateAddressBook *self, const char *address)
{
  guint count;

  g_return_if_fail (self != NULL);
  g_return_if_fail (address != NULL);

  if (self->max_per_address == 0 || resonate_address_book_trusts (self, address))
    return;

  count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, address));
  g_hash_table_insert (self->counts, g_strdup (address), GUINT_TO_POINTER (count + 1));
}

void
resonate_address_book_remove (ResonateAddressBook *self, const char *address)
{
  guint count;

  g_return_if_fail (self != NULL);
  g_return_if_fail (address != NULL);

  if (self->max_per_address == 0 || resonate_address_book_trusts (self, address))
    return;

  count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, address));
  if (count > 1)
    g_hash_table_insert (self->counts, g_strdup (address), GUINT_TO_POINTER (count - 1));
  else
    g_hash_table_remove (self->counts, address);
}

gboolean
resonate_address_book_move (ResonateAddressBook *self, const char *from, const char *to)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (from != NULL && to != NULL, FALSE);

  if (g_str_equal (from, to))
    return TRUE;

  if (!resonate_address_book_add (self, to))
    return FALSE;

  resonate_address_book_remove (self, from);

  return TRUE;
}
