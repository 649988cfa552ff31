/* resonate-stream-log.c: streams of entries that wait until somebody has dealt with them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-stream-log"

#include "config.h"

#include <string.h>

#include "resonate-stream-log.h"

#include "resonate-delivery-private.h"
#include "resonate-memory-stream-log-private.h"
#include "resonate-redis-stream-log-private.h"
#include "resonate-store-error.h"
#include "resonate-stream-log-private.h"

#define MAX_NAME 1024

#define DEFAULT_PREFIX "resonate:"

/**
 * ResonateStreamLog:
 *
 * Streams: what is appended to one is kept until it is dealt with, whether or not anybody listens.
 *
 * A stream keeps its newest entries, ten thousand if nobody says otherwise.
 * [class@Resonate.Consumer] reads them as one of a group: each entry is for one of the group, and
 * comes again until one of them has acknowledged it.
 *
 * One object of [func@Resonate.StreamLog.new_local] is for one process, which takes its entries
 * with it when it ends. Over Redis ([func@Resonate.StreamLog.new_for_uri]) streams are shared and
 * as durable as Redis is configured to be.
 *
 * The interface is implemented by the library alone. It is used from one thread.
 *
 * Since: 1.0
 */
G_DEFINE_INTERFACE (ResonateStreamLog, resonate_stream_log, G_TYPE_OBJECT)

static void
resonate_stream_log_default_init (ResonateStreamLogInterface *iface)
{
}

static void
add_field (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{s@ay}", name, value);
}

static GVariant *
text_as_bytes (const char *text)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

GVariant *
resonate_stream_fields_new (GBytes *payload, GVariant *fields)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{say}"));
  GVariantIter iter;
  const char *name, *text;

  add_field (&builder, RESONATE_STREAM_PAYLOAD,
             g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, payload, TRUE));
  if (fields != NULL)
    {
      g_variant_iter_init (&iter, fields);
      while (g_variant_iter_next (&iter, "{&s&s}", &name, &text))
        if (!g_str_equal (name, RESONATE_STREAM_PAYLOAD))
          add_field (&builder, name, text_as_bytes (text));
    }

  return g_variant_builder_end (&builder);
}

GVariant *
resonate_stream_fields_bury (ResonateDelivery *delivery, const char *reason)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{say}"));
  g_autofree char *attempts = g_strdup_printf ("%u", resonate_delivery_get_attempt (delivery));
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, resonate_delivery_get_fields (delivery));
  while (g_variant_iter_next (&iter, "{&s@ay}", &name, &value))
    {
      add_field (&builder, name, value);
      g_variant_unref (value);
    }

  add_field (&builder, "dead-stream", text_as_bytes (resonate_delivery_get_stream (delivery)));
  add_field (&builder, "dead-id", text_as_bytes (resonate_delivery_get_id (delivery)));
  add_field (&builder, "dead-attempts", text_as_bytes (attempts));
  add_field (&builder, "dead-reason", text_as_bytes (reason));

  return g_variant_builder_end (&builder);
}

ResonateStreamClaim *
resonate_stream_claim_new (const char *cursor)
{
  ResonateStreamClaim *claim = g_new0 (ResonateStreamClaim, 1);

  claim->cursor = g_strdup (cursor);
  claim->deliveries = g_ptr_array_new_with_free_func (g_object_unref);

  return claim;
}

void
resonate_stream_claim_free (ResonateStreamClaim *claim)
{
  g_clear_pointer (&claim->deliveries, g_ptr_array_unref);
  g_free (claim->cursor);
  g_free (claim);
}

ResonateStreamReader *
resonate_stream_log_new_reader (ResonateStreamLog *self, const ResonateConsumerSettings *settings)
{
  g_return_val_if_fail (RESONATE_IS_STREAM_LOG (self), NULL);

  return RESONATE_STREAM_LOG_GET_IFACE (self)->new_reader (self, settings);
}

/**
 * resonate_stream_log_new_local:
 *
 * Creates streams for one process.
 *
 * Returns: (transfer full): streams
 *
 * Since: 1.0
 */
ResonateStreamLog *
resonate_stream_log_new_local (void)
{
  return resonate_memory_stream_log_new ();
}

