/* resonate-envelope-codec.c: envelopes in the name of a node, and who is believed
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate"

#include "config.h"

#include "resonate-envelope-codec-private.h"

#include <string.h>

#include "../base/resonate-clock-private.h"
#include "../base/resonate-limiter-private.h"
#include "../base/resonate-signer-private.h"
#include "resonate-replay-window-private.h"

#define MAC        ",\"mac\":\""
#define MAC_END    "\"}"
#define MAC_DIGITS 64
#define MAC_LENGTH (strlen (MAC) + MAC_DIGITS + strlen (MAC_END))

/* Only who has the secret can make us remember a node, but a machine may restart every second. */
#define MAX_NODES 1024

/* As long as what a node has signed may come again: its clock may be ahead as far as behind. */
#define REMEMBER_US (2 * RESONATE_ENVELOPE_FRESH_US)

#define LOG_INTERVAL_US ((int64_t) 60 * G_USEC_PER_SEC)

typedef struct
{
  ResonateReplayWindow window;
  int64_t heard_us;
} Peer;

struct _ResonateEnvelopeCodec
{
  char *node;
  uint64_t seq;
  ResonateSigner *signer; /* (nullable): without one everybody is believed */
  GHashTable *peers;      /* (element-type utf8 Peer): those who sign */
  ResonateEnvelopeCounters counters;

  ResonateLimiter log;
  unsigned int untold[RESONATE_ENVELOPE_N_PROBLEMS];
  unsigned int n_untold;
};

/*
 * resonate_envelope_codec_new:
 * @node: whose name is written; no other process may have it, now or later
 * @secret: (nullable): what all nodes sign with
 */
