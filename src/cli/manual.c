/* manual.c: prints what resonate.conf(5) says about the keys; used by the build, not installed
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "../config/resonate-config-sample-private.h"

int
main (void)
{
  g_autofree char *text = resonate_config_dup_manual ();

  return fputs (text, stdout) >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
