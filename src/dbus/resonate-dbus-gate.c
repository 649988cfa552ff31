/* resonate-dbus-gate.c: who may call which method
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-dbus"

#include "config.h"

#include "resonate-dbus-gate.h"

#include <resonate.h>

#include "resonate-dbus-names.h"
#include "resonate-dbus-polkit.h"

/* So many calls may wait for an answer of polkit, of all callers and of one: somebody may be asked
 * for a password, and does not type it. */
#define WAITING_MAX        64
#define WAITING_CALLER_MAX 8

#define INSPECT     RESONATE_DBUS_NAME ".inspect"
#define MANAGE      RESONATE_DBUS_NAME ".manage"
#define PUBLISH     RESONATE_DBUS_NAME ".publish"
#define TAP_PAYLOAD RESONATE_DBUS_NAME ".tap-payload"

/* The table. A method that is not in it is refused, so whoever adds one has to think of this. */
static const struct
{
  const char *interface;
  const char *method;
  const char *action;
  const char *option;        /* (nullable): of its first argument; when it is true ... */
  const char *option_action; /* ... this is needed, too */
} rules[] = {
  { RESONATE_DBUS_IFACE_MANAGER, "CheckConfig", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "Drain", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "GetConnection", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "Monitor", INSPECT, "payloads", TAP_PAYLOAD },
  { RESONATE_DBUS_IFACE_MANAGER, "Reload", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "ReloadConfig", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "Restart", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "Stop", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_MANAGER, "StopMonitor", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_METRICS, "GetSnapshot", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_METRICS, "GetText", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_METRICS, "Subscribe", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_METRICS, "Unsubscribe", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "Channels", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "GetChannel", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "IsOnline", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "ListChannels", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "ListConnections", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "ListMembers", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "Publish", PUBLISH, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "SocketCount", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "Sockets", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "TerminateConnection", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "TerminateUser", MANAGE, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "UserCount", INSPECT, NULL, NULL },
  { RESONATE_DBUS_IFACE_APP, "Users", INSPECT, NULL, NULL },
};

struct _ResonateDbusGate
{
  GBusType bus;
  GCancellable *cancellable;
  GHashTable *waiting; /* (element-type utf8 uint): callers and how many of their calls wait */
  guint n_waiting;
};

/* What a skeleton that is guarded has: the functions of the class above, and ours before them. */
typedef struct
{
  ResonateDbusGate *gate;
  const GDBusInterfaceVTable *inner;
  GDBusInterfaceVTable outer;
} Guard;

/* A call that waits to be let through. */
typedef struct
{
  ResonateDbusGate *gate;
  GObject *skeleton;
  GDBusMethodInvocation *invocation; /* (nullable): once it is answered */
  const char *actions[3];            /* NULL-terminated: what is needed */
  guint n_asked;
} Call;

static GQuark
guard_quark (void)
{
  static GQuark quark = 0;

  if (quark == 0)
    quark = g_quark_from_static_string ("resonate-dbus-gate");

  return quark;
}

ResonateDbusGate *
resonate_dbus_gate_new (GBusType bus)
{
  ResonateDbusGate *self = g_new0 (ResonateDbusGate, 1);

  self->bus = bus;
  self->cancellable = g_cancellable_new ();
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/* Calls that wait hear that they are cancelled, and do not look at the gate then. */
void
resonate_dbus_gate_free (ResonateDbusGate *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->waiting, g_hash_table_unref);
  g_free (self);
}

static gboolean
wants_option (GDBusMethodInvocation *invocation, const char *option)
{
  GVariant *arguments = g_dbus_method_invocation_get_parameters (invocation);
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  gboolean wanted = FALSE;

  /* Of another type it is no option, and refused by whoever reads it. */
  return g_variant_lookup (options, option, "b", &wanted) && wanted;
}

/* FALSE when the method is not in the table. */
static gboolean
find_actions (GDBusMethodInvocation *invocation, const char *actions[3])
{
  const char *interface = g_dbus_method_invocation_get_interface_name (invocation);
  const char *method = g_dbus_method_invocation_get_method_name (invocation);

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (!g_str_equal (rules[i].interface, interface) || !g_str_equal (rules[i].method, method))
        continue;

      actions[0] = rules[i].action;
      if (rules[i].option != NULL && wants_option (invocation, rules[i].option))
        actions[1] = rules[i].option_action;
      return TRUE;
    }

  return FALSE;
}

static void
let_through (GObject *skeleton, GDBusMethodInvocation *invocation)
{
  const Guard *guard = g_object_get_qdata (skeleton, guard_quark ());

  guard->inner->method_call (g_dbus_method_invocation_get_connection (invocation),
                             g_dbus_method_invocation_get_sender (invocation),
                             g_dbus_method_invocation_get_object_path (invocation),
                             g_dbus_method_invocation_get_interface_name (invocation),
                             g_dbus_method_invocation_get_method_name (invocation),
                             g_dbus_method_invocation_get_parameters (invocation), invocation,
                             skeleton);
}