ResonateEnvelopeCodec *
resonate_envelope_codec_new (const char *node, const char *secret)
{
  ResonateEnvelopeCodec *self;

  g_return_val_if_fail (node != NULL && resonate_envelope_is_node (node, strlen (node)), NULL);

  self = g_new0 (ResonateEnvelopeCodec, 1);
  self->node = g_strdup (node);
  self->signer = secret != NULL ? resonate_signer_new (secret) : NULL;
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
resonate_envelope_codec_free (ResonateEnvelopeCodec *self)
{
  g_clear_pointer (&self->peers, g_hash_table_unref);
  g_clear_pointer (&self->signer, resonate_signer_free);
  g_clear_pointer (&self->node, g_free);
  g_free (self);
}

const char *
resonate_envelope_codec_get_node (ResonateEnvelopeCodec *self)
{
  return self->node;
}

const ResonateEnvelopeCounters *
resonate_envelope_codec_get_counters (ResonateEnvelopeCodec *self)
{
  return &self->counters;
}

/* Returns the text up to where the payload has to be. */
GString *
resonate_envelope_codec_begin (ResonateEnvelopeCodec *self,
                               ResonateEnvelopeType type,
                               const char *application)
{
  self->seq++;

  return resonate_envelope_begin (type, application, self->node, self->seq,
                                  resonate_clock_realtime_us ());
}

/*
 * resonate_envelope_codec_end:
 * @text: (transfer full): what was begun, and the payload
 * @topic: where it goes, which is signed, too
 * @socket_id: (nullable): who is left out
 * @seq: (out) (optional): its number
 *
 * Returns: (transfer full): the envelope
 */
GBytes *
resonate_envelope_codec_end (ResonateEnvelopeCodec *self,
                             GString *text,
                             const char *topic,
                             const char *socket_id,
                             uint64_t *seq)
{
  if (socket_id != NULL)
    resonate_envelope_append_socket_id (text, socket_id);

  if (self->signer != NULL)
    {
      g_autofree char *mac = NULL;

      mac = resonate_signer_sign_under (self->signer, topic, text->str, (gssize) text->len);
      g_string_append (text, MAC);
      g_string_append (text, mac);
      g_string_append (text, MAC_END);
    }
  else
    g_string_append_c (text, '}');

  if (seq != NULL)
    *seq = self->seq;
  self->counters.written++;

  return g_string_free_to_bytes (text);
}

/* The signature is what the text ends with, so that nothing has to be understood before it is known
 * whose it is. */
static gboolean
check_mac (ResonateEnvelopeCodec *self,
           const char *topic,
           const char *text,
           size_t length,
           ResonateEnvelopeProblem *problem)
{
  char mac[MAC_DIGITS + 1];
  const char *tail;

  *problem = RESONATE_ENVELOPE_UNSIGNED;
  if (length < MAC_LENGTH)
    return FALSE;

  tail = text + length - MAC_LENGTH;
  if (memcmp (tail, MAC, strlen (MAC)) != 0 ||
      memcmp (text + length - strlen (MAC_END), MAC_END, strlen (MAC_END)) != 0)
    return FALSE;

  *problem = RESONATE_ENVELOPE_FORGED;
  memcpy (mac, tail + strlen (MAC), MAC_DIGITS);
  mac[MAC_DIGITS] = '\0';

  return resonate_signer_verify_under (self->signer, topic, text, tail - text, mac);
}

static gboolean
is_forgotten (gpointer node, gpointer value, gpointer user_data)
{
  const Peer *peer = value;
  const int64_t *now_us = user_data;

  return peer->heard_us + REMEMBER_US <= *now_us;
}

static void
forget_peers (ResonateEnvelopeCodec *self, int64_t now_us)
{
  g_hash_table_foreach_remove (self->peers, is_forgotten, &now_us);
}

static Peer *
ensure_peer (ResonateEnvelopeCodec *self, const ResonateJsonValue *node, int64_t now_us)
{
  char name[RESONATE_ENVELOPE_MAX_NODE + 1];
  Peer *peer;

  memcpy (name, node->text + 1, node->length - 2);
  name[node->length - 2] = '\0';

  peer = g_hash_table_lookup (self->peers, name);
  if (peer == NULL)
    {
      if (g_hash_table_size (self->peers) >= MAX_NODES)
        forget_peers (self, now_us);
      if (g_hash_table_size (self->peers) >= MAX_NODES)
        return NULL;

      peer = g_new0 (Peer, 1);
      g_hash_table_insert (self->peers, g_strdup (name), peer);
    }
  peer->heard_us = now_us;

  return peer;
}

/* What was signed once is good once, and for a while: a window is not remembered for ever, and is
 * not known to a process that was not there. */
static gboolean
check_novelty (ResonateEnvelopeCodec *self,
               const ResonateEnvelope *envelope,
               ResonateEnvelopeProblem *problem)
{
  int64_t age_us = resonate_clock_realtime_us () - envelope->time_us;
  Peer *peer;

  *problem = RESONATE_ENVELOPE_STALE;
  if (ABS (age_us) > RESONATE_ENVELOPE_FRESH_US)
    return FALSE;

  *problem = RESONATE_ENVELOPE_CROWDED;
  peer = ensure_peer (self, &envelope->node, resonate_clock_now_us ());
  if (peer == NULL)
    return FALSE;

  *problem = RESONATE_ENVELOPE_REPLAYED;

  return resonate_replay_window_admit (&peer->window, envelope->seq);
}

static gboolean
check (ResonateEnvelopeCodec *self,
       const char *topic,
       const char *text,
       size_t length,
       ResonateEnvelope *envelope,
       ResonateEnvelopeProblem *problem)
{
  if (self->signer == NULL)
    return resonate_envelope_parse (envelope, text, length, problem);

  *problem = RESONATE_ENVELOPE_TOO_LONG;
  if (length > RESONATE_ENVELOPE_MAX_SIZE || !check_mac (self, topic, text, length, problem) ||
      !resonate_envelope_parse (envelope, text, length, problem))
    return FALSE;

  *problem = RESONATE_ENVELOPE_FOREIGN;

  return envelope->node.text != NULL && check_novelty (self, envelope, problem);
}

/*
 * resonate_envelope_codec_read:
 * @topic: where it came from
 * @envelope: (out): on success what @bytes say, as long as they are there
 *
 * Returns: %FALSE when it is not to be acted upon; that has been counted
 */
gboolean
resonate_envelope_codec_read (ResonateEnvelopeCodec *self,
                              const char *topic,
                              GBytes *bytes,
                              ResonateEnvelope *envelope)
{
  ResonateEnvelopeProblem problem;
  size_t length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (!check (self, topic, text, length, envelope, &problem))
    {
      resonate_envelope_codec_drop (self, problem);
      return FALSE;
    }

  self->counters.read++;

  return TRUE;
}

gboolean
resonate_envelope_codec_is_own (ResonateEnvelopeCodec *self, const ResonateEnvelope *envelope)
{
  return envelope->node.text != NULL && resonate_json_string_equals (&envelope->node, self->node);
}

static void
tell (ResonateEnvelopeCodec *self)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (unsigned int i = 0; i < RESONATE_ENVELOPE_N_PROBLEMS; i++)
    if (self->untold[i] > 0)
      g_string_append_printf (list, "%s%s (%u)", list->len > 0 ? "; " : "",
                              resonate_envelope_problem_explain (i), self->untold[i]);

  memset (self->untold, 0, sizeof self->untold);
  self->n_untold = 0;
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "RESONATE_NODE", self->node, "MESSAGE",
                    "Pub/sub envelope dropped: %s", list->str);
}

static void
tell_once_a_minute (ResonateEnvelopeCodec *self, int64_t now_us)
{
  if (self->n_untold > 0 && resonate_limiter_take (&self->log, now_us, 1, LOG_INTERVAL_US))
    tell (self);
}

/*
 * resonate_envelope_codec_drop:
 *
 * Counts one that is not acted upon. The log hears of the first, and then once a minute.
 */
void
resonate_envelope_codec_drop (ResonateEnvelopeCodec *self, ResonateEnvelopeProblem problem)
{
  self->counters.dropped[problem]++;

  /* That is what is meant to happen while the bus comes and goes. */
  if (problem == RESONATE_ENVELOPE_LATE)
    return;

  self->untold[problem]++;
  self->n_untold++;
  tell_once_a_minute (self, resonate_clock_now_us ());
}

/* What has to be looked at every second: the log, and nodes that have not spoken for long. */
void
resonate_envelope_codec_check (ResonateEnvelopeCodec *self)
{
  int64_t now_us = resonate_clock_now_us ();

  tell_once_a_minute (self, now_us);
  forget_peers (self, now_us);
}
