/* resonate-journal.c: what the protocol writes to the log
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate"

#include "config.h"

#include "resonate-journal-private.h"

#include "../base/resonate-clock-private.h"
#include "../base/resonate-log-private.h"
#include "../transport/resonate-frame-private.h"
#include "resonate-connection-private.h"

/* One line an event, with the facts as fields of their own: `journalctl RESONATE_APP=1001` finds
 * them. Opening and closing are told at debug level; what was refused, and because of which key, at
 * info. */

/* Of one app. A client may send nonsense as fast as it can, where nothing limits its rate, and a
 * disk is full sooner than a queue. */
#define REFUSALS_PER_SECOND 10

static void
write_event (GLogLevelFlags level, ResonateConnection *connection, const char *text)
{
  g_log_structured (G_LOG_DOMAIN, level, "RESONATE_APP",
                    resonate_app_get_id (resonate_connection_get_app (connection)),
                    "RESONATE_SOCKET", resonate_connection_get_socket_id (connection), "MESSAGE",
                    "%s: %s", resonate_connection_get_socket_id (connection), text);
}

void
resonate_journal_opened (ResonateConnection *connection)
{
  g_autofree char *text = NULL;

  if (!resonate_log_get_traffic ())
    return;

  text = g_strdup_printf ("Connection established from %s (app %s)",
                          resonate_connection_get_remote_address (connection),
                          resonate_app_get_id (resonate_connection_get_app (connection)));
  write_event (G_LOG_LEVEL_DEBUG, connection, text);
}

void
resonate_journal_closed (ResonateConnection *connection)
{
  if (resonate_log_get_traffic ())
    write_event (G_LOG_LEVEL_DEBUG, connection, "Connection closed");
}

void
resonate_journal_received (ResonateConnection *connection, GBytes *text)
{
  g_autofree char *shown = NULL;
  g_autofree char *line = NULL;
  const char *bytes;
  size_t length;

  if (!resonate_log_get_traffic ())
    return;

  bytes = g_bytes_get_data (text, &length);
  shown = resonate_log_redact (bytes, length);
  line = g_strdup_printf ("Message received: %s", shown);
  write_event (G_LOG_LEVEL_DEBUG, connection, line);
}

/* Once per event, however many receive it. */
void
resonate_journal_published (ResonateApp *app, const char *channel, GBytes *frame)
{
  g_autofree char *shown = NULL;
  const char *bytes;
  size_t length;

  if (!resonate_log_get_traffic ())
    return;

  bytes = resonate_frame_peek_payload (frame, &length);
  shown = resonate_log_redact (bytes, length);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "RESONATE_APP", resonate_app_get_id (app),
                    "RESONATE_CHANNEL", channel, "MESSAGE", "Broadcasting to %s: %s", channel,
                    shown);
}

/* Whether the log is to hear of one more refusal. */
static gboolean
may_tell (ResonateRealm *realm)
{
  if (!resonate_limiter_take (&realm->refusals, resonate_clock_now_us (), REFUSALS_PER_SECOND,
                              G_USEC_PER_SEC))
    {
      realm->n_untold++;
      return FALSE;
    }

  if (realm->refusals.taken == 1)
    resonate_journal_flush (realm);

  return TRUE;
}

void
resonate_journal_flush (ResonateRealm *realm)
{
  unsigned int n = realm->n_untold;

  realm->n_untold = 0;
  if (n > 0)
    g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "RESONATE_APP",
                      resonate_app_get_id (realm->app), "MESSAGE",
                      "Refused %u more times, which are not listed (app %s)", n,
                      resonate_app_get_id (realm->app));
}

void
resonate_journal_refused (ResonateConnection *connection, int code, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list args;

  if (!may_tell (resonate_connection_get_realm (connection)))
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  line = g_strdup_printf ("Refused with %d: %s", code, text);
  write_event (G_LOG_LEVEL_INFO, connection, line);
}

void
resonate_journal_turned_away (ResonateTransport *transport, int code, const char *format, ...)
{
  const char *address = resonate_transport_get_remote_address (transport);
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  /* What a client wrote into its handshake must not look like a line of ours. */
  shown = g_strescape (text, NULL);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "RESONATE_ADDRESS", address, "MESSAGE",
                    "Turned away %s with %d: %s", address, code, shown);
}
