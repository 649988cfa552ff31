/* resonate-facade-private.h: the stream that libsoup is shown in place of the socket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define RESONATE_FACADE_WOULD_BLOCK (-1)
#define RESONATE_FACADE_BROKEN      (-2)

typedef struct
{
  gssize (*read) (gpointer owner, void *buffer, gsize count);
  gssize (*write) (gpointer owner, const void *buffer, gsize count);
  void (*asked) (gpointer owner); /* somebody begins to wait for input */
  gboolean (*is_readable) (gpointer owner);
  gboolean (*is_writable) (gpointer owner);
  void (*closed) (gpointer owner);
} ResonateFacadeFuncs;

#define RESONATE_TYPE_FACADE (resonate_facade_get_type ())

G_DECLARE_FINAL_TYPE (ResonateFacade, resonate_facade, RESONATE, FACADE, GIOStream)

ResonateFacade *resonate_facade_new (const ResonateFacadeFuncs *funcs, gpointer owner);

/* Once, one byte that means nothing is read before the end. libsoup 3.2 keeps a connection that
 * ends between two requests for ever; one that ends inside a request it lets go. */
void resonate_facade_set_farewell (ResonateFacade *self);

/* Lets the reader wait in @parking, a context that is never iterated, and be called instead. To be
 * called before the reader is made; it is told with resonate_facade_set_reader () when it is. Does
 * nothing where libsoup cannot be called. */
void resonate_facade_park (ResonateFacade *self, GMainContext *parking);

/* (nullable): no more is read when there is none. */
void resonate_facade_set_reader (ResonateFacade *self, gpointer connection);

/* From here on it reads the end, takes no byte, and the owner hears nothing from it any more. */
void resonate_facade_detach (ResonateFacade *self);

/* is_readable () or is_writable () may have become true. What follows from it comes from the main
 * loop, later. */
void resonate_facade_wake (ResonateFacade *self);

/* The same from the main loop, where it may come at once. */
void resonate_facade_serve (ResonateFacade *self);

G_END_DECLS
