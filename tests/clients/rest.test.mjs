// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// rest.test.mjs: the REST interface as the `pusher` SDK uses it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, connected, once, pusherJs, query, rest, sdk, subscribed } from '../fixtures/clients.mjs';
import { until } from '../fixtures/deadline.mjs';

const app = anApp('123456');
let server;
let backend;
before(async () => {
  server = await startServer(configText({ apps: [app] }));
  backend = sdk(server, app);
});
after(() => server.stop());

const body = async (answer) => (await answer).json();

test('trigger: one channel, byte for byte', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('test-channel');
  assert.deepEqual(await body(backend.trigger('test-channel', 'NewEvent', { some: 'data' })), {});
  assert.equal(await wire.next(), '{"event":"NewEvent","data":"{\\"some\\":\\"data\\"}","channel":"test-channel"}');
});

test('trigger: several channels, each gets its own', async (t) => {
  const wire = await Wire.connect(t, server, app);
  const names = ['one', 'private-two', 'presence-three'];
  for (const name of names) await wire.join(name, name.startsWith('presence') ? aUser('1') : undefined);
  assert.deepEqual(await body(backend.trigger(names, 'e', 'text')), {});
  for (const channel of names) assert.deepEqual(await wire.nextJson(), { event: 'e', data: 'text', channel });
});

test('trigger: with info', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('presence-info', aUser('1'));
  await wire.join('info');
  const info = (list) => body(backend.trigger(['presence-info', 'info', 'nobody'], 'e', {}, { info: list }));
  assert.deepEqual(await info('user_count'), { channels: { 'presence-info': { user_count: 1 }, info: {}, nobody: {} } });
  assert.deepEqual(await info('subscription_count'), { channels: { 'presence-info': {}, info: { subscription_count: 1 }, nobody: {} } });
});

test('triggerBatch: in order, byte for byte, with and without info', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('batch');
  await wire.join('presence-batch', aUser('1'));
  const item = (channel, n, more = {}) => ({ channel, name: 'e', data: { n }, ...more });
  assert.deepEqual(await body(backend.triggerBatch([item('batch', 1), item('batch', 2)])), { batch: {} });
  for (const n of [1, 2]) assert.equal(await wire.next(), `{"event":"e","channel":"batch","data":"{\\"n\\":${n}}"}`);
  assert.deepEqual(
    await body(backend.triggerBatch([
      item('presence-batch', 3, { info: 'user_count' }), item('batch', 4, { info: 'subscription_count' }), item('batch', 5),
    ])),
    { batch: [{ user_count: 1 }, { subscription_count: 1 }, {}] });
  assert.deepEqual((await wire.fence()).map((text) => JSON.parse(JSON.parse(text).data).n), [3, 4, 5]);
});

test('channels: all, by prefix, with counts', async (t) => {
  const [one, two] = await Promise.all([Wire.connect(t, server, app), Wire.connect(t, server, app)]);
  for (const wire of [one, two]) {
    await wire.join('list-public');
    await wire.join('presence-list', aUser('7'));
  }
  const only = ({ channels }) => Object.fromEntries(Object.entries(channels).filter(([name]) => name.includes('list')));
  assert.deepEqual(only(await query(backend, '/channels')), { 'list-public': {}, 'presence-list': {} });
  assert.deepEqual(only(await query(backend, '/channels', { info: 'user_count,subscription_count' })),
    { 'list-public': { subscription_count: 2 }, 'presence-list': { user_count: 1 } });
  assert.deepEqual(only(await query(backend, '/channels', { filter_by_prefix: 'presence-' })), { 'presence-list': {} });
});

