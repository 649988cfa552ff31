/* credentials.h: what an application is known by
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

typedef struct
{
  char *id;
  char *key;
  char *secret;
} Credentials;

void credentials_fill (Credentials *self);

void credentials_clear (Credentials *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Credentials, credentials_clear)
