/* doctor-url.c: what a browser meets that follows the URL
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "doctor.h"

/* An installation of hundreds is not asked about each. */
#define MAX_VISITS 20

/* How the server complains about a handshake that came without a header, and what an nginx in front
 * of it needs to pass it on. */
static const struct
{
  int status;
  const char *body;
  const char *header;
  const char *fix;
} losses[] = {
  { 505, "HTTP Version", "HTTP/1.1", "proxy_http_version 1.1;" },
  { 426, "Upgrade Required", "Upgrade", "proxy_set_header Upgrade $http_upgrade;" },
  { 426, "\"Connection: Upgrade\"", "Connection", "proxy_set_header Connection \"upgrade\";" },
  { 426, "version", "Sec-WebSocket-Version",
    "proxy_set_header Sec-WebSocket-Version $http_sec_websocket_version;" },
  { 400, "Sec-Websocket-Key", "Sec-WebSocket-Key",
    "proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;" },
};

static char *
dup_url (Doctor *self)
{
  gboolean is_tls = resonate_config_get_tls_certificate (self->config) != NULL;
  const char *host = resonate_config_get_hostname (self->config);

  if (host == NULL || *host == '\0')
    host = resonate_config_get_host (self->config)[0];
  if (strcmp (host, "0.0.0.0") == 0)
    host = "127.0.0.1";
  else if (strcmp (host, "::") == 0)
    host = "::1";

  return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%u%s" : "%s://%s:%u%s",
                          is_tls ? "https" : "http", host, resonate_config_get_port (self->config),
                          resonate_config_get_path (self->config));
}

/* `ws` and `wss` are what clients say; a port is always there afterwards. */
static GUri *
parse_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, error);
  const char *scheme;
  gboolean is_tls;
  int port;

  if (uri == NULL)
    return NULL;

  scheme = g_uri_get_scheme (uri);
  is_tls = strcmp (scheme, "https") == 0 || strcmp (scheme, "wss") == 0;
  if ((!is_tls && strcmp (scheme, "http") != 0 && strcmp (scheme, "ws") != 0) ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      g_set_error (error, G_URI_ERROR, G_URI_ERROR_FAILED,
                   _ ("a URL begins with http://, https://, ws:// or wss:// and a host"));
      return NULL;
    }

  port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : is_tls ? 443 : 80;

  return g_uri_build (G_URI_FLAGS_NONE, is_tls ? "https" : "http", NULL, g_uri_get_host (uri), port,
                      g_uri_get_path (uri), NULL, NULL);
}

/* One that the application allows: from its list, or that of the URL itself. */
static char *
dup_origin (Doctor *self, ResonateApp *app, GUri *uri)
{
  const char *const *allowed = resonate_app_get_allowed_origins (app);
  g_auto (GStrv) parts = NULL;
  g_autofree char *host = NULL;

  if (self->origin != NULL)
    return g_strdup (self->origin);

  if (allowed[0] == NULL || strcmp (allowed[0], "*") == 0)
    return g_strdup_printf ("%s://%s", g_uri_get_scheme (uri), g_uri_get_host (uri));

  parts = g_strsplit (allowed[0], "*", -1);
  host = g_strjoinv ("www", parts);

  return g_strdup_printf ("https://%s", host);
}

static char *
dup_target (const char *prefix, ResonateApp *app)
{
  size_t length = strlen (prefix);

  while (length > 0 && prefix[length - 1] == '/')
    length--;

  return g_strdup_printf ("%.*s/app/%s?protocol=7&client=resonatectl&version=%s", (int) length,
                          prefix, resonate_app_get_key (app), PACKAGE_VERSION);
}

/* Nobody is there by that path. Is it by the configured one, or by none? */
static void
find_path (Doctor *self, GUri *uri, ResonateApp *app, const char *origin)
{
  const char *configured = resonate_config_get_path (self->config);
  const char *const prefixes[] = { configured, "" };
  const char *asked = g_uri_get_path (uri);

  for (size_t i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *target = dup_target (prefixes[i], app);
      g_autoptr (DoctorProbe) probe = doctor_probe_visit (uri, target, origin, NULL);

      if (probe != NULL && probe->status == 101)
        {
          doctor_find_key (self, DOCTOR_ERROR, "server", "path", asked,
                           _ ("the server is below “%s” and not below “%s”"), prefixes[i], asked);
          return;
        }
    }

  doctor_find_key (self, DOCTOR_ERROR, "server", "path", configured,
                   _ ("nothing is at %s/app/; the proxy must pass on the whole path"), asked);
}