test('one channel, and its users', async (t) => {
  const wires = await Promise.all([0, 1, 2].map(() => Wire.connect(t, server, app)));
  const ids = [3, 2, 3];
  for (const [i, wire] of wires.entries()) await wire.join('presence-ask', aUser(ids[i]));
  await wires[0].fence();
  await wires[0].join('ask');
  assert.deepEqual(await query(backend, '/channels/ask', { info: 'subscription_count,user_count,cache' }), { occupied: true, subscription_count: 1 });
  assert.deepEqual(await query(backend, '/channels/presence-ask', { info: 'user_count' }), { occupied: true, user_count: 2 });
  assert.deepEqual(await query(backend, '/channels/unknown'), { occupied: false });
  assert.deepEqual(await query(backend, '/channels/presence-ask/users'), { users: [{ id: 3 }, { id: 2 }] });
  await assert.rejects(query(backend, '/channels/ask/users'), { status: 400 });
  await assert.rejects(query(backend, '/channels/unknown/users'), { status: 404 });
});

test('a cache channel tells what it keeps', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('cache-ask');
  await backend.trigger('cache-ask', 'e', { some: 'data' });
  assert.deepEqual(await query(backend, '/channels/cache-ask', { info: 'subscription_count,cache' }),
    { occupied: true, subscription_count: 1, cache: { event: 'e', data: '{"some":"data"}', channel: 'cache-ask' } });
});

test('connections counts open sockets, once each', async (t) => {
  const { connections } = await query(backend, '/connections');
  const wire = await Wire.connect(t, server, app);
  await wire.join('count-a');
  await wire.join('count-b');
  assert.deepEqual(await query(backend, '/connections'), { connections: connections + 1 });
  await Wire.connect(t, server, app);
  assert.deepEqual(await query(backend, '/connections'), { connections: connections + 2 });
  await wire.close();
  await until(async () => (await query(backend, '/connections')).connections === connections + 1, 'one is gone');
});

test('terminateUserConnections: every socket of the user, nobody else', async (t) => {
  const [first, second] = [0, 1].map(() => pusherJs(t, server, app, { user: aUser('u@x.y') }));
  const witness = pusherJs(t, server, app, { user: aUser('2') });
  await subscribed(first, 'a-public-channel');
  await Promise.all([first, second, witness].map((client) => subscribed(client, 'presence-room')));
  const ends = [first, second].map((client) => once(client.connection, 'disconnected'));
  const removed = once(witness.channel('presence-room'), 'pusher:member_removed');
  assert.equal((await backend.terminateUserConnections('u@x.y')).status, 200);
  await Promise.all(ends);
  assert.equal((await removed).id, 'u@x.y');
  assert.equal(witness.connection.state, 'connected');
  assert.deepEqual(await query(backend, '/channels/presence-room/users'), { users: [{ id: '2' }] });
});

test('terminate: the error frame and the close code that keep a client away', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('presence-away', aUser('9'));
  await backend.terminateUserConnections('9');
  assert.deepEqual(await wire.error(), { code: 4009, message: 'You got disconnected by the app.' });
  assert.deepEqual(await wire.end(), { code: 4009, reason: 'You got disconnected by the app.' });
});

test('terminate: nobody of that name', async () => {
  assert.deepEqual(await body(backend.terminateUserConnections('nobody')), {});
});

test('a wrong secret is refused, and nothing is delivered', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('guarded');
  const wrong = sdk(server, { ...app, secret: 'wrong' });
  await assert.rejects(wrong.trigger('guarded', 'e', {}), { status: 401 });
  await assert.rejects(wrong.get({ path: '/channels' }), { status: 401 });
  assert.deepEqual(await wire.fence(), []);
});

test('every answer says its length', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('presence-length', aUser('1'));
  for (const resource of ['/channels', '/channels/presence-length', '/channels/presence-length/users', '/connections', '/channels/none/users']) {
    const { headers, text } = await rest(server, app, 'GET', resource);
    assert.deepEqual([headers['content-length'], headers['content-type'].split(';')[0]], [String(Buffer.byteLength(text)), 'application/json']);
  }
});

test('a connection that is kept serves one request after another', async (t) => {
  const client = pusherJs(t, server, app);
  await connected(client);
  const { channel } = await subscribed(client, 'many');
  let count = 0;
  channel.bind('n', () => { count += 1; });
  for (let n = 0; n < 100; n++) await backend.trigger('many', 'n', { n });
  await until(() => count === 100, 'all hundred have arrived');
});
