// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// What a program in Vala that embeds the server relies on.

const uint DEADLINE_S = 20;

// Runs the main loop until the condition holds.
delegate bool Condition ();

void wait_until (Condition holds) {
  bool late = false;
  uint source = Timeout.add_seconds (DEADLINE_S, () => { late = true; return Source.REMOVE; });
  while (!holds ()) {
    assert_false (late);
    MainContext.default ().iteration (true);
  }
  if (!late)
    Source.remove (source);
}

Resonate.Server make_server () {
  var server = new Resonate.Server (new Resonate.Config () { host = { "127.0.0.1" }, port = 0 });
  try {
    server.config.get_apps ().add (new Resonate.App ("1", "app-key", "app-secret"));
  } catch (Error e) {
    error (e.message);
  }
  return server;
}

void test_values () {
  var app = new Resonate.App ("1", "app-key", "app-secret") { max_connections = 3 };
  app.allowed_origins = { "example.org" };
  assert_true (app.get_max_connections () == 3);
  assert_true (app.get_allowed_origins ()[0] == "example.org");
  assert_true (app.allows_origin ("https://example.org"));
  assert_false (app.allows_origin (null));
  assert_true (Resonate.pusher_error_to_string (4001) == "Application does not exist");
}

void test_errors () {
  try {
    make_server ().config.get_apps ().add (new Resonate.App ("1", "another-key", "secret"));
    assert_not_reached ();
  } catch (Error e) {
    assert_true (e is Resonate.Error.CONFIG);
  }

  try {
    new Resonate.Message (new Bytes ("{}".data));
    assert_not_reached ();
  } catch (Error e) {
    assert_true (e is Resonate.PusherError.INVALID_MESSAGE);
    assert_true (e.code == 4200);
  }
}

async Soup.WebsocketConnection visit (Resonate.Server server) throws Error {
  ProxyResolver? none = null;
  var session = new Soup.Session () { proxy_resolver = none };
  var uri = server.dup_uris ()[0].replace ("http", "ws") + "/app/app-key";

  return yield session.websocket_connect_async (new Soup.Message ("GET", uri), null, null, 0, null);
}

async void serve (Resonate.Server server, GenericArray<string> heard) throws Error {
  assert_true (yield server.start_async (null));
  assert_true (server.state == Resonate.ServerState.RUNNING);

  server.opened.connect (connection => heard.add (@"opened $(connection.app.id)"));
  server.subscribed.connect ((connection, channel) => heard.add (@"subscribed $(channel.name)"));
  server.vacated.connect ((app, channel) => heard.add (@"vacated $(channel.name)"));
  server.closed.connect (connection => { heard.add ("closed"); });

  var client = yield visit (server);
  client.message.connect ((type, bytes) => {
    var text = (string) bytes.get_data ();
    if ("connection_established" in text)
      client.send_text ("""{"event":"pusher:subscribe","data":{"channel":"news"}}""");
    if ("subscription_succeeded" in text)
      heard.add ("told");
    if ("headline" in text)
      heard.add (text);
  });
  wait_until (() => heard.length == 3);
  assert_true (server.get_channels ("1").lookup ("news").get_kind () == Resonate.ChannelKind.PUBLIC);
  assert_true (((Resonate.Channel) server.get_channels ("1").get_item (0)).get_n_items () == 1);
  assert_true (server.publish ("1", { "news" }, "headline", "{}", null));
  wait_until (() => heard.length == 4);

  client.close (1000, null);
  wait_until (() => heard.length == 6);
  assert_true (yield server.stop_async (null));
  assert_true (server.state == Resonate.ServerState.STOPPED);
}

void test_serving () {
  var heard = new GenericArray<string> ();
  bool done = false;

  serve.begin (make_server (), heard, (_, result) => {
    try {
      serve.end (result);
    } catch (Error e) {
      error (e.message);
    }
    done = true;
  });
  wait_until (() => done);

  string[] wanted = {
    "opened 1",
    "subscribed news",
    "told",
    """{"event":"headline","data":"{}","channel":"news"}""",
    "vacated news",
    "closed"
  };
  assert_true (heard.length == wanted.length);
  for (var i = 0; i < wanted.length; i++)
    assert_cmpstr (heard[i], CompareOperator.EQ, wanted[i]);
}

int main (string[] args) {
  Test.init (ref args);
  Test.add_func ("/vala/values", test_values);
  Test.add_func ("/vala/errors", test_errors);
  Test.add_func ("/vala/serving", test_serving);
  return Test.run ();
}
