/* resonate-soup-reader-private.h: how libsoup is made to read a WebSocket
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Held by value; all zero waits in the main loop as libsoup does by itself. */
typedef struct
{
  GMainContext *parking; /* (nullable) (unowned): never iterated */
  gboolean is_pushed;    /* it is the default of the thread, until libsoup returns */
  gpointer connection;   /* (nullable) (unowned): who reads */
  gboolean is_reading;
} ResonateSoupReader;

/* Whether libsoup can be called; where it cannot, a source must wait in the main loop. */
gboolean resonate_soup_reader_is_known (void);

/* As if a libsoup could not be called, and back. */
void resonate_soup_reader_hide_for_test (gboolean hide);

/* A source for libsoup to attach, which is never ready. */
GSource *resonate_soup_reader_park (ResonateSoupReader *self);

/* To be called when libsoup has returned from making a connection. */
void resonate_soup_reader_settle (ResonateSoupReader *self);

/* Makes libsoup read all that is there. */
void resonate_soup_reader_read (ResonateSoupReader *self, GObject *input);

G_END_DECLS
