/* resonate-random.c: numbers nobody can guess
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonate-random"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "resonate-random-private.h"

/*
 * resonate_random_bytes:
 * @buffer: where they go
 * @length: how many
 *
 * Fills @buffer from the kernel's generator. A system without one cannot make credentials at all,
 * so that ends the program rather than falling back to something that can be guessed.
 */
void
resonate_random_bytes (void *buffer, size_t length)
{
  char *at = buffer;

  while (length > 0)
    {
      ssize_t got = getrandom (at, length, 0);

      if (got < 0)
        {
          if (errno == EINTR)
            continue;
          g_error ("The kernel gives no random bytes: %s", g_strerror (errno));
        }

      at += got;
      length -= (size_t) got;
    }
}

/*
 * resonate_random_uint32_below:
 * @n: the bound, above 0
 *
 * Returns: a number from 0 to @n - 1, each as likely as any other
 */
uint32_t
resonate_random_uint32_below (uint32_t n)
{
  uint32_t skip;
  uint32_t drawn;

  g_return_val_if_fail (n > 0, 0);

  /* 2^32 mod n: with the lowest so many draws refused, every remainder comes up equally often. */
  skip = (0u - n) % n;
  do
    resonate_random_bytes (&drawn, sizeof drawn);
  while (drawn < skip);

  return drawn % n;
}

/*
 * resonate_random_text:
 * @alphabet: the characters to choose from
 * @length: how many
 *
 * Returns: (transfer full): a text for keys and secrets
 */
char *
resonate_random_text (const char *alphabet, size_t length)
{
  size_t size;
  char *text;

  g_return_val_if_fail (alphabet != NULL && *alphabet != '\0', NULL);

  size = strlen (alphabet);
  text = g_malloc (length + 1);
  for (size_t i = 0; i < length; i++)
    text[i] = alphabet[resonate_random_uint32_below ((uint32_t) size)];
  text[length] = '\0';

  return text;
}
