/* daemon-quiet.c: what nobody reads is not made into text
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-log.h"

/* libsoup describes every frame and every step of a request at debug level, and GLib makes a text
 * of that before it asks whether anybody wants it: a tenth of the work for a request. Nobody ever
 * does: of what others say at debug level our log has nothing (daemon-log.c).
 *
 * A program's own g_log () comes before GLib's for all libraries in its process. So it does in this
 * one; a program that embeds the library decides for itself. */
__attribute__ ((visibility ("default"))) void
g_log (const char *log_domain, GLogLevelFlags log_level, const char *format, ...)
{
  va_list arguments;

  if (!daemon_log_wants (log_level, log_domain))
    return;

  va_start (arguments, format);
  g_logv (log_domain, log_level, format, arguments);
  va_end (arguments);
}
