/* resonate-random-private.h: numbers nobody can guess
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

void resonate_random_bytes (void *buffer, size_t length);

uint32_t resonate_random_uint32_below (uint32_t n);

char *resonate_random_text (const char *alphabet, size_t length);

G_END_DECLS
