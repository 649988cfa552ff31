/* resonate-wheel-private.h: timers by the hundred thousand
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

/* How late a timer may be; it is never early. */
#define RESONATE_WHEEL_TICK_US 10000

typedef struct _ResonateWheel ResonateWheel;
typedef struct _ResonateTimer ResonateTimer;

typedef void (*ResonateTimerFunc) (ResonateTimer *timer);

/* Held by value where it is needed; all zero is one that is not armed. */
struct _ResonateTimer
{
  ResonateTimer *next; /* NULL while it is not armed */
  ResonateTimer *previous;
  int64_t at_us;
  ResonateTimerFunc func;
};

/* What a timer is a member of. */
#define resonate_timer_get_owner(timer, Type, member) \
  ((Type *) (gpointer) ((char *) (timer) -G_STRUCT_OFFSET (Type, member)))

/* Waits in the default context of the thread. */
ResonateWheel *resonate_wheel_new (void);

/* Timers that are armed are disarmed by their owners before. */
void resonate_wheel_free (ResonateWheel *self);

/* Calls @func from the main loop, once, when @timeout_us have passed; one that is armed already is
 * set anew. */
void resonate_wheel_arm (ResonateWheel *self,
                         ResonateTimer *timer,
                         int64_t timeout_us,
                         ResonateTimerFunc func);

/* Also one that is not armed. */
void resonate_wheel_disarm (ResonateTimer *timer);

static inline gboolean
resonate_timer_is_armed (const ResonateTimer *timer)
{
  return timer->next != NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ResonateWheel, resonate_wheel_free)

G_END_DECLS
