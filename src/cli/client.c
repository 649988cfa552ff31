/* client.c: a running server, as commands reach it over the bus
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <signal.h>

#include <glib/gi18n.h>

#include "client.h"

#define BUS_NAME      "org.resonate.Resonate1"
#define ROOT_PATH     "/org/resonate/Resonate1"
#define APP_INTERFACE "org.resonate.Resonate1.App"

/* Nobody reads a longer list to the end. */
#define MAX_APPS_NAMED 20

GQuark
client_error_quark (void)
{
  return g_quark_from_static_string ("resonatectl-client-error");
}

/*
 * client_parse:
 *
 * As cli_parse(), for a command whose arguments are sent over the bus: it takes UTF-8 only,
 * whatever the locale is. Options that are text are therefore %G_OPTION_ARG_FILENAME, which nothing
 * converts.
 */
gboolean
client_parse (
  Cli *cli, GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv)
{
  for (int i = 1; i < *argc; i++)
    if (!g_utf8_validate ((*argv)[i], -1, NULL))
      {
        cli_usage (_ ("Argument %d is no UTF-8"), i);
        return FALSE;
      }

  return cli_parse (cli, context, entries, argc, argv);
}

/* GIO would start a bus for a user who has none, and nobody would be on it. */
static char *
dup_address (const Cli *cli, GError **error)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  const char *folder = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *escaped = NULL;

  if (cli->address != NULL)
    return g_strdup (cli->address);

  if (!cli_is_session (cli))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, error);

  if (address != NULL && *address != '\0')
    return g_strdup (address);

  if (folder == NULL || *folder == '\0')
    {
      g_set_error_literal (error, CLIENT_ERROR, CLIENT_ERROR_NO_SERVER,
                           _ ("the environment names none of this user"));
      return NULL;
    }

  escaped = g_dbus_address_escape_value (folder);

  return g_strdup_printf ("unix:path=%s/bus", escaped);
}

/* Makes what GIO says an error of ours, with what was tried before it. */
static void
qualify (GError **error, ClientError code, const char *attempt)
{
  g_assert (error != NULL && *error != NULL);

  (*error)->domain = CLIENT_ERROR;
  (*error)->code = (int) code;
  g_prefix_error (error, "%s: ", attempt);
}

GDBusConnection *
client_open_bus (const Cli *cli, GError **error)
{
  g_autofree char *address = dup_address (cli, error);
  GDBusConnection *connection = NULL;

  if (cli->address != NULL && !g_dbus_is_supported_address (address, error))
    {
      qualify (error, CLIENT_ERROR_USAGE, "--address");
      return NULL;
    }

  if (address != NULL)
    connection =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, error);

  if (connection == NULL)
    qualify (error, CLIENT_ERROR_NO_SERVER, _ ("There is no bus to ask"));

  return connection;
}

/*
 * client_new:
 *
 * Finds the server on the bus that the options name. One that does not run is not started: to look
 * after a server is not to begin one.
 *
 * Fails with %CLIENT_ERROR_NO_SERVER.
 */
Client *
client_new (const Cli *cli, GError **error)
{
  g_autoptr (Client) self = g_new0 (Client, 1);
  g_autofree char *owner = NULL;

  self->connection = client_open_bus (cli, error);
  if (self->connection == NULL)
    return NULL;

  /* GIO ignores the signal for everybody who opens a socket; but a list whose reader has seen
   * enough ends with it. */
  signal (SIGPIPE, SIG_DFL);

  self->manager = resonate_dbus_gen_manager_proxy_new_sync (self->connection,
                                                            G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START,
                                                            BUS_NAME, ROOT_PATH, NULL, error);
  if (self->manager == NULL)
    return NULL;

  owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->manager));
  if (owner == NULL)
    {
      g_set_error (error, CLIENT_ERROR, CLIENT_ERROR_NO_SERVER, "%s",
                   cli->address != NULL   ? _ ("There is no server on that bus")
                   : cli_is_session (cli) ? _ ("There is no server on the bus of this user")
                                          : _ ("There is no server on the bus of this machine"));
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
client_free (Client *self)
{
  g_clear_object (&self->manager);
  g_clear_object (&self->connection);
  g_free (self);
}

ResonateDbusGenMetrics *
client_dup_metrics (Client *self, GError **error)
{
  return resonate_dbus_gen_metrics_proxy_new_sync (self->connection,
                                                   G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START |
                                                     G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                                   BUS_NAME, ROOT_PATH, NULL, error);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const char *left = NULL;
  const char *right = NULL;

  g_variant_get_child (*(GVariant *const *) a, 0, "&s", &left);
  g_variant_get_child (*(GVariant *const *) b, 0, "&s", &right);

  return g_strcmp0 (left, right);
}

/*
 * client_dup_apps:
 *
 * Asks for every application.
 *
 * Returns: `a(soa{sv})`: ids in their order, paths, and the properties of
 * org.resonate.Resonate1.App
 */
GVariant *
client_dup_apps (Client *self, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariantIter) objects = NULL;
  const char *path;
  GVariant *interfaces;

  reply = g_dbus_connection_call_sync (self->connection, BUS_NAME, ROOT_PATH,
                                       "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
                                       NULL, G_VARIANT_TYPE ("(a{oa{sa{sv}}})"), CLIENT_FLAGS,
                                       CLIENT_TIMEOUT_MS, NULL, error);
  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "(a{oa{sa{sv}}})", &objects);
  while (g_variant_iter_loop (objects, "{&o@a{sa{sv}}}", &path, &interfaces))
    {
      g_autoptr (GVariant)
        properties = g_variant_lookup_value (interfaces, APP_INTERFACE, G_VARIANT_TYPE_VARDICT);
      const char *id;

      if (properties != NULL && g_variant_lookup (properties, "Id", "&s", &id))
        g_ptr_array_add (rows,
                         g_variant_ref_sink (g_variant_new ("(so@a{sv})", id, path, properties)));
    }
  g_ptr_array_sort (rows, compare_ids);

  return g_variant_ref_sink (
    g_variant_new_array (G_VARIANT_TYPE ("(soa{sv})"), (GVariant **) rows->pdata, rows->len));
}

