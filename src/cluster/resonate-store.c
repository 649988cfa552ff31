/* resonate-store.c: tables and counters that nodes share, or that one process keeps
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-store"

#include "config.h"

#include "resonate-store.h"

#include "resonate-enum-types.h"
#include "resonate-store-error.h"
#include "resonate-store-private.h"

/**
 * ResonateStore:
 *
 * Tables of typed rows, and counters, in the memory of this process or in a Redis.
 *
 * The calls and the types are the same wherever they are kept; what differs is who else sees them
 * ([property@Resonate.Store:is-shared]) and what is left when this process ends
 * ([property@Resonate.Store:is-durable]). What a call is given is checked before anything is asked
 * of a server: a value of the wrong type, a column that is not there, a text that is too long is
 * refused by name, and nothing is written.
 *
 * No call blocks. Calls take effect in the order in which they are made. A call that is cancelled,
 * or whose server went away, may have taken effect.
 *
 * An object is for the thread that made it; callbacks run in the main context that was its default.
 *
 * Since: 1.0
 */
typedef struct
{
  char *prefix;
  GHashTable *tables; /* (element-type utf8 ResonateTableBody) */
  gboolean is_connected;
} ResonateStorePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ResonateStore, resonate_store, G_TYPE_OBJECT)

typedef enum
{
  PROP_BACKEND = 1,
  PROP_PREFIX,
  PROP_IS_CONNECTED,
  PROP_IS_SHARED,
  PROP_IS_DURABLE,
} ResonateStoreProperty;

enum
{
  SIGNAL_DEGRADED,
  SIGNAL_RESTORED,
  N_SIGNALS
};

static GParamSpec *properties[PROP_IS_DURABLE + 1];
static unsigned int signals[N_SIGNALS];

static ResonateStorePrivate *
priv_of (ResonateStore *self)
{
  return resonate_store_get_instance_private (self);
}

