/* test-error.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "base/resonate-error.h"
#include "resonate-enum-types.h"

/* `already-subscribed` is `org.resonate.Resonate1.Error.AlreadySubscribed` on the bus. */
static char *
dbus_name_from_nick (const char *nick)
{
  GString *name = g_string_new ("org.resonate.Resonate1.Error.");
  gboolean upper = TRUE;

  for (; *nick != '\0'; nick++)
    {
      if (*nick != '-')
        g_string_append_c (name, upper ? g_ascii_toupper (*nick) : *nick);
      upper = *nick == '-';
    }

  return g_string_free (name, FALSE);
}

static void
test_error_every_code_has_a_dbus_name (void)
{
  GEnumClass *klass = g_type_class_ref (RESONATE_TYPE_ERROR);

  for (unsigned int i = 0; i < klass->n_values; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) back = NULL;
      g_autofree char *name = NULL;
      g_autofree char *expected = dbus_name_from_nick (klass->values[i].value_nick);

      error = g_error_new_literal (RESONATE_ERROR, klass->values[i].value, "why");
      name = g_dbus_error_encode_gerror (error);
      g_assert_cmpstr (name, ==, expected);

      back = g_dbus_error_new_for_dbus_error (name, "why");
      g_assert_error (back, RESONATE_ERROR, klass->values[i].value);
    }

  g_type_class_unref (klass);
}

static void
test_error_quark (void)
{
  g_assert_cmpstr (g_quark_to_string (RESONATE_ERROR), ==, "resonate-error-quark");
  g_assert_cmpuint (RESONATE_ERROR, ==, resonate_error_quark ());
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/every-code-has-a-dbus-name", test_error_every_code_has_a_dbus_name);
  g_test_add_func ("/error/quark", test_error_quark);

  return g_test_run ();
}
