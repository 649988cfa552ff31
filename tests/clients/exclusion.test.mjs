// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// exclusion.test.mjs: an event published with a socket id skips that socket and no other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, connected, pusherJs, record, roundTrip, sdk, subscribed } from '../fixtures/clients.mjs';

const app = anApp('123456');
let server;
let backend;
before(async () => {
  server = await startServer(configText({ apps: [app] }));
  backend = sdk(server, app);
});
after(() => server.stop());

const events = (frames) => frames.map((text) => JSON.parse(text).event);

test('trigger: the socket that caused an event does not hear it', async (t) => {
  const [cause, witness] = [pusherJs(t, server, app), pusherJs(t, server, app)];
  await Promise.all([connected(cause), connected(witness)]);
  const { channel: own } = await subscribed(cause, 'orders');
  const { channel: theirs } = await subscribed(witness, 'orders');
  const heard = [record(own, 'made'), record(theirs, 'made')];
  await backend.trigger('orders', 'made', { id: 1 }, { socket_id: cause.connection.socket_id });
  assert.deepEqual((await heard[1].take('the event')).data, { id: 1 });
  await roundTrip(cause);
  assert.equal(heard[0].waiting, 0);
});

test('trigger: skipped on every channel of the list', async (t) => {
  const [one, two] = await Promise.all([Wire.connect(t, server, app), Wire.connect(t, server, app)]);
  for (const wire of [one, two]) for (const name of ['a', 'private-b']) await wire.join(name);
  await backend.trigger(['a', 'private-b'], 'e', {}, { socket_id: one.id });
  assert.deepEqual(await one.fence(), []);
  assert.deepEqual(events(await two.fence()), ['e', 'e']);
});

test('batch: every item has its own exclusion', async (t) => {
  const [one, two] = await Promise.all([Wire.connect(t, server, app), Wire.connect(t, server, app)]);
  for (const wire of [one, two]) await wire.join('batch');
  await backend.triggerBatch([
    { channel: 'batch', name: 'not-one', data: {}, socket_id: one.id },
    { channel: 'batch', name: 'both', data: {} },
    { channel: 'batch', name: 'not-two', data: {}, socket_id: two.id },
  ]);
  assert.deepEqual(events(await one.fence()), ['both', 'not-two']);
  assert.deepEqual(events(await two.fence()), ['not-one', 'both']);
});

test('a socket id that nobody has excludes nobody', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('nobody');
  await backend.trigger('nobody', 'e', {}, { socket_id: '1234.5678' });
  assert.deepEqual(events(await wire.fence()), ['e']);
});
