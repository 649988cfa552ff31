/* dotenv.h: what a Laravel application needs in its `.env`
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "credentials.h"

gboolean dotenv_complete (const char *file,
                          const Credentials *credentials,
                          GPtrArray *added,
                          GError **error);
