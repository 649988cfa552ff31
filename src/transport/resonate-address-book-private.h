/* resonate-address-book-private.h: who is connected from where, and whose word counts
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sys/socket.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ResonateAddressBook ResonateAddressBook;

/* @max_per_address 0 is no limit. Words in @trusted_proxies that are no network are left out. */
ResonateAddressBook *resonate_address_book_new (guint max_per_address, GStrv trusted_proxies);

/* Another limit, or other proxies; what was counted is forgotten, and is to be inserted again. */
void resonate_address_book_begin_anew (ResonateAddressBook *self,
                                       guint max_per_address,
                                       GStrv trusted_proxies);

void resonate_address_book_free (ResonateAddressBook *self);

/* An address without a port, as a counted string; a local socket has none and reads `unix`. */
char *resonate_address_to_text (const struct sockaddr *address);

gboolean resonate_address_book_trusts (ResonateAddressBook *self, const char *address);

/* Whether a PROXY header is taken from it: from everybody, unless it is said whose word counts. */
gboolean resonate_address_book_lets_name (ResonateAddressBook *self, const char *address);

/* The client behind trusted proxies: the last address of X-Forwarded-For that is not theirs. NULL
 * when there is none that could be read. */
char *resonate_address_book_find_client (ResonateAddressBook *self, const char *forwarded);

/* FALSE when that address has as many as it may. A trusted address is nobody's own: it may have any
 * number, and is not counted. */
gboolean resonate_address_book_add (ResonateAddressBook *self, const char *address);

/* Counts one that is there already, however many there are. */
void resonate_address_book_insert (ResonateAddressBook *self, const char *address);

void resonate_address_book_remove (ResonateAddressBook *self, const char *address);

/* What was counted for @from is for @to from here on, or FALSE and nothing has changed. */
gboolean resonate_address_book_move (ResonateAddressBook *self, const char *from, const char *to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateAddressBook, resonate_address_book_free)

G_END_DECLS