static char *
dup_names (GVariant *apps)
{
  GString *names = g_string_new (NULL);
  size_t n_apps = g_variant_n_children (apps);

  for (size_t i = 0; i < MIN (n_apps, MAX_APPS_NAMED); i++)
    {
      const char *id;

      g_variant_get_child (apps, i, "(&s&o@a{sv})", &id, NULL, NULL);
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", id);
    }
  if (n_apps > MAX_APPS_NAMED)
    g_string_append (names, ", …");

  return g_string_free (names, FALSE);
}

/* Returns: (nullable): the path of application @id, or of the only one there is */
static char *
dup_app_path (GVariant *apps, const char *id, GError **error)
{
  g_autofree char *names = NULL;
  size_t n_apps = g_variant_n_children (apps);
  const char *found;
  const char *path;

  for (size_t i = 0; i < n_apps; i++)
    {
      g_variant_get_child (apps, i, "(&s&o@a{sv})", &found, &path, NULL);
      if (id != NULL ? g_strcmp0 (found, id) == 0 : n_apps == 1)
        return g_strdup (path);
    }

  names = dup_names (apps);
  if (n_apps == 0)
    g_set_error (error, CLIENT_ERROR, CLIENT_ERROR_UNKNOWN_APP,
                 _ ("The server has no application"));
  else if (id == NULL)
    g_set_error (error, CLIENT_ERROR, CLIENT_ERROR_USAGE,
                 _ ("There are several applications, name one of them: %s"), names);
  else
    g_set_error (error, CLIENT_ERROR, CLIENT_ERROR_UNKNOWN_APP,
                 _ ("There is no application “%s”, but: %s"), id, names);

  return NULL;
}

/*
 * client_dup_app:
 * @id: (nullable): which application; none is needed where there is only one
 *
 * Fails with %CLIENT_ERROR_UNKNOWN_APP, and %CLIENT_ERROR_USAGE when one has to be named.
 */
ResonateDbusGenApp *
client_dup_app (Client *self, const char *id, GError **error)
{
  g_autoptr (GVariant) apps = client_dup_apps (self, error);
  g_autofree char *path = NULL;

  if (apps == NULL)
    return NULL;

  path = dup_app_path (apps, id, error);
  if (path == NULL)
    return NULL;

  return resonate_dbus_gen_app_proxy_new_sync (self->connection,
                                               G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START |
                                                 G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                               BUS_NAME, path, NULL, error);
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_NO_SERVER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

/*
 * client_failed:
 *
 * Says what went wrong in the server's words, without those of the bus around them.
 *
 * Returns: the exit status for it
 */
CliStatus
client_failed (const GError *error)
{
  g_autoptr (GError) plain = g_error_copy (error);

  g_dbus_error_strip_remote_error (plain);
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_USAGE))
    return cli_usage ("%s", plain->message);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
    return cli_failed (_ ("The server does not answer: %s"), plain->message);

  cli_failed ("%s", plain->message);

  return is_gone (error) ? CLI_NO_SERVER : CLI_FAILED;
}
