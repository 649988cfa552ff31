/* doctor-secrets.c: could somebody guess the secret of an application
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "../config/resonate-app-private.h"
#include "doctor.h"

/* resonatectl keygen makes 20 characters of 36. */
#define SHORTEST        16
#define LEAST_DIFFERENT 8

/* Parts of what examples and tutorials have; nobody draws these by lot. */
static const char *const examples[] = {
  "secret", "password", "example", "reverb", "resonate", "laravel", "pusher", "changeme", "your-",
};

static const char *
find_example (const char *secret)
{
  g_autofree char *small = g_ascii_strdown (secret, -1);

  for (size_t i = 0; i < G_N_ELEMENTS (examples); i++)
    if (strstr (small, examples[i]) != NULL)
      return examples[i];

  return NULL;
}

static unsigned int
count_different (const char *secret)
{
  gboolean seen[256] = { FALSE };
  unsigned int n = 0;

  for (const unsigned char *c = (const unsigned char *) secret; *c != '\0'; c++)
    {
      n += !seen[*c];
      seen[*c] = TRUE;
    }

  return n;
}

/* “aaaa”, “abcd” and “4321”: most steps from one character to the next are the same small one. */
static gboolean
is_sequence (const char *secret)
{
  size_t length = strlen (secret);
  size_t n_steps[3] = { 0 };

  for (size_t i = 1; i < length; i++)
    {
      int step = (unsigned char) secret[i] - (unsigned char) secret[i - 1];

      if (step >= -1 && step <= 1)
        n_steps[step + 1]++;
    }

  return 2 * MAX (n_steps[0], MAX (n_steps[1], n_steps[2])) > length;
}

static void
check_app (Doctor *self, ResonateApp *app, GHashTable *seen)
{
  g_autofree char *group = resonate_config_settings_dup_app_group (resonate_app_get_id (app));
  const char *secret = resonate_app_get_secret (app);
  const char *other = g_hash_table_lookup (seen, secret);
  const char *example = find_example (secret);
  /* Translators: what a line of the configuration should be set to */
  const char *better = _ ("(what “resonatectl keygen” prints)");
  size_t length = strlen (secret);

  if (example != NULL)
    doctor_find_key (self, DOCTOR_ERROR, group, "secret", better,
                     _ ("the secret is one of an example: it has “%s” in it"), example);
  else if (strcmp (secret, resonate_app_get_key (app)) == 0 ||
           strcmp (secret, resonate_app_get_id (app)) == 0)
    doctor_find_key (self, DOCTOR_ERROR, group, "secret", better,
                     _ ("the secret is the key or the id, which everybody knows"));
  else if (length < SHORTEST)
    doctor_find_key (self, DOCTOR_ERROR, group, "secret", better,
                     _ ("the secret has %u characters; it should have %u or more"),
                     (unsigned int) length, SHORTEST);
  else if (count_different (secret) < LEAST_DIFFERENT || is_sequence (secret))
    doctor_find_key (self, DOCTOR_ERROR, group, "secret", better,
                     _ ("the secret is not random: it repeats itself, or is a sequence"));

  if (other != NULL)
    doctor_find_key (self, DOCTOR_WARNING, group, "secret", better,
                     _ ("the secret is that of [%s], too"), other);
  else
    g_hash_table_insert (seen, (char *) secret, g_steal_pointer (&group));
}

void
doctor_check_secrets (Doctor *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GListModel *apps = G_LIST_MODEL (resonate_config_get_apps (self->config));

  for (unsigned int i = 0; i < g_list_model_get_n_items (apps); i++)
    {
      g_autoptr (ResonateApp) app = g_list_model_get_item (apps, i);

      check_app (self, app, seen);
    }
}
