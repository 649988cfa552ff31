// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A server inside a program: it says what happens, and welcomes whoever subscribes.
async void main () { try {
  var server = new Resonate.Server (new Resonate.Config () { host = { "127.0.0.1" }, port = 0 });
  server.config.get_apps ().add (new Resonate.App ("1", "app-key", "app-secret"));
  server.opened.connect (who => print ("opened %s\n", who.socket_id));
  server.closed.connect (who => print ("closed %s\n", who.socket_id));
  server.subscribed.connect ((who, to) => print ("subscribed %s %s\n", who.socket_id, to.name));
  server.unsubscribed.connect ((who, of) => print ("unsubscribed %s %s\n", who.socket_id, of.name));
  server.occupied.connect ((app, channel) => print ("occupied %s %s\n", app.id, channel.name));
  server.vacated.connect ((app, channel) => print ("vacated %s %s\n", app.id, channel.name));
  server.member_added.connect ((app, of, u) => print ("member-added %s %s %s\n", app.id, of.name, u));
  server.member_removed.connect ((app, of, u) => print ("member-removed %s %s %s\n", app.id, of.name, u));
  server.subscribed.connect ((who, to) => {
    try { server.publish ("1", { to.name }, "welcome", "{}", null); } catch (Error e) { critical (e.message); }
  });
  yield server.start_async (null);
  print ("%s\n", string.joinv (" ", server.dup_uris ()));
  Unix.signal_add (Posix.Signal.TERM, main.callback);
  yield;
  yield server.stop_async (null);
} catch (Error e) { critical (e.message); } }
