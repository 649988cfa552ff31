/* test-deflate-offer.c: which offers of compression are taken, and how
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/resonate-deflate-private.h"

#include <string.h>

#define ANSWER    "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
#define ANSWER_15 ANSWER "; server_max_window_bits=15"

static const struct
{
  const char *offers;
  const char *answer;
} cases[] = {
  /* What Firefox sends; what Chromium and the ws of Node.js send. */
  { "permessage-deflate", ANSWER },
  { "permessage-deflate; client_max_window_bits", ANSWER },

  /* Parameters. */
  { "permessage-deflate; client_max_window_bits=15", ANSWER },
  { "permessage-deflate; server_no_context_takeover", ANSWER },
  { "permessage-deflate; client_no_context_takeover; server_no_context_takeover", ANSWER },
  { "permessage-deflate; client_max_window_bits=8", ANSWER },
  { "permessage-deflate; server_max_window_bits=15", ANSWER_15 },
  { "permessage-deflate; client_max_window_bits; server_max_window_bits=15", ANSWER_15 },
  { "PerMessage-Deflate; Client_Max_Window_Bits", ANSWER },

  /* Declined. */
  { NULL, NULL },
  { "", NULL },
  { " , ,", NULL },
  { "x-webkit-deflate-frame", NULL },
  { "permessage-deflate2", NULL },
  { "permessage-deflate; foo", NULL },
  { "permessage-deflate; foo=bar", NULL },
  { "permessage-deflate; server_max_window_bits=14", NULL },
  { "permessage-deflate; server_max_window_bits=8", NULL },
  { "permessage-deflate; server_max_window_bits", NULL },
  { "permessage-deflate; server_max_window_bits=16", NULL },
  { "permessage-deflate; server_max_window_bits=015", NULL },
  { "permessage-deflate; server_max_window_bits=x", NULL },
  { "permessage-deflate; client_max_window_bits=7", NULL },
  { "permessage-deflate; client_max_window_bits=16", NULL },
  { "permessage-deflate; client_max_window_bits=08", NULL },
  { "permessage-deflate; client_max_window_bits=0", NULL },
  { "permessage-deflate; client_max_window_bits=1x", NULL },
  { "permessage-deflate; client_max_window_bits=4294967311", NULL },
  { "permessage-deflate; server_no_context_takeover=1", NULL },
  { "permessage-deflate; client_no_context_takeover=true", NULL },
  { "permessage-deflate; server_no_context_takeover; server_no_context_takeover", NULL },
  { "permessage-deflate; client_max_window_bits; CLIENT_MAX_WINDOW_BITS=15", NULL },

  /* The first that can be taken. */
  { "permessage-bzip2, permessage-deflate", ANSWER },
  { "permessage-deflate; server_max_window_bits=10, permessage-deflate", ANSWER },
  { "permessage-deflate; foo, permessage-deflate; server_max_window_bits=15", ANSWER_15 },
  { "permessage-deflate, permessage-deflate; server_max_window_bits=15", ANSWER },
  { "permessage-deflate; foo, permessage-deflate; bar", NULL },
  { "permessage-deflate; client_no_context_takeover, permessage-deflate", ANSWER },
  { ", permessage-deflate,, other; a=b,", ANSWER },

  /* Blanks and quotes. */
  { "\tpermessage-deflate;client_max_window_bits\t", ANSWER },
  { "permessage-deflate ; server_max_window_bits = 15 , x", ANSWER_15 },
  { "permessage-deflate; server_max_window_bits=\"15\"", ANSWER_15 },
  { "permessage-deflate; server_max_window_bits=\"\\1\\5\"", ANSWER_15 },
  { "permessage-deflate; server_max_window_bits=\"1\"", NULL },
  { "other; a=\"b\\\"\", permessage-deflate", NULL },
  { "other; a=\"b,c\", permessage-deflate", NULL },
  { "other; a=\"bc\", permessage-deflate", ANSWER },

  /* Not of the grammar, before or behind what could be taken. */
  { "permessage-deflate,;", NULL },
  { "permessage-deflate;", NULL },
  { "permessage-deflate; ;", NULL },
  { "permessage-deflate; client_max_window_bits=", NULL },
  { "permessage-deflate; client_max_window_bits=\"15", NULL },
  { "permessage-deflate; client_max_window_bits=\"15\\", NULL },
  { "permessage-deflate; client_max_window_bits=\"\"", NULL },
  { "permessage-deflate; client_max_window_bits=\"15\"5", NULL },
  { "permessage-deflate client_max_window_bits", NULL },
  { "permessage-deflate=15", NULL },
  { "permessage-deflate; =15", NULL },
  { "\"permessage-deflate\"", NULL },
  { "permessage-deflate, a@b", NULL },
  { "a/b, permessage-deflate", NULL },
  { "permessage-deflate, \xc3\xa4", NULL },
};

static void
test_deflate_offer_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = resonate_deflate_negotiate (cases[i].offers);

      g_test_message ("%s", cases[i].offers);
      g_assert_cmpstr (answer, ==, cases[i].answer);
    }
}

/* As much as a request head can hold. */
static void
test_deflate_offer_long (void)
{
  g_autoptr (GString) offers = g_string_new (NULL);
  g_autofree char *answer = NULL;

  while (offers->len < 30000)
    g_string_append (offers, "permessage-deflate; x=\"\\y\",,");
  g_string_append (offers, "permessage-deflate");
  answer = resonate_deflate_negotiate (offers->str);

  g_assert_cmpstr (answer, ==, ANSWER);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/deflate-offer/table", test_deflate_offer_table);
  g_test_add_func ("/deflate-offer/long", test_deflate_offer_long);

  return g_test_run ();
}
