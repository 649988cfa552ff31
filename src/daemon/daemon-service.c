/* daemon-service.c: a server as the service manager sees it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonated"

#include "config.h"

#include "daemon-service.h"

#include <string.h>
#include <unistd.h>

#include "resonate-sd.h"

/* What we have stored is called `listener-`, a digest of the addresses, `-`, and how many. */
#define STORED "listener-"

/* How often the number of connections is told, when nothing else needs it more often. */
#define STATUS_INTERVAL_US (10 * G_USEC_PER_SEC)

/* A drain is over when its time is; what comes after it takes no longer than this. */
#define FAREWELL_US (10 * G_USEC_PER_SEC)

struct _DaemonService
{
  ResonateServer *server;
  gboolean is_activated; /* somebody else has bound our sockets, and keeps them */
  char *stored;          /* (nullable): the name by which the service manager keeps our sockets */
  char *status;          /* (nullable): what was said last */
  int64_t watchdog_us;   /* 0 when nobody watches */
  unsigned int timer;
};

/* After a crash the configuration may be another one. Then what was stored is of no use, and the
 * name says so. */
static char *
dup_prefix (ResonateConfig *config)
{
  g_autofree char *hosts = g_strjoinv (";", (char **) resonate_config_get_host (config));
  g_autofree char *address = g_strdup_printf ("%s %u", hosts, resonate_config_get_port (config));
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, address, -1);

  return g_strdup_printf (STORED "%.16s-", digest);
}

static char *
dup_stored_name (ResonateConfig *config, size_t n_sockets)
{
  g_autofree char *prefix = dup_prefix (config);

  return g_strdup_printf ("%s%" G_GSIZE_FORMAT, prefix, n_sockets);
}

/* What is not all of it was cut short, and an address would be missing. */
static gboolean
is_whole (const char *const *names, const char *name)
{
  size_t n_sockets = 0;
  g_autofree char *count = NULL;

  for (size_t i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      n_sockets++;
  count = g_strdup_printf ("-%" G_GSIZE_FORMAT, n_sockets);

  return g_str_has_suffix (name, count);
}

static void
forget (const char *name)
{
  g_autofree char *state = g_strdup_printf ("FDSTOREREMOVE=1\nFDNAME=%s", name);

  resonate_sd_tell (state);
}

/* Sockets of a socket unit are served whatever the configuration says; ours of an earlier process
 * only if they are what it says. */
static void
take_sockets (DaemonService *self)
{
  g_auto (GStrv) names = resonate_sd_take_sockets ();
  g_autofree char *prefix = dup_prefix (resonate_server_get_config (self->server));

  for (size_t i = 0; names[i] != NULL; i++)
    if (!g_str_has_prefix (names[i], STORED))
      self->is_activated = TRUE;

  for (size_t i = 0; names[i] != NULL; i++)
    {
      int fd = RESONATE_SD_FIRST_FD + (int) i;
      gboolean is_stored = g_str_has_prefix (names[i], STORED);

      if (!is_stored || (!self->is_activated && g_str_has_prefix (names[i], prefix) &&
                         is_whole ((const char *const *) names, names[i])))
        {
          resonate_server_add_socket (self->server, fd);
          continue;
        }

      close (fd);
      forget (names[i]);
    }
}

static void
store_sockets (DaemonService *self)
{
  size_t n_sockets;
  g_autofree int *sockets = resonate_server_dup_sockets (self->server, &n_sockets);
  g_autoptr (GError) error = NULL;

  if (self->is_activated || n_sockets == 0)
    return;

  self->stored = dup_stored_name (resonate_server_get_config (self->server), n_sockets);
  if (!resonate_sd_store_sockets (self->stored, sockets, n_sockets, &error))
    g_warning ("The service manager cannot keep the listening sockets: %s", error->message);
}

static char *
dup_status (DaemonService *self)
{
  unsigned int n = resonate_server_get_n_connections (self->server);

  if (resonate_server_get_state (self->server) == RESONATE_SERVER_RUNNING)
    return g_strdup_printf ("STATUS=Connections: %u", n);

  return g_strdup_printf ("STATUS=Leaving; connections: %u", n);
}

/* Runs in the main loop, so that a loop that is stuck is found out. */
static gboolean
on_tick (gpointer user_data)
{
  DaemonService *self = user_data;
  g_autofree char *status = dup_status (self);
  gboolean is_news = g_strcmp0 (status, self->status) != 0;
  g_autofree char *state = g_strconcat (self->watchdog_us > 0 ? "WATCHDOG=1\n" : "",
                                        is_news ? status : "", NULL);

  if (*state != '\0' && resonate_sd_murmur (state) && is_news)
    {
      g_free (self->status);
      self->status = g_steal_pointer (&status);
    }

  return G_SOURCE_CONTINUE;
}

/*
 * daemon_service_new:
 * @server: has not started
 *
 * Gives the server what the service manager has for it.
 */
DaemonService *
daemon_service_new (ResonateServer *server)
{
  DaemonService *self = g_new0 (DaemonService, 1);

  self->server = g_object_ref (server);
  self->watchdog_us = resonate_sd_take_watchdog ();
  take_sockets (self);

  return self;
}

void
daemon_service_free (DaemonService *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self->status);
  g_free (self->stored);
  g_object_unref (self->server);
  g_free (self);
}

/* The server listens. What was said of the start is not the last word: from here on the service
 * manager hears of us regularly. */
void
daemon_service_ready (DaemonService *self)
{
  int64_t interval_us = STATUS_INTERVAL_US;

  if (!resonate_sd_is_managed ())
    return;

  /* Half of the time is usual. A third survives a lost message. */
  if (self->watchdog_us > 0)
    interval_us = MIN (interval_us, self->watchdog_us / 3);

  store_sockets (self);
  resonate_sd_ready ();
  on_tick (self);
  self->timer = g_timeout_add ((unsigned int) MAX (1, interval_us / 1000), on_tick, self);
}

/* Call it before anything is closed. The sockets stay with the service manager: if it starts us
 * again, who connects meanwhile waits; if not, it closes them with the service. */
void
daemon_service_stopping (DaemonService *self)
{
  resonate_sd_tell ("STOPPING=1");
}

/* Whoever connects to a server that drains should be refused at once, and go elsewhere. */
void
daemon_service_draining (DaemonService *self, int64_t timeout_us)
{
  g_autofree char *state = g_strdup_printf ("STOPPING=1\nEXTEND_TIMEOUT_USEC=%" G_GINT64_FORMAT,
                                            timeout_us + FAREWELL_US);

  if (self->stored != NULL)
    forget (self->stored);
  g_clear_pointer (&self->stored, g_free);
  resonate_sd_tell (state);
}

/* Another process is the service from now on, and says how it is; what we say would hide that. */
void
daemon_service_replaced (DaemonService *self, GPid pid)
{
  g_autofree char *state = g_strdup_printf ("MAINPID=%d", pid);

  g_clear_handle_id (&self->timer, g_source_remove);
  resonate_sd_tell (state);
}
