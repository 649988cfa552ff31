/* test-server-pages.c: the clients on a channel in one order, however many they are
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-clock-private.h"
#include "base/resonate-error.h"
#include "config/resonate-app-list.h"
#include "server/resonate-server-private.h"
#include "test-client.h"

/* More than are sorted for a page, and more than are looked at for one. */
#define N_CLIENTS 6000
#define N_ON      3000

typedef struct
{
  ResonateServer *server;
  ResonateRealm *realm;
  GPtrArray *clients; /* (element-type TestClient) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ResonateConfig) config = resonate_config_new ();
  g_autoptr (ResonateApp) app = resonate_app_new ("1", "key", "secret");

  resonate_clock_set_for_test (G_USEC_PER_SEC, 0);
  resonate_app_list_add (resonate_config_get_apps (config), app, NULL);
  fixture->server = resonate_server_new (config);
  fixture->realm = resonate_server_find_realm (fixture->server, "1", NULL);
  fixture->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) test_client_free);

  for (unsigned int i = 0; i < N_CLIENTS; i++)
    g_ptr_array_add (fixture->clients, test_client_open (fixture->realm));
  for (unsigned int i = 0; i < N_ON; i++)
    test_client_subscribe (fixture->clients->pdata[i], "crowd", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->clients);
  g_assert_finalize_object (fixture->server);
}

/* Adds who is on the next page to @told, and fails when somebody is on it again. */
static gboolean
read_page (Fixture *fixture, char **cursor, GHashTable *told)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *next = NULL;
  g_autoptr (GPtrArray) page = NULL;

  page = resonate_server_page_subscribers (fixture->server, "1", "crowd", *cursor, 0, &next,
                                           &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->len, <=, 1000);
  for (unsigned int i = 0; i < page->len; i++)
    g_assert_true (g_hash_table_add (told, page->pdata[i]));

  g_free (*cursor);
  *cursor = g_steal_pointer (&next);

  return **cursor != '\0';
}

static void
test_server_pages_of_a_crowd (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
  g_autofree char *cursor = g_strdup ("");

  while (read_page (fixture, &cursor, told))
    ;
  g_assert_cmpuint (g_hash_table_size (told), ==, N_ON);
}

static void
test_server_pages_go_on_when_the_crowd_has_left (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
  g_autofree char *cursor = g_strdup ("");

  g_test_summary ("Two ways to find who is next have one order between them");

  g_assert_true (read_page (fixture, &cursor, told));
  for (unsigned int i = 500; i < N_ON; i++)
    test_client_leave (fixture->clients->pdata[i]);
  while (read_page (fixture, &cursor, told))
    ;

  for (unsigned int i = 0; i < 500; i++)
    g_assert_true (
      g_hash_table_contains (told, ((TestClient *) fixture->clients->pdata[i])->connection));
}

static void
test_server_pages_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char *next = NULL;

  g_assert_null (resonate_server_page_connections (fixture->server, "2", "", 0, &next, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_UNKNOWN_APP);
  g_clear_error (&error);
  g_assert_null (resonate_server_page_channels (fixture->server, "1", "", "no", 0, &next, &error));
  g_assert_error (error, RESONATE_ERROR, RESONATE_ERROR_BAD_ARGUMENT);
  g_assert_null (next);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/server-pages/of-a-crowd", Fixture, NULL, set_up, test_server_pages_of_a_crowd,
              tear_down);
  g_test_add ("/server-pages/go-on-when-the-crowd-has-left", Fixture, NULL, set_up,
              test_server_pages_go_on_when_the_crowd_has_left, tear_down);
  g_test_add ("/server-pages/errors", Fixture, NULL, set_up, test_server_pages_errors, tear_down);

  return g_test_run ();
}