static void
find_refusal (Doctor *self, GUri *uri, ResonateApp *app, const char *origin)
{
  const DoctorProbe *probe = self->probe;
  g_autofree char *pass = g_strdup_printf ("proxy_pass http://127.0.0.1:%u;",
                                           resonate_config_get_port (self->config));

  for (size_t i = 0; i < G_N_ELEMENTS (losses); i++)
    if (probe->status == losses[i].status && strstr (probe->body, losses[i].body) != NULL)
      {
        doctor_find (self, DOCTOR_ERROR, self->url, losses[i].fix,
                     _ ("the proxy does not pass on %s"), losses[i].header);
        return;
      }

  if (probe->status == 404)
    find_path (self, uri, app, origin);
  else if (probe->status >= 502 && probe->status <= 504)
    doctor_find (self, DOCTOR_ERROR, self->url, pass,
                 _ ("the proxy does not reach the server (%d)"), probe->status);
  else
    doctor_find (self, DOCTOR_ERROR, self->url, pass,
                 _ ("the answer to the handshake is %d and not 101"), probe->status);
}

/* The origins that are allowed, and the host of @origin. */
static char *
dup_more_origins (ResonateApp *app, const char *origin)
{
  g_autoptr (GUri) uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : origin;
  g_autofree char *allowed = g_strjoinv (";", (char **) resonate_app_get_allowed_origins (app));

  return *allowed != '\0' ? g_strdup_printf ("%s;%s", allowed, host) : g_strdup (host);
}

/* All places are taken: the limit is of the application, and is at least 0. */
static void
find_quota (Doctor *self, ResonateApp *app, const char *group)
{
  int limit = resonate_app_get_max_connections (app);
  g_autofree char *more = g_strdup_printf ("%d", MAX (2 * limit, 100));

  doctor_find_key (self, DOCTOR_ERROR, group, "max-connections", more,
                   _ ("no client is let in: %d are connected already"), MAX (limit, 0));
}

static void
judge_greeting (Doctor *self, const DoctorProbe *probe, ResonateApp *app, const char *origin)
{
  g_autofree char *group = resonate_config_settings_dup_app_group (resonate_app_get_id (app));

  if (!probe->is_valid)
    doctor_find (self, DOCTOR_ERROR, self->url, NULL,
                 _ ("the answer is that to another handshake; is there a cache?"));
  else if (strstr (probe->greeting, "pusher:connection_established") != NULL)
    return;
  else if (strstr (probe->greeting, "4001") != NULL)
    doctor_find (self, DOCTOR_ERROR, self->url, "systemctl restart resonated",
                 _ ("the server there does not know [%s]: another one, or another configuration"),
                 group);
  else if (strstr (probe->greeting, "4009") != NULL && self->origin != NULL &&
           !resonate_app_allows_origin (app, origin))
    {
      g_autofree char *origins = dup_more_origins (app, origin);

      doctor_find_key (self, DOCTOR_ERROR, group, "allowed-origins", origins,
                       _ ("pages of %s may not connect"), origin);
    }
  else if (strstr (probe->greeting, "4009") != NULL)
    doctor_find (self, DOCTOR_ERROR, self->url, "proxy_set_header Origin $http_origin;",
                 _ ("%s is allowed, and refused: the proxy does not pass on %s"), origin, "Origin");
  else if (strstr (probe->greeting, "4004") != NULL)
    find_quota (self, app, group);
  else
    doctor_find (self, DOCTOR_ERROR, self->url, NULL, _ ("the server refuses the client: %s"),
                 probe->greeting);
}

/* A proxy is the address of all of its clients, unless its word counts. */
static void
judge_proxy (Doctor *self)
{
  if ((self->probe->has_via || g_strcmp0 (self->probe->server, "Resonate") != 0) &&
      *resonate_config_get_trusted_proxies (self->config) == NULL)
    doctor_find_key (self, DOCTOR_NOTE, "server", "trusted-proxies", "127.0.0.1",
                     _ ("there is a proxy, and all of its clients have its address"));
}

