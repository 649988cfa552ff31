/* terminal.h: where the output goes
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

gboolean terminal_is_there (void);

gboolean terminal_has_colours (void);

int terminal_get_width (void);

int terminal_get_height (void);
