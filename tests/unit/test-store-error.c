/* test-store-error.c: every code of a store has a name on the bus, its own
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "cluster/resonate-store-error.h"
#include "resonate-enum-types.h"

/* `value-too-long` is `org.resonate.Resonate1.StoreError.ValueTooLong` on the bus. */
static char *
dbus_name_from_nick (const char *nick)
{
  GString *name = g_string_new ("org.resonate.Resonate1.StoreError.");
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
test_every_code_has_a_dbus_name (void)
{
  GEnumClass *klass = g_type_class_ref (RESONATE_TYPE_STORE_ERROR);

  for (unsigned int i = 0; i < klass->n_values; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) back = NULL;
      g_autofree char *name = NULL;
      g_autofree char *expected = dbus_name_from_nick (klass->values[i].value_nick);

      error = g_error_new_literal (RESONATE_STORE_ERROR, klass->values[i].value, "why");
      name = g_dbus_error_encode_gerror (error);
      g_assert_cmpstr (name, ==, expected);

      back = g_dbus_error_new_for_dbus_error (name, "why");
      g_assert_error (back, RESONATE_STORE_ERROR, (int) klass->values[i].value);
    }

  g_type_class_unref (klass);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store-error/every-code-has-a-dbus-name", test_every_code_has_a_dbus_name);

  return g_test_run ();
}
