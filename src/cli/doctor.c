/* doctor.c: findings, and how they are told
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "doctor.h"

static void
finding_free (DoctorFinding *self)
{
  g_free (self->where);
  g_free (self->message);
  g_free (self->fix);
  g_free (self);
}

void
doctor_init (Doctor *self, Cli *cli)
{
  self->cli = cli;
  self->config = resonate_config_new ();
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
}

void
doctor_clear (Doctor *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->probe, doctor_probe_free);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->config);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->env_file, g_free);
  g_clear_pointer (&self->files, g_strfreev);
}

static void
add (Doctor *self, DoctorSeverity severity, const char *where, char *fix, char *message)
{
  DoctorFinding *finding = g_new0 (DoctorFinding, 1);

  finding->check = self->check;
  finding->severity = severity;
  finding->where = g_strdup (where);
  finding->fix = fix;
  finding->message = message;
  g_ptr_array_add (self->findings, finding);
}

/*
 * doctor_find:
 * @where: (nullable): the place of the line
 * @fix: (nullable): what should be there
 */
void
doctor_find (Doctor *self,
             DoctorSeverity severity,
             const char *where,
             const char *fix,
             const char *format,
             ...)
{
  va_list args;

  va_start (args, format);
  add (self, severity, where, g_strdup (fix), g_strdup_vprintf (format, args));
  va_end (args);
}

/*
 * doctor_get_row:
 *
 * Returns: (nullable): what the configuration says about a key, and where
 */
const ResonateConfigRow *
doctor_get_row (Doctor *self, const char *group, const char *key)
{
  for (unsigned int i = 0; i < self->rows->len; i++)
    {
      const ResonateConfigRow *row = self->rows->pdata[i];

      if (strcmp (row->group, group) == 0 && strcmp (row->key->name, key) == 0)
        return row;
    }

  return NULL;
}

/* Where the line is, or the file that it would be in. */
static char *
dup_place (Doctor *self, const char *group, const char *key)
{
  const ResonateConfigRow *row = doctor_get_row (self, group, key);

  if (row != NULL && strcmp (row->origin, "default") != 0)
    return g_strdup (row->origin);

  return self->files != NULL && self->files[0] != NULL
           ? g_strdup (self->files[g_strv_length (self->files) - 1])
           : resonate_config_dup_default_file (cli_is_session (self->cli));
}

/*
 * doctor_find_key:
 * @value: what the key should be
 */
void
doctor_find_key (Doctor *self,
                 DoctorSeverity severity,
                 const char *group,
                 const char *key,
                 const char *value,
                 const char *format,
                 ...)
{
  g_autofree char *where = dup_place (self, group, key);
  va_list args;

  va_start (args, format);
  add (self, severity, where, g_strdup_printf ("[%s] %s = %s", group, key, value),
       g_strdup_vprintf (format, args));
  va_end (args);
}

static const char *
severity_name (DoctorSeverity severity)
{
  switch (severity)
    {
    case DOCTOR_NOTE:
      return N_ ("note");

    case DOCTOR_WARNING:
      return N_ ("warning");

    case DOCTOR_ERROR:
    default:
      return N_ ("error");
    }
}

static void
print_json (Doctor *self, gboolean is_well)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, is_well);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (unsigned int i = 0; i < self->findings->len; i++)
    {
      const DoctorFinding *finding = self->findings->pdata[i];

      json_builder_begin_object (builder);
      cli_json_string (builder, "check", finding->check);
      cli_json_string (builder, "severity", severity_name (finding->severity));
      cli_json_string (builder, "where", finding->where);
      cli_json_string (builder, "message", finding->message);
      cli_json_string (builder, "fix", finding->fix);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_text (Doctor *self, unsigned int n_wrong)
{
  for (unsigned int i = 0; i < self->findings->len; i++)
    {
      const DoctorFinding *finding = self->findings->pdata[i];

      g_print ("%s: %s: %s%s%s\n", _ (severity_name (finding->severity)), finding->check,
               finding->where != NULL ? finding->where : "", finding->where != NULL ? ": " : "",
               finding->message);
      if (finding->fix != NULL)
        g_print ("  -> %s\n", finding->fix);
    }

  if (n_wrong == 0)
    g_print ("%s\n", _ ("Nothing is wrong."));
  else
    g_print (ngettext ("%u thing is wrong.\n", "%u things are wrong.\n", n_wrong), n_wrong);
}

/* Tells what was found. Notes are no reason to fail. */
CliStatus
doctor_report (Doctor *self)
{
  unsigned int n_wrong = 0;

  for (unsigned int i = 0; i < self->findings->len; i++)
    if (((const DoctorFinding *) self->findings->pdata[i])->severity > DOCTOR_NOTE)
      n_wrong++;

  if (self->cli->json)
    print_json (self, n_wrong == 0);
  else
    print_text (self, n_wrong);

  return n_wrong == 0 ? CLI_DONE : CLI_FAILED;
}
