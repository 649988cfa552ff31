/* resonate-deflate-offer.c: which compression a client offers, and the answer to it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-deflate"

#include "config.h"

#include "resonate-deflate-private.h"

#include <string.h>

#include "resonate-request-grammar-private.h"

#define EXTENSION "permessage-deflate"

/* Both said without being asked: the states are shared by all connections. */
#define ANSWER EXTENSION "; server_no_context_takeover; client_no_context_takeover"

/* The window of the shared state, which an answer has to name when it was asked for. An offer that
 * asks for a smaller one is declined: every size in use would be one more compression of each
 * broadcast, and browsers do not ask. */
#define SERVER_WINDOW_BITS 15
#define ANSWER_WITH_WINDOW ANSWER "; server_max_window_bits=15"

#define MIN_WINDOW_BITS 8
#define MAX_WINDOW_BITS 15

typedef enum
{
  SERVER_NO_CONTEXT_TAKEOVER,
  CLIENT_NO_CONTEXT_TAKEOVER,
  SERVER_WINDOW,
  CLIENT_WINDOW,
  N_PARAMETERS,
} Parameter;

static const char *const parameters[N_PARAMETERS] = {
  [SERVER_NO_CONTEXT_TAKEOVER] = "server_no_context_takeover",
  [CLIENT_NO_CONTEXT_TAKEOVER] = "client_no_context_takeover",
  [SERVER_WINDOW] = "server_max_window_bits",
  [CLIENT_WINDOW] = "client_max_window_bits",
};

/* How far the header has been read, and what the last offer of it is. */
typedef struct
{
  const char *at;
  GString *token;
  GString *value;
  gboolean is_acceptable;
  gboolean has[N_PARAMETERS];
} Reader;

static void
skip_blanks (Reader *self)
{
  self->at += strspn (self->at, " \t");
}

static gboolean
take (Reader *self, char wanted)
{
  skip_blanks (self);
  if (*self->at != wanted)
    return FALSE;

  self->at++;
  skip_blanks (self);

  return TRUE;
}

static gboolean
take_token (Reader *self, GString *token)
{
  gsize length = strcspn (self->at, " \t,;=\"");

  g_string_truncate (token, 0);
  g_string_append_len (token, self->at, (gssize) length);
  self->at += length;

  return resonate_request_is_token (token->str, token->len);
}

/* A value in quotes is the token that it would be without them. */
static gboolean
take_value (Reader *self)
{
  if (*self->at != '"')
    return take_token (self, self->value);

  g_string_truncate (self->value, 0);
  for (self->at++; *self->at != '"'; self->at++)
    {
      if (*self->at == '\\')
        self->at++;
      if (*self->at == '\0')
        return FALSE;
      g_string_append_c (self->value, *self->at);
    }
  self->at++;

  return resonate_request_is_token (self->value->str, self->value->len);
}

/* 0 for what is no number of bits: leading zeros are not allowed. */
static guint
parse_bits (const char *value)
{
  guint bits = 0;

  if (strlen (value) > 2 || value[0] == '0')
    return 0;

  for (const char *p = value; *p != '\0'; p++)
    {
      if (!g_ascii_isdigit (*p))
        return 0;
      bits = bits * 10 + (guint) (*p - '0');
    }

  return bits >= MIN_WINDOW_BITS && bits <= MAX_WINDOW_BITS ? bits : 0;
}

/* @value is NULL where none is given. */
static gboolean
accept_parameter (Reader *self, const char *name, const char *value)
{
  guint i = 0;

  while (i < N_PARAMETERS && g_ascii_strcasecmp (name, parameters[i]) != 0)
    i++;

  if (i == N_PARAMETERS || self->has[i])
    return FALSE;
  self->has[i] = TRUE;

  switch ((Parameter) i)
    {
    case SERVER_WINDOW:
      return value != NULL && parse_bits (value) == SERVER_WINDOW_BITS;

    case CLIENT_WINDOW:
      return value == NULL || parse_bits (value) != 0;

    case SERVER_NO_CONTEXT_TAKEOVER:
    case CLIENT_NO_CONTEXT_TAKEOVER:
    case N_PARAMETERS:
    default:
      return value == NULL;
    }
}

/* FALSE for what is not of the grammar (RFC 6455, 9.1). */
static gboolean
take_offer (Reader *self)
{
  if (!take_token (self, self->token))
    return FALSE;

  self->is_acceptable = g_ascii_strcasecmp (self->token->str, EXTENSION) == 0;
  memset (self->has, 0, sizeof (self->has));

  while (take (self, ';'))
    {
      gboolean has_value;

      if (!take_token (self, self->token))
        return FALSE;

      has_value = take (self, '=');
      if (has_value && !take_value (self))
        return FALSE;

      self->is_acceptable = self->is_acceptable &&
                            accept_parameter (self, self->token->str,
                                              has_value ? self->value->str : NULL);
    }

  return *self->at == ',' || *self->at == '\0';
}

/*
 * resonate_deflate_negotiate:
 * @offers: (nullable): the value of Sec-WebSocket-Extensions in a request
 *
 * Takes the first offer that can be taken, with nothing kept from one message to the next in either
 * direction. A header with a mistake anywhere is as if it were not there.
 *
 * Returns: (transfer full) (nullable): the same header of the answer; without one, nothing may be
 *   compressed
 */
char *
resonate_deflate_negotiate (const char *offers)
{
  g_autoptr (GString) token = g_string_new (NULL);
  g_autoptr (GString) value = g_string_new (NULL);
  Reader reader = { .at = offers, .token = token, .value = value };
  const char *answer = NULL;

  if (offers == NULL)
    return NULL;

  for (;;)
    {
      /* Places between commas may be empty, as in every list of HTTP. */
      while (take (&reader, ','))
        ;
      if (*reader.at == '\0')
        return g_strdup (answer);

      if (!take_offer (&reader))
        return NULL;

      if (answer == NULL && reader.is_acceptable)
        answer = reader.has[SERVER_WINDOW] ? ANSWER_WITH_WINDOW : ANSWER;
    }
}