/* The way to the server is the same for all: what may differ is who is known and let in. */
static void
visit_other (Doctor *self, GUri *uri, ResonateApp *app)
{
  g_autofree char *origin = dup_origin (self, app, uri);
  g_autofree char *target = dup_target (g_uri_get_path (uri), app);
  g_autoptr (GError) error = NULL;
  g_autoptr (DoctorProbe) probe = doctor_probe_visit (uri, target, origin, &error);

  if (probe == NULL)
    doctor_find (self, DOCTOR_ERROR, self->url, NULL, _ ("it cannot be visited: %s"),
                 error->message);
  else if (probe->status == 101)
    judge_greeting (self, probe, app, origin);
  else
    doctor_find (self, DOCTOR_ERROR, self->url, NULL,
                 _ ("the answer to the handshake is %d and not 101"), probe->status);
}

static void
visit_others (Doctor *self, GUri *uri, GPtrArray *apps)
{
  for (guint i = 1; i < MIN (apps->len, MAX_VISITS); i++)
    visit_other (self, uri, apps->pdata[i]);

  if (apps->len > MAX_VISITS)
    doctor_find (self, DOCTOR_NOTE, self->url, NULL,
                 _ ("visited for the first %d of %u applications"), MAX_VISITS, apps->len);
}

/* Who is disabled is refused, and means to be. */
static GPtrArray *
list_enabled (Doctor *self)
{
  GListModel *all = G_LIST_MODEL (resonate_config_get_apps (self->config));
  GPtrArray *apps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (all, i);

      if (resonate_app_get_enabled (app))
        g_ptr_array_add (apps, g_steal_pointer (&app));
    }

  return apps;
}

/* What a browser would do, for the first application; behind it the way is known. */
static void
visit (Doctor *self, GUri *uri)
{
  g_autoptr (GPtrArray) apps = list_enabled (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *target = NULL;

  if (apps->len == 0)
    {
      doctor_find (self, DOCTOR_NOTE, self->url, NULL,
                   _ ("every application is disabled, so no URL was visited"));
      return;
    }

  origin = dup_origin (self, apps->pdata[0], uri);
  target = dup_target (g_uri_get_path (uri), apps->pdata[0]);
  self->probe = doctor_probe_visit (uri, target, origin, &error);
  if (self->probe == NULL)
    {
      doctor_find (self, DOCTOR_ERROR, self->url, "systemctl status resonated",
                   _ ("it cannot be visited: %s"), error->message);
      return;
    }

  if (self->probe->status == 101)
    {
      judge_greeting (self, self->probe, apps->pdata[0], origin);
      judge_proxy (self);
      visit_others (self, uri, apps);
    }
  else
    find_refusal (self, uri, apps->pdata[0], origin);
}

void
doctor_check_url (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;

  if (self->url == NULL && resonate_config_get_port (self->config) == 0)
    {
      doctor_find (self, DOCTOR_NOTE, NULL, "resonatectl doctor --url URL",
                   _ ("the system chooses the port, so no URL was visited"));
      return;
    }

  if (self->url == NULL && resonate_config_get_proxy_protocol (self->config))
    {
      doctor_find (self, DOCTOR_NOTE, NULL, "resonatectl doctor --url URL",
                   _ ("the server listens to proxies only, so no URL was visited"));
      return;
    }

  if (self->url == NULL)
    self->url = dup_url (self);
  uri = parse_url (self->url, &error);
  if (uri == NULL)
    {
      doctor_find (self, DOCTOR_ERROR, self->url, "resonatectl doctor --url https://example.org",
                   "%s", error->message);
      return;
    }

  visit (self, uri);
}

/* Back ends sign with the time of their own clock, and the server compares it with its. */
void
doctor_check_clock (Doctor *self)
{
  int64_t grace_us = resonate_config_get_auth_timestamp_grace (self->config);
  int64_t off_s;

  if (grace_us == 0)
    doctor_find_key (self, DOCTOR_NOTE, "server", "auth-timestamp-grace", "600s",
                     _ ("a REST request can be replayed at any time"));

  if (self->probe == NULL || !self->probe->has_date)
    return;

  /* The header has whole seconds. */
  off_s = ABS (self->probe->ahead_us) / G_USEC_PER_SEC;
  if (grace_us > 0 && off_s > 1 && off_s * G_USEC_PER_SEC > grace_us / 2)
    doctor_find (self, off_s * G_USEC_PER_SEC > grace_us ? DOCTOR_ERROR : DOCTOR_WARNING, self->url,
                 "timedatectl set-ntp true",
                 _ ("the clock there and the clock here are %u seconds apart, of "
                    "auth-timestamp-grace = %us"),
                 (unsigned int) off_s, (unsigned int) (grace_us / G_USEC_PER_SEC));
}
