/* resonate-fields.c: properties that are plain members of a struct
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-config"

#include "config.h"

#include <stdint.h>

#include "resonate-fields-private.h"

/* An app and a configuration have dozens of properties that do nothing but hold a value, and that
 * the server reads on its hot path as members. One switch over the kinds of member serves them all,
 * instead of one over the properties in each class. */

void
resonate_field_get (gconstpointer field, GParamSpec *pspec, GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (pspec->value_type))
    {
    case G_TYPE_BOOLEAN:
      g_value_set_boolean (value, *(const gboolean *) field);
      break;

    case G_TYPE_INT:
      g_value_set_int (value, *(const int *) field);
      break;

    case G_TYPE_UINT:
      g_value_set_uint (value, *(const unsigned int *) field);
      break;

    case G_TYPE_INT64:
      g_value_set_int64 (value, *(const int64_t *) field);
      break;

    case G_TYPE_UINT64:
      g_value_set_uint64 (value, *(const uint64_t *) field);
      break;

    case G_TYPE_ENUM:
      g_value_set_enum (value, *(const int *) field);
      break;

    case G_TYPE_STRING:
      g_value_set_string (value, *(char *const *) field);
      break;

    case G_TYPE_BOXED:
      g_value_set_boxed (value, *(char **const *) field);
      break;

    default:
      g_assert_not_reached ();
    }
}

void
resonate_field_set (gpointer field, GParamSpec *pspec, const GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (pspec->value_type))
    {
    case G_TYPE_BOOLEAN:
      *(gboolean *) field = g_value_get_boolean (value);
      break;

    case G_TYPE_INT:
      *(int *) field = g_value_get_int (value);
      break;

    case G_TYPE_UINT:
      *(unsigned int *) field = g_value_get_uint (value);
      break;

    case G_TYPE_INT64:
      *(int64_t *) field = g_value_get_int64 (value);
      break;

    case G_TYPE_UINT64:
      *(uint64_t *) field = g_value_get_uint64 (value);
      break;

    case G_TYPE_ENUM:
      *(int *) field = g_value_get_enum (value);
      break;

    case G_TYPE_STRING:
      g_free (*(char **) field);
      *(char **) field = g_value_dup_string (value);
      break;

    case G_TYPE_BOXED:
      g_strfreev (*(char ***) field);
      *(char ***) field = g_value_dup_boxed (value);
      break;

    default:
      g_assert_not_reached ();
    }
}

/* Sets what the property's specification calls its default. */
void
resonate_field_reset (gpointer field, GParamSpec *pspec)
{
  resonate_field_set (field, pspec, g_param_spec_get_default_value (pspec));
}

void
resonate_field_clear (gpointer field, GParamSpec *pspec)
{
  if (G_TYPE_FUNDAMENTAL (pspec->value_type) == G_TYPE_STRING)
    g_clear_pointer ((char **) field, g_free);
  else if (G_TYPE_FUNDAMENTAL (pspec->value_type) == G_TYPE_BOXED)
    g_clear_pointer ((char ***) field, g_strfreev);
}