/**
 * resonate_stream_log_new_for_uri:
 * @uri: (nullable): where Redis is, such as `redis://127.0.0.1:6379`; %NULL and `memory:` are
 * streams of one process
 * @prefix: (nullable): what is in front of the name of every stream there; %NULL is `resonate:`,
 * and nobody sees it here
 * @error: return location for an error
 *
 * Creates streams that everybody shares who names the same Redis. It connects by and by, and again
 * whenever the connection is lost.
 *
 * Returns: (transfer full): streams, or %NULL with %RESONATE_ERROR_CONFIG for a URI that is none
 *
 * Since: 1.0
 */
ResonateStreamLog *
resonate_stream_log_new_for_uri (const char *uri, const char *prefix, GError **error)
{
  if (uri == NULL || g_str_equal (uri, "memory:"))
    return resonate_memory_stream_log_new ();

  return resonate_redis_stream_log_new_for_uri (uri, prefix != NULL ? prefix : DEFAULT_PREFIX,
                                                error);
}

/**
 * resonate_stream_log_append_async:
 * @self: streams
 * @stream: the stream's name, up to 1024 bytes; it comes to be by this
 * @payload: what is said, any bytes
 * @fields: (nullable): more to be said beside it, as a dictionary of strings (`a{ss}`)
 * @max_len: how many entries the stream keeps, about; 0 keeps all of them, and -1 keeps 10 000
 * @cancellable: (nullable): a cancellable, after which the entry may still be appended
 * @callback: (scope async): called when the entry is stored
 * @user_data: for @callback
 *
 * Appends an entry.
 *
 * The errors of [method@Resonate.StreamLog.append_finish] are %RESONATE_STORE_ERROR_INVALID_NAME
 * for a name or field that cannot be, and what the server reports.
 *
 * Since: 1.0
 */
void
resonate_stream_log_append_async (ResonateStreamLog *self,
                                  const char *stream,
                                  GBytes *payload,
                                  GVariant *fields,
                                  gint64 max_len,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GVariant) extra = NULL;
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_STREAM_LOG (self));
  g_return_if_fail (stream != NULL);
  g_return_if_fail (payload != NULL);
  g_return_if_fail (max_len >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  extra = fields != NULL ? g_variant_ref_sink (fields) : NULL;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_stream_log_append_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (*stream == '\0' || strlen (stream) > MAX_NAME)
    {
      g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_INVALID_NAME,
                               "The name of a stream has 1 to %d bytes", MAX_NAME);
      return;
    }

  if (extra != NULL && !g_variant_is_of_type (extra, G_VARIANT_TYPE ("a{ss}")))
    {
      g_task_return_new_error (task, RESONATE_STORE_ERROR, RESONATE_STORE_ERROR_TYPE_MISMATCH,
                               "Fields are a dictionary of strings, and not “%s”",
                               g_variant_get_type_string (extra));
      return;
    }

  all = g_variant_ref_sink (resonate_stream_fields_new (payload, extra));
  RESONATE_STREAM_LOG_GET_IFACE (self)->append (self, stream, all,
                                                max_len == -1 ? RESONATE_STREAM_DEFAULT_MAX_LEN
                                                              : max_len,
                                                task);
}

/**
 * resonate_stream_log_append_finish:
 * @self: streams
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Resonate.StreamLog.append_async].
 *
 * Returns: (transfer full): the id of the entry, which is larger than that of every entry before
 *   it, or %NULL with @error set
 *
 * Since: 1.0
 */
char *
resonate_stream_log_append_finish (ResonateStreamLog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * resonate_stream_log_check_durability_async:
 * @self: streams
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is known
 * @user_data: for @callback
 *
 * Finds out whether the streams would survive: a server that uses them asks once when it starts,
 * and warns.
 *
 * Since: 1.0
 */
void
resonate_stream_log_check_durability_async (ResonateStreamLog *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RESONATE_IS_STREAM_LOG (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, resonate_stream_log_check_durability_async);
  RESONATE_STREAM_LOG_GET_IFACE (self)->check_durability (self, task);
}

/**
 * resonate_stream_log_check_durability_finish:
 * @self: streams
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Resonate.StreamLog.check_durability_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): a sentence for each setting that would lose
 *   entries, by name and for people; none is good news. %NULL with @error set
 *
 * Since: 1.0
 */
char **
resonate_stream_log_check_durability_finish (ResonateStreamLog *self,
                                             GAsyncResult *result,
                                             GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
