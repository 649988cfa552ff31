// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// isolation.test.mjs: two applications with equally named channels never hear each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, pusherJs, query, record, rest, roundTrip, sdk, subscribed } from '../fixtures/clients.mjs';

const one = anApp('100');
const two = anApp('0100');
let server;
before(async () => { server = await startServer(configText({ apps: [one, two] })); });
after(() => server.stop());

const both = (t) => Promise.all([Wire.connect(t, server, one), Wire.connect(t, server, two)]);

test('published events', async (t) => {
  const clients = [one, two].map((app) => pusherJs(t, server, app));
  const heard = [];
  for (const client of clients) heard.push(record((await subscribed(client, 'same')).channel, 'e'));
  await sdk(server, one).trigger('same', 'e', { of: 1 });
  await sdk(server, two).trigger('same', 'e', { of: 2 });
  for (const [i, inbox] of heard.entries()) {
    assert.deepEqual((await inbox.take('the event')).data, { of: i + 1 });
    await roundTrip(clients[i]);
    assert.equal(inbox.waiting, 0);
  }
});

test('client events and membership', async (t) => {
  const [a, b] = await both(t);
  await a.join('presence-same', aUser('1'));
  assert.equal((await b.join('presence-same', aUser('1'))).presence.count, 1);
  a.whisper('presence-same', 'client-x', {});
  assert.deepEqual(await a.fence(), []);
  assert.deepEqual(await b.fence(), []);
  const partner = await Wire.connect(t, server, two);
  await partner.join('presence-same', aUser('2'));
  partner.whisper('presence-same', 'client-x', {});
  assert.deepEqual((await b.fence()).map((text) => JSON.parse(text).event), ['pusher_internal:member_added', 'client-x']);
  assert.deepEqual(await a.fence(), []);
});

test('cached events', async (t) => {
  const [a, b] = await both(t);
  await a.join('cache-same');
  await sdk(server, one).trigger('cache-same', 'e', {});
  await b.join('cache-same');
  assert.deepEqual((await b.fence()).map((text) => JSON.parse(text).event), ['pusher:cache_miss']);
});

test('queries and counts', async (t) => {
  const [a] = await both(t);
  await a.join('mine');
  assert.deepEqual(await query(sdk(server, one), '/channels/mine', { info: 'subscription_count' }), { occupied: true, subscription_count: 1 });
  assert.deepEqual(await query(sdk(server, two), '/channels/mine'), { occupied: false });
});

test('terminating a user', async (t) => {
  const [a, b] = await both(t);
  await a.join('presence-end', aUser('1'));
  await b.join('presence-end', aUser('1'));
  await sdk(server, one).terminateUserConnections('1');
  assert.equal((await a.error()).code, 4009);
  assert.deepEqual(await b.fence(), []);
});

test('exclusion by the socket id of another application', async (t) => {
  const [a, b] = await both(t);
  await a.join('ids');
  await b.join('ids');
  await sdk(server, one).trigger('ids', 'e', {}, { socket_id: b.id });
  assert.equal((await a.fence()).length, 1);
});

test('signatures', async (t) => {
  const [a] = await both(t);
  a.subscribe('private-same', undefined, { auth: `${one.key}:${Wire.prototype.signed.call({ app: two, id: a.id }, 'private-same').split(':')[1]}` });
  assert.equal((await a.error()).code, 4009);
  assert.equal((await rest(server, two, 'GET', '/channels', { appId: one.id })).status, 401);
});

test('ids are text: 100 is not 0100', async () => {
  assert.equal((await rest(server, one, 'GET', '/channels', { appId: '00100' })).status, 404);
  assert.equal((await rest(server, two, 'GET', '/channels')).status, 200);
});
