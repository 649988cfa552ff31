/* test-tls-files.c: certificates and keys as they lie on the disk
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "tls-fixture.h"

#include <glib/gstdio.h>

static void
set_up (TlsFiles *files, gconstpointer data)
{
  tls_files_init (files);
}

static void
tear_down (TlsFiles *files, gconstpointer data)
{
  tls_files_clear (files);
}

static void
test_tls_files_refused (TlsFiles *files, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (resonate_tls_load_certificate ("/nonexistent.pem", NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent.pem"));
  g_clear_error (&error);

  g_assert_null (resonate_tls_load_certificate (files->cert_file, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, files->cert_file));
  g_assert_nonnull (strstr (error->message, "no key"));
  g_clear_error (&error);

  g_assert_null (resonate_tls_load_certificate (files->cert_file, files->cert_file, NULL, &error));
  g_assert_nonnull (strstr (error->message, files->cert_file));
}

static void
test_tls_files_password (TlsFiles *files, gconstpointer data)
{
  g_autofree char *store = g_build_filename (files->folder, "store.p12", NULL);
  g_autofree char *password = g_build_filename (files->folder, "password", NULL);
  g_autofree char *command = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  command = g_strdup_printf ("openssl pkcs12 -export -in %s -inkey %s -out %s -passout pass:secret",
                             files->cert_file, files->key_file, store);
  g_spawn_command_line_sync (command, NULL, NULL, &status, NULL);
  g_assert_cmpint (status, ==, 0);
  g_file_set_contents (password, "secret\n", -1, NULL);
  certificate = resonate_tls_load_certificate (store, NULL, password, &error);
  g_assert_no_error (error);
  g_assert_nonnull (certificate);

  g_file_set_contents (password, "wrong\n", -1, NULL);
  g_assert_null (resonate_tls_load_certificate (store, NULL, password, &error));
  g_assert_nonnull (strstr (error->message, store));
  g_remove (store);
  g_remove (password);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add (path, TlsFiles, NULL, set_up, func, tear_down)
  add ("/tls-files/refused", test_tls_files_refused);
  add ("/tls-files/password", test_tls_files_password);
#undef add

  return g_test_run ();
}
