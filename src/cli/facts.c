/* facts.c: what the bus tells of something, by name
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "facts.h"

/*
 * facts_dup_text:
 * @facts: `a{sv}`
 *
 * Returns: (nullable): the fact as a person reads it
 */
char *
facts_dup_text (GVariant *facts, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (facts, name, NULL);

  if (value == NULL)
    return NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? _ ("yes") : _ ("no"));

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    {
      g_autofree const char **words = g_variant_get_strv (value, NULL);

      return g_strjoinv (", ", (char **) words);
    }

  return g_variant_print (value, FALSE);
}

/* Returns: a number of whichever width, and 0 where there is none */
uint64_t
facts_get_number (GVariant *facts, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (facts, name, NULL);

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return g_variant_get_uint64 (value);

  return 0;
}

gboolean
facts_get_limit (GVariant *facts, const char *name, uint64_t *limit)
{
  gint32 number = -1;

  g_variant_lookup (facts, name, "i", &number);
  *limit = (uint64_t) MAX (number, 0);

  return number >= 0;
}

/* Adds every fact to the object that is being built, under the name that it has on the bus. */
void
facts_add_to_json (GVariant *facts, JsonBuilder *builder)
{
  const char *name;
  GVariant *value;
  GVariantIter iter;

  g_variant_iter_init (&iter, facts);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      json_builder_set_member_name (builder, name);
      json_builder_add_value (builder, json_gvariant_serialize (value));
    }
}
