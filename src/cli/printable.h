/* printable.h: text made fit for a terminal, whoever wrote it
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdint.h>

#include <glib.h>

char *printable_dup (const char *text);

int printable_get_width (const char *text);

void printable_append (GString *line, const char *text, int width);

void printable_cut (GString *line, int width);

char *printable_dup_moment (int64_t time_us);

char *printable_dup_duration (int64_t duration_us);
