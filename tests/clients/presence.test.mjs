// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// presence.test.mjs: who is there, as two users with two connections each see it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, echo, pusherJs, query, record, roundTrip, sdk, subscribed } from '../fixtures/clients.mjs';
import { Inbox, within } from '../fixtures/deadline.mjs';

const app = anApp('123456');
let server;
let backend;
before(async () => {
  server = await startServer(configText({ apps: [app] }));
  backend = sdk(server, app);
});
after(() => server.stop());

const ann = aUser('ann', { name: 'Ann' });
const bob = aUser('bob', { name: 'Bob' });
const EDGES = ['pusher:member_added', 'pusher:member_removed'];
const seen = async (edges) => {
  const { event, data } = await edges.take('a member event');
  return [event, data.id, data.info];
};

test('two users with two connections each: one join and one leave apiece', async (t) => {
  const name = 'presence-tabs';
  const annOne = pusherJs(t, server, app, { user: ann });
  const { channel } = await subscribed(annOne, name);
  assert.deepEqual([channel.members.count, channel.members.me.id], [1, 'ann']);
  const edges = record(channel, ...EDGES);

  const bobOne = pusherJs(t, server, app, { user: bob });
  const { channel: bobsView } = await subscribed(bobOne, name);
  assert.deepEqual(bobsView.members.members, { ann: ann.user_info, bob: bob.user_info });
  assert.deepEqual(await seen(edges), ['pusher:member_added', 'bob', { name: 'Bob' }]);

  const annTwo = pusherJs(t, server, app, { user: ann });
  const bobTwo = pusherJs(t, server, app, { user: bob });
  await subscribed(annTwo, name);
  const { channel: second } = await subscribed(bobTwo, name);
  assert.equal(second.members.count, 2);
  await roundTrip(annOne);
  assert.equal(edges.waiting, 0, 'a second tab is no second member');
  assert.deepEqual(await query(backend, `/channels/${name}/users`), { users: [{ id: 'ann' }, { id: 'bob' }] });

  bobOne.unsubscribe(name);
  await roundTrip(bobOne);
  await roundTrip(annOne);
  assert.equal(edges.waiting, 0, 'the first tab to close is no leave');

  bobTwo.disconnect();
  assert.deepEqual((await seen(edges)).slice(0, 2), ['pusher:member_removed', 'bob']);
  assert.equal(channel.members.count, 1);
  annTwo.unsubscribe(name);
  await roundTrip(annTwo);
  assert.deepEqual(await query(backend, `/channels/${name}`, { info: 'user_count' }), { occupied: true, user_count: 1 });
});

test('Laravel Echo: here, joining, leaving', async (t) => {
  const one = echo(t, server, app, 'reverb', { user: ann });
  const edges = new Inbox();
  const room = one.join('lobby');
  const here = await within(new Promise((resolve) => room.here(resolve)), 'who is here');
  assert.deepEqual(here, [{ name: 'Ann' }]);
  room.joining((member) => edges.push(['joining', member])).leaving((member) => edges.push(['leaving', member]));
  const two = echo(t, server, app, 'pusher', { user: bob });
  const both = await within(new Promise((resolve) => two.join('lobby').here(resolve)), 'who is here');
  assert.deepEqual(both, [{ name: 'Ann' }, { name: 'Bob' }]);
  assert.deepEqual(await edges.take(), ['joining', { name: 'Bob' }]);
  two.leave('lobby');
  assert.deepEqual(await edges.take(), ['leaving', { name: 'Bob' }]);
});

for (const name of ['presence-bytes', 'presence-cache-bytes']) {
  test(`${name}: the frames of joining and leaving, byte for byte`, async (t) => {
    const [one, two, three] = await Promise.all([0, 1, 2].map(() => Wire.connect(t, server, app)));
    const user = (id) => `{"user_id":${id},"user_info":{"name":"Test User ${id}"}}`;
    const added = (id) =>
      `{"event":"pusher_internal:member_added","data":${JSON.stringify(user(id))},"channel":"${name}"}`;
    one.subscribe(name, user(1));
    assert.equal(await one.next(), '{"event":"pusher_internal:subscription_succeeded","data":'
      + `"{\\"presence\\":{\\"count\\":1,\\"ids\\":[1],\\"hash\\":{\\"1\\":{\\"name\\":\\"Test User 1\\"}}}}","channel":"${name}"}`);
    await one.fence();
    await two.join(name, user(2));
    assert.equal(await one.next(), added(2));
    await three.join(name, user(3));
    assert.equal(await one.next(), added(3));
    await two.fence();
    three.socket.terminate();
    for (const wire of [one, two])
      assert.equal(await wire.next(), `{"event":"pusher_internal:member_removed","data":"{\\"user_id\\":3}","channel":"${name}"}`);
  });
}

test('another id on the same connection: the old one leaves', async (t) => {
  const watcher = await Wire.connect(t, server, app);
  const wire = await Wire.connect(t, server, app);
  await watcher.join('presence-change', aUser('w'));
  await wire.join('presence-change', aUser('x'));
  await wire.join('presence-change', aUser('y'));
  const edges = (await watcher.fence()).map((text) => JSON.parse(text)).map(({ event, data }) => [event, JSON.parse(data).user_id]);
  assert.deepEqual(edges[0], ['pusher_internal:member_added', 'x']);
  assert.deepEqual(edges.slice(1).sort(), [['pusher_internal:member_added', 'y'], ['pusher_internal:member_removed', 'x']]);
});

test('ids that look alike are different, equal text is the same', async (t) => {
  const wires = await Promise.all([0, 1, 2, 3].map(() => Wire.connect(t, server, app)));
  const ids = ['1', '01', 1, '1.0'];
  for (const [i, wire] of wires.entries()) await wire.join('presence-alike', aUser(ids[i]));
  assert.deepEqual(await query(backend, '/channels/presence-alike/users'), { users: [{ id: '1' }, { id: '01' }, { id: '1.0' }] });
});

test('a member without user_info is listed with null', async (t) => {
  const wire = await Wire.connect(t, server, app);
  const { presence } = await wire.join('presence-bare', '{"user_id":"1"}');
  assert.deepEqual(presence, { count: 1, ids: ['1'], hash: { 1: null } });
});

test('channel_data that was not what was signed is refused', async (t) => {
  const wire = await Wire.connect(t, server, app);
  const signed = '{"user_id":"1"}';
  const auth = wire.signed('presence-forged', signed);
  for (const fields of [{ auth, channel_data: '{"user_id":"2"}' }, { auth }, { auth: wire.signed('presence-forged'), channel_data: signed }]) {
    wire.subscribe('presence-forged', undefined, fields);
    assert.deepEqual(await wire.error(), { code: 4009, message: 'Connection is unauthorized' });
  }
  assert.deepEqual(await query(backend, '/channels/presence-forged'), { occupied: false });
});

test('a leave on a presence cache channel is not what the next one is greeted with', async (t) => {
  const [one, two, three] = await Promise.all([0, 1, 2].map(() => Wire.connect(t, server, app)));
  await one.join('presence-cache-edge', aUser('1'));
  await two.join('presence-cache-edge', aUser('2'));
  two.leave('presence-cache-edge');
  await two.fence();
  await three.join('presence-cache-edge', aUser('3'));
  assert.deepEqual((await three.fence()).map((text) => JSON.parse(text).event), ['pusher:cache_miss']);
});
