// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// channels.test.mjs: every kind of channel, from both ends: pusher-js subscribes, the SDK publishes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, connected, echo, once, pusherJs, query, record, sdk, subscribed } from '../fixtures/clients.mjs';
import { within } from '../fixtures/deadline.mjs';

const app = anApp('123456');
let server;
let backend;
before(async () => {
  server = await startServer(configText({ apps: [app] }));
  backend = sdk(server, app);
});
after(() => server.stop());

const user = aUser('1', { name: 'Ann' });
const kinds = {
  public: 'news', private: 'private-news', presence: 'presence-news', encrypted: 'private-encrypted-news',
  cache: 'cache-news', 'private cache': 'private-cache-news', 'presence cache': 'presence-cache-news',
};

for (const [kind, name] of Object.entries(kinds)) {
  test(`${kind}: subscribe, receive, unsubscribe`, async (t) => {
    const client = pusherJs(t, server, app, { user });
    const { channel } = await subscribed(client, name);
    const heard = record(channel, 'App\\Events\\Shipped');
    const payload = { order: 7, name: 'Žluťoučký/kůň', nested: { empty: {}, list: [] } };
    await backend.trigger(name, 'App\\Events\\Shipped', payload);
    assert.deepEqual((await heard.take('the event')).data, payload);
    assert.equal((await query(backend, `/channels/${name}`)).occupied, true);

    client.unsubscribe(name);
    // A second subscription proves that the server has worked through what came before it.
    await subscribed(client, `after-${name}`.replace(/private-|presence-|encrypted-|cache-/g, ''));
    assert.equal((await query(backend, `/channels/${name}`)).occupied, false);
    await backend.trigger(name, 'App\\Events\\Shipped', {});
    assert.equal(heard.waiting, 0);
  });
}

test('encrypted: the server carries ciphertext, the client the text', async (t) => {
  const client = pusherJs(t, server, app);
  const { channel } = await subscribed(client, 'private-encrypted-secrets');
  const wire = await Wire.connect(t, server, app);
  await wire.join('private-encrypted-secrets');
  const heard = once(channel, 'whispered');
  await backend.trigger('private-encrypted-secrets', 'whispered', { plain: 'the treasure' });
  const carried = await wire.next('the ciphertext');
  assert.ok(!carried.includes('treasure'));
  assert.deepEqual(Object.keys(JSON.parse(JSON.parse(carried).data)).sort(), ['ciphertext', 'nonce']);
  assert.deepEqual(await heard, { plain: 'the treasure' });
});

for (const name of ['cache-board', 'private-cache-board', 'presence-cache-board']) {
  test(`${name}: a miss first, then the last event for whoever comes later`, async (t) => {
    const first = pusherJs(t, server, app, { user });
    const channel = first.subscribe(name);
    const missed = once(channel, 'pusher:cache_miss');
    await once(channel, 'pusher:subscription_succeeded');
    await missed;
    const got = record(channel, 'score');
    await backend.trigger(name, 'score', { goals: 1 });
    await backend.trigger(name, 'score', { goals: 2 });
    assert.deepEqual((await got.take()).data, { goals: 1 });
    assert.deepEqual((await got.take()).data, { goals: 2 });

    const second = pusherJs(t, server, app, { user: aUser('2') });
    const late = record(second.subscribe(name), 'score', 'pusher:cache_miss');
    const { event, data } = await late.take('the cached event');
    assert.deepEqual([event, data], ['score', { goals: 2 }]);
  });
}

test('the replayed frame is the same bytes that the others got', async (t) => {
  const one = await Wire.connect(t, server, app);
  await one.join('cache-bytes');
  assert.equal(await one.next(), '{"event":"pusher:cache_miss","channel":"cache-bytes"}');
  await backend.trigger('cache-bytes', 'App\\Events\\TestEvent', { foo: 'bar' });
  const live = await one.next();
  assert.equal(live, '{"event":"App\\\\Events\\\\TestEvent","data":"{\\"foo\\":\\"bar\\"}","channel":"cache-bytes"}');
  const two = await Wire.connect(t, server, app);
  await two.join('cache-bytes');
  assert.equal(await two.next(), live);
});

test('a private channel without a valid signature stays closed', async (t) => {
  const refuse = (_, done) => done(null, { auth: `${app.key}:${'0'.repeat(64)}` });
  const client = pusherJs(t, server, app, { channelAuthorization: { customHandler: refuse } });
  await connected(client);
  const error = once(client.connection, 'error');
  const channel = client.subscribe('private-closed');
  assert.equal((await error).data.code, 4009);
  assert.equal(channel.subscribed, false);
  assert.equal((await query(backend, '/channels/private-closed')).occupied, false);
});

for (const broadcaster of ['reverb', 'pusher']) {
  test(`Laravel Echo as ${broadcaster}: public, private, encrypted and presence channels`, async (t) => {
    const client = echo(t, server, app, broadcaster, { user });
    const names = { channel: 'orders', private: 'private-orders', encryptedPrivate: 'private-encrypted-orders', join: 'presence-orders' };
    for (const [method, name] of Object.entries(names)) {
      const channel = client[method]('orders');
      await within(new Promise((resolve, reject) => channel.subscribed(resolve).error(reject)), `${name} to be joined`);
      const heard = within(new Promise((resolve) => channel.listen('OrderShipped', resolve)), `the event on ${name}`);
      await backend.trigger(name, 'App\\Events\\OrderShipped', { id: 5 });
      assert.deepEqual(await heard, { id: 5 });
    }
    client.leaveAllChannels();
  });
}

test('a name of nothing is a name, and signed data may come with any private channel', async (t) => {
  const wire = await Wire.connect(t, server, app);
  wire.subscribe('');
  assert.equal(await wire.next(), '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":""}');
  await wire.join('private-with-data', '{"foo":"bar"}');
});

test('names without a hyphen keep their kind', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('cached-prices');
  assert.equal((await wire.nextJson()).event, 'pusher:cache_miss');
  wire.subscribe('privateer', undefined, { auth: 'no:no' });
  assert.deepEqual(await wire.error(), { code: 4009, message: 'Connection is unauthorized' });
  assert.equal((await wire.join('presences', aUser('1'))).presence.count, 1);
});

test('many sockets on many channels each get what is theirs, in order', async (t) => {
  const wires = await Promise.all(Array.from({ length: 6 }, () => Wire.connect(t, server, app)));
  await Promise.all(wires.map((wire) => wire.join('all')));
  for (const [i, wire] of wires.entries()) await wire.join(`mine-${i % 3}`);
  for (let n = 0; n < 20; n++) await backend.trigger(n % 2 ? 'all' : `mine-${n % 3}`, 'n', { n });
  for (const [i, wire] of wires.entries()) {
    // Of many nodes the event of another may come after the answer to a ping: the last one is waited for.
    const due = Array.from({ length: 20 }, (_, n) => n).filter((n) => n % 2 || n % 3 === i % 3);
    const got = [];
    while (got.length < due.length) got.push(JSON.parse((await wire.nextJson()).data).n);
    assert.deepEqual(got, due);
    assert.deepEqual(await wire.fence(), []);
  }
});
