/* bench-process.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-process.h"

#include <stdlib.h>
#include <string.h>

/* Time on a processor, of all threads that live. */
uint64_t
bench_process_get_cpu_ns (GPid pid)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  const char *name;
  uint64_t sum = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (tasks, name, "schedstat", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        sum += g_ascii_strtoull (text, NULL, 10);
    }
  return sum;
}

uint64_t
bench_process_get_rss_bytes (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  const char *row;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (row = strstr (text, "VmRSS:")) == NULL)
    return 0;
  return g_ascii_strtoull (row + strlen ("VmRSS:"), NULL, 10) * 1024;
}