static void
resonate_store_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  ResonateStore *self = RESONATE_STORE (object);

  switch ((ResonateStoreProperty) property_id)
    {
    case PROP_BACKEND:
      g_value_set_enum (value, resonate_store_get_backend (self));
      break;
    case PROP_PREFIX:
      g_value_set_string (value, resonate_store_get_prefix (self));
      break;
    case PROP_IS_CONNECTED:
      g_value_set_boolean (value, resonate_store_get_is_connected (self));
      break;
    case PROP_IS_SHARED:
      g_value_set_boolean (value, resonate_store_get_is_shared (self));
      break;
    case PROP_IS_DURABLE:
      g_value_set_boolean (value, resonate_store_get_is_durable (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
resonate_store_set_property (GObject *object,
                             guint property_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  ResonateStore *self = RESONATE_STORE (object);

  switch ((ResonateStoreProperty) property_id)
    {
    case PROP_PREFIX:
      priv_of (self)->prefix = g_value_dup_string (value);
      break;
    case PROP_BACKEND:
    case PROP_IS_CONNECTED:
    case PROP_IS_SHARED:
    case PROP_IS_DURABLE:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
resonate_store_dispose (GObject *object)
{
  ResonateStore *self = RESONATE_STORE (object);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, priv_of (self)->tables);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ResonateTableBody *table = value;

      g_hash_table_iter_steal (&iter);
      RESONATE_STORE_GET_CLASS (self)->clear_table (self, table);
      g_clear_pointer (&table->schema, resonate_table_schema_free);
      g_clear_pointer (&table->name, g_free);
      g_free (table);
    }

  G_OBJECT_CLASS (resonate_store_parent_class)->dispose (object);
}

static void
resonate_store_finalize (GObject *object)
{
  ResonateStore *self = RESONATE_STORE (object);

  g_clear_pointer (&priv_of (self)->tables, g_hash_table_unref);
  g_clear_pointer (&priv_of (self)->prefix, g_free);

  G_OBJECT_CLASS (resonate_store_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * ResonateStore:backend: (getter get_backend)
   *
   * Where what it has is kept.
   *
   * Since: 1.0
   */
  properties[PROP_BACKEND] = g_param_spec_enum ("backend", NULL, NULL, RESONATE_TYPE_STORE_BACKEND,
                                                RESONATE_STORE_MEMORY,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateStore:prefix: (getter get_prefix)
   *
   * What the names of all its keys begin with on a server.
   *
   * Since: 1.0
   */
  properties[PROP_PREFIX] = g_param_spec_string ("prefix", NULL, NULL, NULL,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                                   G_PARAM_STATIC_STRINGS);

  /**
   * ResonateStore:is-connected: (getter get_is_connected)
   *
   * Whether the server behind it can be asked at present; always true of memory.
   *
   * Since: 1.0
   */
  properties[PROP_IS_CONNECTED] = g_param_spec_boolean ("is-connected", NULL, NULL, FALSE,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateStore:is-shared: (getter get_is_shared)
   *
   * Whether other processes see what is written here.
   *
   * Since: 1.0
   */
  properties[PROP_IS_SHARED] = g_param_spec_boolean ("is-shared", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ResonateStore:is-durable: (getter get_is_durable)
   *
   * Whether what is written here outlives this process.
   *
   * Since: 1.0
   */
  properties[PROP_IS_DURABLE] = g_param_spec_boolean ("is-durable", NULL, NULL, FALSE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
resonate_store_class_init (ResonateStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = resonate_store_get_property;
  object_class->set_property = resonate_store_set_property;
  object_class->dispose = resonate_store_dispose;
  object_class->finalize = resonate_store_finalize;

  install_properties (object_class);

  /**
   * ResonateStore::degraded:
   * @self: the store
   * @error: why
   *
   * The server behind it cannot be asked any more. What is asked now fails with
   * %RESONATE_STORE_ERROR_UNAVAILABLE, after it was waited for.
   *
   * Since: 1.0
   */
  signals[SIGNAL_DEGRADED] = g_signal_new ("degraded", RESONATE_TYPE_STORE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * ResonateStore::restored:
   * @self: the store
   *
   * The server behind it can be asked again.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RESTORED] = g_signal_new ("restored", RESONATE_TYPE_STORE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
resonate_store_init (ResonateStore *self)
{
  priv_of (self)->tables = g_hash_table_new (g_str_hash, g_str_equal);
}

void
resonate_store_set_connected (ResonateStore *self, gboolean is_connected, const GError *why)
{
  ResonateStorePrivate *priv = priv_of (self);

  if (priv->is_connected == is_connected)
    return;

  priv->is_connected = is_connected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_CONNECTED]);
  if (is_connected)
    g_signal_emit (self, signals[SIGNAL_RESTORED], 0);
  else
    g_signal_emit (self, signals[SIGNAL_DEGRADED], 0, why);
}

GHashTable *
resonate_store_get_tables (ResonateStore *self)
{
  return priv_of (self)->tables;
}

GError *
resonate_count_error (const char *name)
{
  return g_error_new (RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_OUT_OF_RANGE,
                      "The sum does not fit into counter “%s”", name);
}

void
resonate_count_return (GTask *task, int64_t value, gboolean is_capped)
{
  const ResonateCount count = { value, is_capped };

  g_task_return_pointer (task, g_memdup2 (&count, sizeof (count)), g_free);
}

/**
 * resonate_store_get_backend:
 * @self: a store
 *
 * Gets where what it has is kept.
 *
 * Returns: the backend
 *
 * Since: 1.0
 */
ResonateStoreBackend
resonate_store_get_backend (ResonateStore *self)
{
  g_return_val_if_fail (RESONATE_IS_STORE (self), RESONATE_STORE_MEMORY);

  return RESONATE_STORE_GET_CLASS (self)->backend;
}

/**
 * resonate_store_get_prefix:
 * @self: a store
 *
 * Gets what the names of all its keys begin with on a server.
 *
 * Returns: (transfer none): the prefix
 *
 * Since: 1.0
 */
const char *
resonate_store_get_prefix (ResonateStore *self)
{
  g_return_val_if_fail (RESONATE_IS_STORE (self), NULL);

  return priv_of (self)->prefix;
}

/**
 * resonate_store_get_is_connected:
 * @self: a store
 *
 * Gets whether the server behind it can be asked at present.
 *
 * Returns: %TRUE if it can
 *
 * Since: 1.0
 */
gboolean
resonate_store_get_is_connected (ResonateStore *self)
{
  g_return_val_if_fail (RESONATE_IS_STORE (self), FALSE);

  return priv_of (self)->is_connected;
}

/**
 * resonate_store_get_is_shared:
 * @self: a store
 *
 * Gets whether other processes see what is written here.
 *
 * Returns: %TRUE if they do
 *
 * Since: 1.0
 */
gboolean
resonate_store_get_is_shared (ResonateStore *self)
{
  g_return_val_if_fail (RESONATE_IS_STORE (self), FALSE);

  return RESONATE_STORE_GET_CLASS (self)->is_shared;
}

/**
 * resonate_store_get_is_durable:
 * @self: a store
 *
 * Gets whether what is written here outlives this process.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
resonate_store_get_is_durable (ResonateStore *self)
{
  g_return_val_if_fail (RESONATE_IS_STORE (self), FALSE);

  return RESONATE_STORE_GET_CLASS (self)->is_durable;
}
