/* fuzz-input.h: the bytes of a fuzzer as something else than bytes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

/* Text in UTF-8 that may hold NUL bytes, and ends in one more. */
char *fuzz_input_dup_text (const uint8_t *data, size_t size, size_t *length);

/* The name of a file with just these bytes in it; the next call changes what is in it. */
const char *fuzz_input_put_file (const void *data, size_t size);

/* Whether @message begins with `FILE:N: `, or with `FILE:N ` and more words, and @text, which was
 * in @file, has such a line. */
gboolean
fuzz_input_names_line (const char *message, const char *file, const char *text, size_t length);

G_END_DECLS
