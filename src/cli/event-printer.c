/* event-printer.c: what happens on a server, a line each
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define G_LOG_DOMAIN "resonatectl"

#include "config.h"

#include <glib/gi18n.h>

#include "cli.h"
#include "event-printer.h"
#include "facts.h"
#include "printable.h"
#include "terminal.h"

#define KIND_WIDTH  12
#define COLOUR_NONE "\033[0m"
#define COLOUR_LOSS "\033[1;31m"

/* A column follows what it has to hold, up to this. */
#define MAX_COLUMN_WIDTH 32

/* Columns are as wide as the widest so far: nobody knows what is still to come. */
struct _EventPrinter
{
  gboolean json;
  gboolean coloured;
  int width; /* of the terminal; 0: lines are not cut */
  int app_width;
  int socket_width;
  int channel_width;
};

typedef struct
{
  guint64 time_us;
  const char *kind;
  const char *app;
  const char *socket;
  GVariant *facts; /* (owned) */
} Event;

static void
event_clear (Event *event)
{
  g_clear_pointer (&event->facts, g_variant_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Event, event_clear)

/*
 * event_printer_new:
 * @json: a document for each line, even on a terminal
 */
EventPrinter *
event_printer_new (gboolean json)
{
  EventPrinter *self = g_new0 (EventPrinter, 1);

  self->json = json || !terminal_is_there ();
  self->coloured = terminal_has_colours ();

  return self;
}

void
event_printer_free (EventPrinter *self)
{
  g_free (self);
}

static const char *
get_colour (const char *kind)
{
  static const struct
  {
    const char *kind;
    const char *colour;
  } colours[] = {
    { "opened", "\033[32m" },       { "closed", "\033[31m" },   { "subscribed", "\033[36m" },
    { "unsubscribed", "\033[34m" }, { "received", "\033[33m" }, { "published", "\033[35m" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (colours); i++)
    if (g_strcmp0 (colours[i].kind, kind) == 0)
      return colours[i].colour;

  return "";
}

static char *
dup_time_of_day (guint64 time_us)
{
  g_autoptr (GDateTime)
    moment = g_date_time_new_from_unix_local ((gint64) (time_us / G_USEC_PER_SEC));
  g_autofree char *text = moment != NULL ? g_date_time_format (moment, "%H:%M:%S") : g_strdup ("?");

  return g_strdup_printf ("%s.%03u", text, (unsigned int) (time_us % G_USEC_PER_SEC / 1000));
}

static void
append_column (GString *line, const char *text, int *width)
{
  g_autofree char *harmless = printable_dup (text);

  *width = CLAMP (printable_get_width (harmless), *width, MAX_COLUMN_WIDTH);
  printable_append (line, harmless, *width);
  g_string_append (line, "  ");
}

/* Appends a fact with what stands around it, if there is such a fact. */
static void
append_fact (GString *line, GVariant *facts, const char *name, const char *format_before)
{
  g_autofree char *text = facts_dup_text (facts, name);
  g_autofree char *harmless = text != NULL && *text != '\0' ? printable_dup (text) : NULL;

  if (harmless != NULL)
    g_string_append_printf (line, "%s%s ", format_before, harmless);
}

static void
append_size (GString *line, GVariant *facts)
{
  g_autoptr (GVariant) size = g_variant_lookup_value (facts, "size", G_VARIANT_TYPE_UINT32);

  if (size != NULL)
    g_string_append_printf (line,
                            ngettext ("(%u byte) ", "(%u bytes) ", g_variant_get_uint32 (size)),
                            g_variant_get_uint32 (size));
}

static void
print_line (EventPrinter *self, const Event *event)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *time_of_day = dup_time_of_day (event->time_us);
  g_autofree char *kind = printable_dup (event->kind);
  g_autofree char *channel = facts_dup_text (event->facts, "channel");
  int width = terminal_get_width () - printable_get_width (time_of_day) - KIND_WIDTH - 4;

  append_column (line, event->app, &self->app_width);
  append_column (line, event->socket, &self->socket_width);
  append_column (line, channel != NULL ? channel : "", &self->channel_width);
  append_fact (line, event->facts, "event", "");
  append_size (line, event->facts);
  append_fact (line, event->facts, "code", "");
  append_fact (line, event->facts, "reason", "");
  append_fact (line, event->facts, "user", "user=");
  append_fact (line, event->facts, "address", "address=");
  append_fact (line, event->facts, "data", "");
  while (line->len > 0 && line->str[line->len - 1] == ' ')
    g_string_truncate (line, line->len - 1);
  printable_cut (line, width);

  g_print ("%s  %s%-*s%s  %s\n", time_of_day, self->coloured ? get_colour (kind) : "", KIND_WIDTH,
           kind, self->coloured ? COLOUR_NONE : "", line->str);
}

static void
print_document (const Event *event)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "time");
  json_builder_add_int_value (builder, (gint64) event->time_us);
  cli_json_string (builder, "kind", event->kind);
  cli_json_string (builder, "app", event->app);
  cli_json_string (builder, "socket", *event->socket != '\0' ? event->socket : NULL);
  facts_add_to_json (event->facts, builder);
  json_builder_end_object (builder);
  cli_print_json_line (builder);
}

static void
print_number (const char *name, gint64 number)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
  json_builder_end_object (builder);
  cli_print_json_line (builder);
}

static void
print_loss (EventPrinter *self, guint64 n_dropped)
{
  if (self->json)
    {
      print_number ("dropped", (gint64) n_dropped);
      return;
    }

  g_print ("%s", self->coloured ? COLOUR_LOSS : "");
  g_print (ngettext ("… %lu event was lost: they come too fast",
                     "… %lu events were lost: they come too fast", (unsigned long) n_dropped),
           (unsigned long) n_dropped);
  g_print ("%s\n", self->coloured ? COLOUR_NONE : "");
}

void
event_printer_print_gap (EventPrinter *self)
{
  if (self->json)
    {
      print_number ("gap", g_get_real_time ());
      return;
    }

  g_print ("%s%s%s\n", self->coloured ? COLOUR_LOSS : "",
           _ ("… another process goes on: events before this line may be missing"),
           self->coloured ? COLOUR_NONE : "");
}

/*
 * event_printer_print:
 * @events: `a(tsssa{sv})`, as org.resonate.Resonate1.Manager sends them
 * @n_dropped: how many were lost before these
 */
void
event_printer_print (EventPrinter *self, GVariant *events, guint64 n_dropped)
{
  if (n_dropped > 0)
    print_loss (self, n_dropped);

  for (size_t i = 0; i < g_variant_n_children (events); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (events, i);
      g_auto (Event) event = { 0 };

      g_variant_get (row, "(t&s&s&s@a{sv})", &event.time_us, &event.kind, &event.app, &event.socket,
                     &event.facts);
      if (self->json)
        print_document (&event);
      else
        print_line (self, &event);
    }
}
