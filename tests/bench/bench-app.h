/* bench-app.h: which server and which application, and the signatures that go with them
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

typedef struct
{
  const char *host;
  int port;
  const char *id;
  const char *key;
  const char *secret;
} BenchApp;

char *bench_app_sign_channel (const BenchApp *app, const char *socket_id, const char *channel);
char *bench_app_sign_event (const BenchApp *app, const char *body);
void bench_fail (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;
