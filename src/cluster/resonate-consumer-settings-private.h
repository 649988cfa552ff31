/* resonate-consumer-settings-private.h: what a consumer is told when it is made
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The ids of the properties that are kept here; those of the object itself follow. */
#define RESONATE_CONSUMER_N_SETTINGS 12

#define RESONATE_CONSUMER_DEFAULT_GROUP "resonate"

/* It does not change. */
typedef struct
{
  char **streams;
  char *group;
  char *name;
  char *start_id;
  unsigned int batch_size;
  unsigned int block_ms;
  unsigned int max_in_flight;
  unsigned int reclaim_interval_ms;
  unsigned int min_idle_ms;
  unsigned int reclaim_count;
  unsigned int max_deliveries;
  char *dead_letter_suffix;
} ResonateConsumerSettings;

void resonate_consumer_settings_install (GParamSpec **properties);

/* Whether it is one of them. */
gboolean resonate_consumer_settings_get (ResonateConsumerSettings *self,
                                         unsigned int property,
                                         GValue *value);
gboolean resonate_consumer_settings_set (ResonateConsumerSettings *self,
                                         unsigned int property,
                                         const GValue *value);

void resonate_consumer_settings_complete (ResonateConsumerSettings *self);
void resonate_consumer_settings_clear (ResonateConsumerSettings *self);

G_END_DECLS
