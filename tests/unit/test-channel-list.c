/* test-channel-list.c
 *
 * SPDX-FileCopyrightText: The Resonate authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pusher/resonate-channel-list-private.h"

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "[%u-%u+%u] ", position, removed, added);
}

static void
append_name (ResonateChannel *channel, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", resonate_channel_get_name (channel));
}

static void
test_channel_list_in_order (void)
{
  ResonateChannelList *list = resonate_channel_list_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  ResonateChannel *a, *b;

  g_test_summary ("Channels stand in the order they came to be, and one name is one channel");

  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), log);

  a = resonate_channel_list_ensure (list, "a");
  b = resonate_channel_list_ensure (list, "");
  resonate_channel_list_ensure (list, "c");
  g_assert_true (resonate_channel_list_ensure (list, "a") == a);
  g_assert_true (resonate_channel_list_lookup (list, "") == b);
  g_assert_null (resonate_channel_list_lookup (list, "A"));

  resonate_channel_list_drop (list, b);
  g_assert_null (resonate_channel_list_lookup (list, ""));
  resonate_channel_list_ensure (list, "");

  resonate_channel_list_foreach (list, append_name, log);
  g_assert_cmpstr (log->str, ==, "[0-0+1] [1-0+1] [2-0+1] [1-1+0] [2-0+1] a c  ");

  g_assert_finalize_object (list);
}

static void
test_channel_list_model (void)
{
  g_autoptr (ResonateChannelList) list = resonate_channel_list_new ();
  GListModel *model = G_LIST_MODEL (list);
  g_autoptr (ResonateChannel) second = NULL;

  resonate_channel_list_ensure (list, "a");
  resonate_channel_list_ensure (list, "b");

  second = g_list_model_get_item (model, 1);
  g_assert_cmpstr (resonate_channel_get_name (second), ==, "b");
  g_assert_null (g_list_model_get_item (model, 2));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);
  g_assert_true (g_list_model_get_item_type (model) == RESONATE_TYPE_CHANNEL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/channel-list/in-order", test_channel_list_in_order);
  g_test_add_func ("/channel-list/model", test_channel_list_model);

  return g_test_run ();
}
