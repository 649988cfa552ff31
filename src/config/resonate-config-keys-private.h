/* resonate-config-keys-private.h: the table of everything that can be configured
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  RESONATE_CONFIG_STRING,
  RESONATE_CONFIG_WORD, /* a string that stands in URLs: no white space, none of `/?#%[]` */
  RESONATE_CONFIG_PATH, /* the path of a URL, normalised: empty, or `/ws` */
  RESONATE_CONFIG_FILE, /* made absolute from the folder of the file that names it */
  RESONATE_CONFIG_BOOLEAN,
  RESONATE_CONFIG_INTEGER,
  RESONATE_CONFIG_PORT,
  RESONATE_CONFIG_DURATION, /* int64_t, microseconds */
  RESONATE_CONFIG_SIZE,     /* uint64_t, bytes */
  RESONATE_CONFIG_CHOICE,   /* the nick of an enumeration */
  RESONATE_CONFIG_LIST,     /* strings, separated by `;` */
  RESONATE_CONFIG_HOSTS,    /* a list of addresses to listen on, at least one */
  RESONATE_CONFIG_NETWORKS, /* a list of addresses and networks, such as `10.0.0.0/8` */
} ResonateConfigType;

typedef enum
{
  RESONATE_CONFIG_KEY_PLAIN = 0,
  RESONATE_CONFIG_KEY_SECRET = 1 << 0, /* never shown */
  RESONATE_CONFIG_KEY_OPEN = 1 << 1, /* the minimum is no limit; so is all below, and `unlimited` */
  RESONATE_CONFIG_KEY_LENIENT =
    1 << 2, /* a choice that is unknown is the first one, as in the reference */
  RESONATE_CONFIG_KEY_IDENTITY = 1 << 3, /* no property: it goes into making the app */
  RESONATE_CONFIG_KEY_START = 1 << 4, /* decided before the first socket; all others take effect at
                                         once when the configuration is read again */
} ResonateConfigKeyFlags;

/* One row of the table. The parser, `config show`, the sample file, the manual page and the tests
 * are all made from it. A key that is no IDENTITY is a property of the same name of ResonateConfig
 * (`server`) or ResonateApp (`app`); those of other groups have the name of the group in front. */
typedef struct
{
  const char *group; /* "server", "cluster", "redis" or "app" */
  const char *name;
  ResonateConfigType type;
  ResonateConfigKeyFlags flags;
  const char *fallback; /* (nullable): the default as text; NULL is unset */
  int64_t min;          /* numbers of all kinds, in the unit of the property */
  int64_t max;
  GType (*choices) (void); /* (nullable): for CHOICE */
  const char *environment; /* (nullable): the name in the reference implementation */
  const char *help;
} ResonateConfigKey;

const ResonateConfigKey *resonate_config_keys_get (size_t *n_keys);

const ResonateConfigKey *resonate_config_keys_find (const char *group, const char *name);

/* The property that holds it. */
const char *resonate_config_key_get_property (const ResonateConfigKey *key);

/* What the table calls a group: `app` for `app 1001`, every other by its own name. */
const char *resonate_config_group_get_kind (const char *group);

char *resonate_config_keys_dup_hint (const char *group, const char *name);

/* What becomes of a change, in the words of the bus: `applied`, or `needs-reload`. */
const char *resonate_config_key_get_effect (const ResonateConfigKey *key);

char *resonate_config_key_dup_environment (const ResonateConfigKey *key);

G_END_DECLS
