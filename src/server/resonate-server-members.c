/* resonate-server-members.c: a server that knows the members of all nodes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-server"

#include "config.h"

#include "resonate-server-members-private.h"

/* How long a server that ends waits for Redis. */
#define FAREWELL_S 1

/* What another process is told, beside who is known. */
#define FACT_MEMBERS     "members"
#define FACT_INCARNATION "incarnation"

void
resonate_server_members_open (ResonateServer *self)
{
  ResonateConfig *config = self->config;

  if (self->redis == NULL)
    return;

  self->node = resonate_node_new (self->redis, resonate_config_get_cluster_prefix (config),
                                  resonate_envelope_codec_get_node (self->relay->codec),
                                  resonate_config_get_cluster_lease (config),
                                  resonate_config_get_cluster_heartbeat (config));
  self->attendance = resonate_attendance_new (self->relay, self->node);
  resonate_node_start (self->node);
}

void
resonate_server_members_begin (ResonateServer *self)
{
  g_autoptr (GVariant) before = g_steal_pointer (&self->members_before);
  g_autoptr (GVariant) members = NULL;
  const char *incarnation;

  if (before == NULL || self->attendance == NULL)
    return;

  members = g_variant_lookup_value (before, FACT_MEMBERS,
                                    G_VARIANT_TYPE (RESONATE_ATTENDANCE_RECORD));
  if (members != NULL && g_variant_lookup (before, FACT_INCARNATION, "&s", &incarnation))
    resonate_attendance_restore (self->attendance, members, incarnation);
}

static void
end_farewell (ResonateServer *self)
{
  if (self->farewell != NULL)
    g_source_destroy (self->farewell);
  g_clear_pointer (&self->farewell, g_source_unref);
}

void
resonate_server_members_close (ResonateServer *self)
{
  end_farewell (self);
  g_clear_pointer (&self->members_before, g_variant_unref);
  g_clear_pointer (&self->attendance, resonate_attendance_free);
  g_clear_object (&self->node);
}

static void
say_farewell (ResonateServer *self)
{
  void (*done) (ResonateServer *) = self->farewell_done;

  end_farewell (self);
  done (self);
}

static gboolean
on_late (gpointer user_data)
{
  g_autoptr (ResonateServer) self = g_object_ref (user_data);

  say_farewell (self);

  return G_SOURCE_REMOVE;
}

/* It may be over, and all of this, too. */
static void
on_released (ResonateRedisReply *reply, const GError *error, gpointer user_data)
{
  g_autoptr (ResonateServer) self = user_data;

  if (self->farewell != NULL)
    say_farewell (self);
}

gboolean
resonate_server_members_leave (ResonateServer *self, void (*done) (ResonateServer *))
{
  if (self->farewell != NULL)
    return TRUE;
  if (self->node == NULL || !resonate_node_is_registered (self->node))
    return FALSE;

  self->farewell_done = done;
  self->farewell = g_timeout_source_new_seconds (FAREWELL_S);
  g_source_set_callback (self->farewell, on_late, self, NULL);
  g_source_attach (self->farewell, g_main_context_get_thread_default ());
  resonate_node_stop (self->node, on_released, g_object_ref (self));

  return TRUE;
}

void
resonate_server_members_save (ResonateServer *self, GVariantBuilder *facts)
{
  const char *incarnation = self->node != NULL ? resonate_node_get_incarnation (self->node) : NULL;

  if (incarnation == NULL)
    return;

  g_variant_builder_add (facts, "{sv}", FACT_INCARNATION, g_variant_new_string (incarnation));
  g_variant_builder_add (facts, "{sv}", FACT_MEMBERS, resonate_attendance_save (self->attendance));
}

void
resonate_server_members_restore (ResonateServer *self, GVariant *facts)
{
  g_clear_pointer (&self->members_before, g_variant_unref);
  if (self->attendance != NULL)
    self->members_before = g_variant_ref (facts);
}

void
resonate_server_members_retire (ResonateServer *self)
{
  if (self->attendance != NULL)
    resonate_roster_retire (resonate_attendance_get_roster (self->attendance));
}

static const struct
{
  ResonateMetric metric;
  size_t offset; /* of ResonateRosterStats */
} counters[] = {
#define COUNTER(name, field, help)                                     \
  {                                                                    \
    { name, TRUE, help }, G_STRUCT_OFFSET (ResonateRosterStats, field) \
  }
  COUNTER ("resonate_presence_edges",
           edges,
           "Users of this node who came to a channel or went, on all nodes."),
  COUNTER ("resonate_presence_repairs",
           repairs,
           "Sockets that Redis had not, or had and should not have had."),
  COUNTER ("resonate_presence_failures", failures, "What Redis did not take, or what was lost."),
  COUNTER ("resonate_presence_reaped_nodes",
           reaped_nodes,
           "Nodes that this node cleaned up after."),
  COUNTER ("resonate_presence_reaped_sockets", reaped_sockets, "What they had left."),
#undef COUNTER
};

static const ResonateMetric nodes_metric = { "resonate_cluster_nodes", FALSE,
                                             "Nodes that have a lease, this one included." };
static const ResonateMetric sockets_metric = {
  "resonate_presence_sockets", FALSE, "Sockets of this node that are members of a channel."
};

void
resonate_server_members_add_metrics (ResonateServer *self, ResonateMetrics *metrics)
{
  ResonateRosterStats stats;
  g_auto (GStrv) nodes = NULL;

  if (self->attendance == NULL)
    return;

  nodes = resonate_node_list (self->node);
  resonate_metrics_add (metrics, &nodes_metric, NULL, FALSE, g_strv_length (nodes));
  resonate_roster_get_stats (resonate_attendance_get_roster (self->attendance), &stats);
  resonate_metrics_add (metrics, &sockets_metric, NULL, FALSE, stats.sockets);
  for (size_t i = 0; i < G_N_ELEMENTS (counters); i++)
    resonate_metrics_add (metrics, &counters[i].metric, NULL, FALSE,
                          (double) G_STRUCT_MEMBER (uint64_t, &stats, counters[i].offset));
}
