/* resonate-envelope-private.h: the JSON that nodes exchange
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include "../base/resonate-json-private.h"

G_BEGIN_DECLS

/* One that is longer is neither made nor read. */
#define RESONATE_ENVELOPE_MAX_SIZE ((size_t) 64 * 1024 * 1024)

/* The longest id of a node; it is made of letters, digits, `-`, `_` and `.`. */
#define RESONATE_ENVELOPE_MAX_NODE 128

typedef enum
{
  RESONATE_ENVELOPE_MESSAGE,   /* an event for who is on a channel */
  RESONATE_ENVELOPE_TERMINATE, /* a user who is to be sent away */
  RESONATE_ENVELOPE_METRICS,   /* a question about what a node has, or an answer */
  RESONATE_ENVELOPE_PRESENCE,  /* a member who came or went */
} ResonateEnvelopeType;

#define RESONATE_ENVELOPE_N_TYPES (RESONATE_ENVELOPE_PRESENCE + 1)

/* Why one is not acted upon. */
typedef enum
{
  RESONATE_ENVELOPE_TOO_LONG,
  RESONATE_ENVELOPE_NOT_JSON,
  RESONATE_ENVELOPE_FOREIGN,     /* of another version, or of somebody else's making */
  RESONATE_ENVELOPE_INCOMPLETE,  /* a member is missing, or is of another type */
  RESONATE_ENVELOPE_UNSIGNED,    /* and there is a secret */
  RESONATE_ENVELOPE_FORGED,      /* signed with another secret, or changed, or for another topic */
  RESONATE_ENVELOPE_STALE,       /* signed at another time */
  RESONATE_ENVELOPE_REPLAYED,    /* it was here before */
  RESONATE_ENVELOPE_CROWDED,     /* too many nodes are known to make room for one more */
  RESONATE_ENVELOPE_UNKNOWN_APP, /* nobody here has that application */
  RESONATE_ENVELOPE_MISPLACED,   /* not what its topic is for */
  RESONATE_ENVELOPE_LATE,        /* our own, and what it says has been done without it */
} ResonateEnvelopeProblem;

#define RESONATE_ENVELOPE_N_PROBLEMS (RESONATE_ENVELOPE_LATE + 1)

/* One that was read, in the text that it was read from: that must stay as long as this is used. */
typedef struct
{
  ResonateEnvelopeType type;
  ResonateJsonValue application; /* a string */
  ResonateJsonValue node;        /* a string; its text is NULL when the reference made it */
  uint64_t seq;                  /* of the node, counted from 1; 0 when the reference made it */
  int64_t time_us;               /* since 1970, by the clock of the node; 0 if it does not say */
  ResonateJsonValue payload;     /* an object */
  ResonateJsonValue socket_id;   /* a string; its text is NULL when nobody is left out */
} ResonateEnvelope;

gboolean resonate_envelope_parse (ResonateEnvelope *self,
                                  const char *text,
                                  size_t length,
                                  ResonateEnvelopeProblem *problem);

GString *resonate_envelope_begin (ResonateEnvelopeType type,
                                  const char *application,
                                  const char *node,
                                  uint64_t seq,
                                  int64_t time_us);

void resonate_envelope_append_socket_id (GString *text, const char *socket_id);

/* Words for `resonatectl` and labels, such as `not-json`. */
const char *resonate_envelope_problem_get_name (ResonateEnvelopeProblem problem);

/* What the log says. */
const char *resonate_envelope_problem_explain (ResonateEnvelopeProblem problem);

/* Whether @node can be the id of a node. */
gboolean resonate_envelope_is_node (const char *node, size_t length);

G_END_DECLS
