/* resonate-dbus-address.c: where a message bus is
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-address.h"

#include <string.h>

/* GIO would start a session bus where there is none, and wait for it. */
static char *
dup_session_address (void)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  const char *folder = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *escaped = NULL;

  if (address != NULL && *address != '\0')
    return g_strdup (address);
  if (folder == NULL || *folder == '\0')
    return NULL;

  escaped = g_dbus_address_escape_value (folder);

  return g_strdup_printf ("unix:path=%s/bus", escaped);
}

/* (transfer full) (nullable) */
char *
resonate_dbus_address_dup (GBusType bus)
{
  if (bus == G_BUS_TYPE_SYSTEM)
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);

  return dup_session_address ();
}

/* Where there is no bus, as in a container, looking for one costs no more than this: to connect
 * takes a thread and what it allocates. */
gboolean
resonate_dbus_address_is_nothing (const char *address)
{
  const char *path = address;
  g_autofree char *unescaped = NULL;

  if (strpbrk (address, ",;") != NULL || !g_str_has_prefix (address, "unix:path="))
    return FALSE;

  path += strlen ("unix:path=");
  unescaped = g_uri_unescape_string (path, NULL);

  return unescaped != NULL && !g_file_test (unescaped, G_FILE_TEST_EXISTS);
}
