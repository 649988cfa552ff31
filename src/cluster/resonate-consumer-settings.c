/* resonate-consumer-settings.c: what a consumer is told when it is made
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-consumer"

#include "config.h"

#include "resonate-consumer-settings-private.h"

enum
{
  PROP_STREAMS = 1,
  PROP_GROUP,
  PROP_NAME,
  PROP_START_ID,
  PROP_BATCH_SIZE,
  PROP_BLOCK,
  PROP_MAX_IN_FLIGHT,
  PROP_RECLAIM_INTERVAL,
  PROP_MIN_IDLE,
  PROP_RECLAIM_COUNT,
  PROP_MAX_DELIVERIES,
  PROP_DEAD_LETTER_SUFFIX,
};

static unsigned int *
find_number (ResonateConsumerSettings *self, unsigned int property)
{
  switch (property)
    {
    case PROP_BATCH_SIZE:
      return &self->batch_size;

    case PROP_BLOCK:
      return &self->block_ms;

    case PROP_MAX_IN_FLIGHT:
      return &self->max_in_flight;

    case PROP_RECLAIM_INTERVAL:
      return &self->reclaim_interval_ms;

    case PROP_MIN_IDLE:
      return &self->min_idle_ms;

    case PROP_RECLAIM_COUNT:
      return &self->reclaim_count;

    case PROP_MAX_DELIVERIES:
      return &self->max_deliveries;

    default:
      return NULL;
    }
}

static char **
find_text (ResonateConsumerSettings *self, unsigned int property)
{
  switch (property)
    {
    case PROP_GROUP:
      return &self->group;

    case PROP_NAME:
      return &self->name;

    case PROP_START_ID:
      return &self->start_id;

    case PROP_DEAD_LETTER_SUFFIX:
      return &self->dead_letter_suffix;

    default:
      return NULL;
    }
}

static void
install_names (GParamSpec **properties, GParamFlags flags)
{
  /**
   * ResonateConsumer:streams:
   *
   * The names of the streams. All of them are read at once.
   *
   * Since: 1.0
   */
  properties[PROP_STREAMS] = g_param_spec_boxed ("streams", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * ResonateConsumer:group:
   *
   * The group, whose members share the entries: those who do the same work. Another group gets all
   * entries, too.
   *
   * Since: 1.0
   */
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL,
                                                RESONATE_CONSUMER_DEFAULT_GROUP, flags);

  /**
   * ResonateConsumer:name: (getter get_name)
   *
   * The name of this one within the group. It should be another one for each of those who run at
   * the same time, and the same one after a restart. By default it is made of the names of the host
   * and of the program, which will do for one process of each host.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * ResonateConsumer:start-id:
   *
   * Where a group begins that does not exist yet: behind all that is in the stream (`$`), at its
   * beginning (`0`), or behind an id.
   *
   * Since: 1.0
   */
  properties[PROP_START_ID] = g_param_spec_string ("start-id", NULL, NULL, "$", flags);

  /**
   * ResonateConsumer:dead-letter-suffix:
   *
   * What makes the name of the stream of dead letters from that of a stream.
   *
   * Since: 1.0
   */
  properties[PROP_DEAD_LETTER_SUFFIX] = g_param_spec_string ("dead-letter-suffix", NULL, NULL,
                                                             ":dead", flags);
}

static void
install_reading (GParamSpec **properties, GParamFlags flags)
{
  /**
   * ResonateConsumer:batch-size:
   *
   * How many entries are read at a time.
   *
   * Since: 1.0
   */
  properties[PROP_BATCH_SIZE] = g_param_spec_uint ("batch-size", NULL, NULL, 1, 10000, 16, flags);

  /**
   * ResonateConsumer:block-ms:
   *
   * How long the server is asked to wait for an entry, in milliseconds. To stop takes up to so
   * long.
   *
   * Since: 1.0
   */
  properties[PROP_BLOCK] = g_param_spec_uint ("block-ms", NULL, NULL, 1, 60000, 1000, flags);

  /**
   * ResonateConsumer:max-in-flight:
   *
   * How many deliveries are not settled at the same time; nothing more is read until one is.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_IN_FLIGHT] = g_param_spec_uint ("max-in-flight", NULL, NULL, 1, 1000000, 64,
                                                      flags);
}

static void
install_patience (GParamSpec **properties, GParamFlags flags)
{
  /**
   * ResonateConsumer:reclaim-interval-ms:
   *
   * How often entries are looked for that somebody of the group has left, in milliseconds; 0 leaves
   * that to others.
   *
   * Since: 1.0
   */
  properties[PROP_RECLAIM_INTERVAL] = g_param_spec_uint ("reclaim-interval-ms", NULL, NULL, 0,
                                                         G_MAXINT, 30000, flags);

  /**
   * ResonateConsumer:min-idle-ms:
   *
   * How long nobody may have worked on an entry before it is delivered again, in milliseconds.
   *
   * Since: 1.0
   */
  properties[PROP_MIN_IDLE] = g_param_spec_uint ("min-idle-ms", NULL, NULL, 1, G_MAXINT, 60000,
                                                 flags);

  /**
   * ResonateConsumer:reclaim-count:
   *
   * How many entries are claimed at a time.
   *
   * Since: 1.0
   */
  properties[PROP_RECLAIM_COUNT] = g_param_spec_uint ("reclaim-count", NULL, NULL, 1, 10000, 64,
                                                      flags);

  /**
   * ResonateConsumer:max-deliveries:
   *
   * How many attempts there are before an entry becomes a dead letter; 0 is no end of them.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_DELIVERIES] = g_param_spec_uint ("max-deliveries", NULL, NULL, 0, 1000000, 16,
                                                       flags);
}

void
resonate_consumer_settings_install (GParamSpec **properties)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  install_names (properties, flags);
  install_reading (properties, flags);
  install_patience (properties, flags);
}

gboolean
resonate_consumer_settings_get (ResonateConsumerSettings *self,
                                unsigned int property,
                                GValue *value)
{
  if (find_number (self, property) != NULL)
    g_value_set_uint (value, *find_number (self, property));
  else if (find_text (self, property) != NULL)
    g_value_set_string (value, *find_text (self, property));
  else if (property == PROP_STREAMS)
    g_value_set_boxed (value, self->streams);
  else
    return FALSE;

  return TRUE;
}

/* Properties are set once, when the object is made. */
gboolean
resonate_consumer_settings_set (ResonateConsumerSettings *self,
                                unsigned int property,
                                const GValue *value)
{
  if (find_number (self, property) != NULL)
    *find_number (self, property) = g_value_get_uint (value);
  else if (find_text (self, property) != NULL)
    *find_text (self, property) = g_value_dup_string (value);
  else if (property == PROP_STREAMS)
    self->streams = g_value_dup_boxed (value);
  else
    return FALSE;

  return TRUE;
}

/* What nobody has said. The name is the same after a restart: who comes back finds what it left,
 * and no names pile up in a group. */
void
resonate_consumer_settings_complete (ResonateConsumerSettings *self)
{
  const char *program = g_get_prgname ();

  if (self->streams == NULL)
    self->streams = g_new0 (char *, 1);

  if (self->name == NULL || *self->name == '\0')
    {
      g_free (self->name);
      self->name = g_strdup_printf ("%s-%s", g_get_host_name (),
                                    program != NULL ? program : "resonate");
    }
}

void
resonate_consumer_settings_clear (ResonateConsumerSettings *self)
{
  g_clear_pointer (&self->dead_letter_suffix, g_free);
  g_clear_pointer (&self->start_id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->streams, g_strfreev);
}
