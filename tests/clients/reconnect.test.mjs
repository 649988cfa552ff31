// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// reconnect.test.mjs: the server goes and comes back on the same port; the clients find their way home.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, connected, echo, once, pusherJs, sdk, subscribed } from '../fixtures/clients.mjs';
import { within } from '../fixtures/deadline.mjs';

const app = anApp('123456');
const config = configText({ apps: [app] });

/** Starts a server that T ends, on PORT. */
async function served(t, port = 0) {
  const server = await startServer(config, { port });
  let running = true;
  t.after(() => running && server.stop());
  return { ...server, stop: () => { running = false; return server.stop(); }, fall: () => { running = false; server.kill('SIGKILL'); return server.exited; } };
}

for (const [how, end] of [['is stopped', 'stop'], ['falls', 'fall']]) {
  test(`pusher-js comes back to every channel after the server ${how}`, async (t) => {
    const first = await served(t);
    const client = pusherJs(t, first, app, { user: aUser('1') });
    const names = ['news', 'private-news', 'presence-news'];
    const channels = [];
    for (const name of names) channels.push((await subscribed(client, name)).channel);
    const before = client.connection.socket_id;

    const again = channels.map((channel) => once(channel, 'pusher:subscription_succeeded', 30000));
    await first[end]();
    const second = await served(t, first.port);
    await Promise.all(again);
    assert.notEqual(client.connection.socket_id, before);
    assert.equal(channels[2].members.count, 1);
    for (const channel of channels) {
      const heard = once(channel, 'back');
      await sdk(second, app).trigger(channel.name, 'back', { on: channel.name });
      assert.deepEqual(await heard, { on: channel.name });
    }
  });
}

test('Laravel Echo hears again what it listened to', async (t) => {
  const first = await served(t);
  const client = echo(t, first, app, 'reverb');
  const channel = client.private('orders');
  const heard = within(new Promise((resolve) => channel.listen('.made', resolve)), 'the event', 40000);
  await within(new Promise((resolve) => channel.subscribed(resolve)), 'the channel');
  const again = once(channel.subscription, 'pusher:subscription_succeeded', 30000);
  await first.stop();
  const second = await served(t, first.port);
  await again;
  await sdk(second, app).trigger('private-orders', 'made', { id: 1 });
  assert.deepEqual(await heard, { id: 1 });
});

test('a server that stops says so: 1001 to every client', async (t) => {
  const server = await served(t);
  const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.connect(t, server, app)));
  const client = pusherJs(t, server, app);
  await connected(client);
  await server.stop();
  for (const wire of wires) assert.equal((await wire.end()).code, 1001);
});
