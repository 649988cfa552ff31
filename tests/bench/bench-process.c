/* bench-process.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-process.h"

#include <string.h>

#include "bench-app.h"

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

static uint64_t
find_bytes (const char *text, const char *field)
{
  const char *row = strstr (text, field);

  if (row == NULL)
    bench_fail ("smaps_rollup says nothing of %s", field);
  return g_ascii_strtoull (row + strlen (field), NULL, 10) * 1024;
}

/* From smaps_rollup: it counts pages, while the sums in `status` may be off by some hundreds. */
void
bench_process_get_memory (GPid pid, BenchMemory *memory)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    bench_fail ("%s", error->message);
  memory->rss_bytes = find_bytes (text, "\nRss:");
  memory->anonymous_bytes = find_bytes (text, "\nAnonymous:");
}