static void
refuse (GDBusMethodInvocation *invocation, const char *action)
{
  g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR, RESONATE_ERROR_UNAUTHORIZED,
                                         "%s needs %s, which the caller may not",
                                         g_dbus_method_invocation_get_method_name (invocation),
                                         action);
}

static gboolean
begin_waiting (ResonateDbusGate *self, const char *caller)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->waiting, caller));

  if (self->n_waiting >= WAITING_MAX || n >= WAITING_CALLER_MAX)
    return FALSE;

  g_hash_table_insert (self->waiting, g_strdup (caller), GUINT_TO_POINTER (n + 1));
  self->n_waiting++;

  return TRUE;
}

static void
end_waiting (ResonateDbusGate *self, const char *caller)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->waiting, caller));

  self->n_waiting--;
  if (n > 1)
    g_hash_table_insert (self->waiting, g_strdup (caller), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (self->waiting, caller);
}

static void
call_free (Call *call)
{
  g_clear_object (&call->skeleton);
  g_free (call);
}

static void ask_next (Call *call);

static void
on_answered (ResonatePolkitAnswer answer, gpointer user_data)
{
  Call *call = user_data;
  const char *caller = g_dbus_method_invocation_get_sender (call->invocation);

  switch (answer)
    {
    case RESONATE_POLKIT_YES:
      if (call->actions[call->n_asked] != NULL)
        {
          ask_next (call);
          return;
        }
      end_waiting (call->gate, caller);
      let_through (call->skeleton, g_steal_pointer (&call->invocation));
      break;

    case RESONATE_POLKIT_NO:
      end_waiting (call->gate, caller);
      refuse (g_steal_pointer (&call->invocation), call->actions[call->n_asked - 1]);
      break;

    case RESONATE_POLKIT_CANCELLED:
    default:
      g_dbus_method_invocation_return_error (g_steal_pointer (&call->invocation), RESONATE_ERROR,
                                             RESONATE_ERROR_UNAVAILABLE,
                                             "The server leaves the bus");
      break;
    }

  call_free (call);
}

static void
ask_next (Call *call)
{
  resonate_polkit_ask (call->invocation, call->actions[call->n_asked++], call->gate->cancellable,
                       on_answered, call);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *method_name,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer skeleton)
{
  const Guard *guard = g_object_get_qdata (skeleton, guard_quark ());
  const char *actions[3] = { NULL };
  Call *call;

  if (!find_actions (invocation, actions))
    {
      g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR,
                                             RESONATE_ERROR_UNAUTHORIZED,
                                             "Nobody has said who may call %s", method_name);
      return;
    }

  /* The session bus is the user's own: nobody else gets onto it. */
  if (guard->gate->bus == G_BUS_TYPE_SESSION)
    {
      let_through (skeleton, invocation);
      return;
    }

  if (!begin_waiting (guard->gate, sender))
    {
      g_dbus_method_invocation_return_error (invocation, RESONATE_ERROR, RESONATE_ERROR_LIMIT,
                                             "Too many calls wait to be authorized");
      return;
    }

  call = g_new0 (Call, 1);
  call->gate = guard->gate;
  call->skeleton = g_object_ref (skeleton);
  call->invocation = invocation;
  call->actions[0] = actions[0];
  call->actions[1] = actions[1];
  ask_next (call);
}

/* GDBus asks for this when the skeleton is exported, and again for each call: when it calls us in
 * place of what gdbus-codegen wrote. */
static GDBusInterfaceVTable *
get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  Guard *guard = g_object_get_qdata (G_OBJECT (skeleton), guard_quark ());

  g_assert (guard != NULL);

  return &guard->outer;
}

void
resonate_dbus_gate_guard_class (gpointer skeleton_class)
{
  G_DBUS_INTERFACE_SKELETON_CLASS (skeleton_class)->get_vtable = get_vtable;
}

void
resonate_dbus_gate_guard (ResonateDbusGate *self, gpointer skeleton)
{
  GDBusInterfaceSkeletonClass *above = g_type_class_peek_parent (G_OBJECT_GET_CLASS (skeleton));
  Guard *guard = g_new0 (Guard, 1);

  guard->gate = self;
  guard->inner = above->get_vtable (skeleton);
  guard->outer = *guard->inner;
  guard->outer.method_call = on_method_call;
  g_object_set_qdata_full (skeleton, guard_quark (), guard, g_free);
}

guint
resonate_dbus_gate_get_n_waiting (ResonateDbusGate *self)
{
  return self->n_waiting;
}

gboolean
resonate_dbus_gate_may_manage (GBusType bus,
                               GDBusMethodInvocation *invocation,
                               GCancellable *cancellable)
{
  return bus == G_BUS_TYPE_SESSION || resonate_polkit_ask_sync (invocation, MANAGE, cancellable);
}
