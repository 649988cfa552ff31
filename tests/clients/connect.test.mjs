// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// connect.test.mjs: opening, the first frame, pings, and closing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { QUERY, Wire, connected, echo, once, pusherJs, query, roundTrip, sdk } from '../fixtures/clients.mjs';
import { until } from '../fixtures/deadline.mjs';

const app = anApp('123456', { 'activity-timeout': 37 });
const other = anApp('654321');
let server;
before(async () => { server = await startServer(configText({ apps: [app, other] })); });
after(() => server.stop());

test('pusher-js connects and learns its socket id', async (t) => {
  const client = pusherJs(t, server, app);
  await connected(client);
  assert.match(client.connection.socket_id, /^\d+\.\d+$/);
  assert.equal(client.connection.activityTimeout, 37000);
});

for (const broadcaster of ['reverb', 'pusher']) {
  test(`Laravel Echo connects as ${broadcaster}`, async (t) => {
    const client = echo(t, server, app, broadcaster);
    await connected(client.connector.pusher);
    assert.match(client.socketId(), /^\d+\.\d+$/);
  });
}

test('the first frame is connection_established, byte for byte', async (t) => {
  const wire = await Wire.open(t, server, app);
  assert.match(await wire.next(),
    /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":37\}"\}$/);
});

test('a ping is answered with a pong', async (t) => {
  const client = pusherJs(t, server, app);
  await connected(client);
  await roundTrip(client);
});

test('a key with a trailing slash, and any query, reaches its application', async (t) => {
  for (const path of [`/app/${app.key}`, `/app/${app.key}/`, `/app/${app.key}${QUERY}&x=y`]) {
    const wire = await Wire.connect(t, server, app, { path });
    assert.deepEqual(await wire.fence(), []);
  }
});

test('paths that lead to no application are no WebSocket', async (t) => {
  for (const path of [`/foo/app/${app.key}`, `/app/${app.key}/extra`, '/app/', '/up', `/apps/${app.id}/channels`])
    await assert.rejects(Wire.open(t, server, app, { path }), /Unexpected server response: (?!101)\d/, path);
});

test('two applications are served side by side', async (t) => {
  for (const one of [app, other]) {
    const wire = await Wire.connect(t, server, one);
    assert.equal(wire.established.activity_timeout, one === app ? 37 : 30);
  }
});

test('socket ids differ', async (t) => {
  const wires = await Promise.all(Array.from({ length: 40 }, () => Wire.connect(t, server, app)));
  assert.equal(new Set(wires.map((wire) => wire.id)).size, 40);
});

test('a client that disconnects is gone from every channel', async (t) => {
  const client = pusherJs(t, server, app, { user: { user_id: 'gone' } });
  await connected(client);
  const names = ['gone', 'private-gone', 'presence-gone'];
  await Promise.all(names.map((name) => once(client.subscribe(name), 'pusher:subscription_succeeded')));
  const backend = sdk(server, app);
  const channels = async () => Object.keys((await query(backend, '/channels')).channels).filter((name) => names.includes(name));
  assert.deepEqual((await channels()).sort(), [...names].sort());
  client.disconnect();
  await until(async () => (await channels()).length === 0, 'its channels are gone');
});

test('the close handshake echoes the code', async (t) => {
  const wire = await Wire.connect(t, server, app);
  assert.equal((await wire.close(1000)).code, 1000);
});
