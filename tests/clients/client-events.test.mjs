// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// client-events.test.mjs: whispers: who may send them, and who hears them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, echo, pusherJs, record, roundTrip, subscribed } from '../fixtures/clients.mjs';
import { within } from '../fixtures/deadline.mjs';

const members = anApp('123456', { 'accept-client-events-from': 'members' });
const all = anApp('2', { 'accept-client-events-from': 'all' });
const none = anApp('3', { 'accept-client-events-from': 'none' });
let server;
before(async () => { server = await startServer(configText({ apps: [members, all, none] })); });
after(() => server.stop());

const pair = (t, app) => Promise.all([Wire.connect(t, server, app), Wire.connect(t, server, app)]);
const ONLY = 'Client events are only allowed on private and presence channels.';
const NOT_A_MEMBER = 'The client is not a member of the specified channel.';

test('pusher-js: the others hear it, with the user it came from, the sender does not', async (t) => {
  const [ann, bob] = ['ann', 'bob'].map((id) => pusherJs(t, server, members, { user: aUser(id) }));
  const { channel: one } = await subscribed(ann, 'presence-chat');
  const { channel: two } = await subscribed(bob, 'presence-chat');
  const own = record(one, 'client-typing');
  const heard = record(two, 'client-typing');
  assert.ok(one.trigger('client-typing', { far: true }));
  const { data, metadata } = await heard.take('the client event');
  assert.deepEqual([data, metadata.user_id], [{ far: true }, 'ann']);
  await roundTrip(ann);
  assert.equal(own.waiting, 0);
});

// pusher-js itself refuses to send client events on encrypted channels.
for (const [kind, join] of [['private', 'private'], ['presence', 'join']]) {
  test(`Laravel Echo whispers on a ${kind} channel`, async (t) => {
    const [ann, bob] = ['ann', 'bob'].map((id) => echo(t, server, members, 'reverb', { user: aUser(id) }));
    const joined = (client) => {
      const channel = client[join]('whispers');
      return within(new Promise((resolve) => channel.subscribed(() => resolve(channel))), 'the channel');
    };
    const one = await joined(ann);
    const two = await joined(bob);
    const heard = within(new Promise((resolve) => two.listenForWhisper('typing', resolve)), 'the whisper');
    one.whisper('typing', { name: 'Ann' });
    assert.deepEqual(await heard, { name: 'Ann' });
  });
}

test('the relayed frame, byte for byte', async (t) => {
  const [one, two] = await pair(t, members);
  await one.join('presence-bytes', aUser('1'));
  await two.join('presence-bytes', aUser('2'));
  assert.equal((await one.nextJson()).event, 'pusher_internal:member_added');
  one.whisper('presence-bytes', 'client-x', { foo: 'bar' });
  assert.equal(await two.next(), '{"event":"client-x","channel":"presence-bytes","data":{"foo":"bar"},"user_id":"1"}');
  assert.deepEqual(await one.fence(), []);
});

test('the data travels as the text it was', async (t) => {
  const [one, two] = await pair(t, members);
  await one.join('private-text');
  await two.join('private-text');
  const relayed = async (data) => {
    one.send(`{"event":"client-x","channel":"private-text"${data === undefined ? '' : `,"data":${data}`}}`);
    return /"data":(.*)\}$/.exec(await two.next())[1];
  };
  for (const data of ['{"a":{},"b":[],"c":[{}]}', '[1.0,12345678901234567890,1e2]', '["\\u00e9","é","\\/"]', '[[[[]]]]', 'null'])
    assert.equal(await relayed(data), data);
  assert.equal(await relayed(undefined), 'null');
  assert.equal(await relayed('""'), '""');
  assert.equal(await relayed('"{\\"a\\":1}"'), '{"a":1}');
});

test('data that is a scalar is an invalid message', async (t) => {
  const [one, two] = await pair(t, members);
  await one.join('private-scalar');
  await two.join('private-scalar');
  for (const data of ['"5"', '5', 'true', '"hello"']) {
    one.send(`{"event":"client-x","channel":"private-scalar","data":${data}}`);
    assert.deepEqual(await one.error(), { code: 4200, message: 'Invalid message format' });
  }
  assert.deepEqual(await two.fence(), []);
});

test('a spoofed user_id changes nothing', async (t) => {
  const [one, two] = await pair(t, all);
  await one.join('presence-spoof', aUser('real-user'));
  await two.join('presence-spoof', aUser('2'));
  one.send({ event: 'client-x', channel: 'presence-spoof', user_id: 'spoofed-user', data: { user_id: 'spoofed-user', payload: 'x' } });
  assert.deepEqual(await two.nextJson(), {
    event: 'client-x', channel: 'presence-spoof', data: { user_id: 'spoofed-user', payload: 'x' }, user_id: 'real-user',
  });
});

for (const app of [members, all]) {
  test(`${app['accept-client-events-from']}: refused on a public channel and from outside`, async (t) => {
    const [one, two] = await pair(t, app);
    for (const name of ['open', 'cache-open']) {
      await two.join(name);
      await one.join(name);
      await Promise.all([one.fence(), two.fence()]);
      one.whisper(name, 'client-x', {});
      assert.deepEqual(await one.error(), { code: 4009, message: ONLY });
    }
    await two.join('private-inside');
    one.whisper('private-inside', 'client-x', {});
    assert.deepEqual(await one.error(), { code: 4009, message: NOT_A_MEMBER });
    assert.deepEqual(await two.fence(), []);
  });
}

test('none: refused everywhere', async (t) => {
  const [one, two] = await pair(t, none);
  await one.join('private-quiet');
  await two.join('private-quiet');
  one.whisper('private-quiet', 'client-x', {});
  assert.deepEqual(await one.error(), { code: 4301, message: 'The app does not have client messaging enabled.' });
  assert.deepEqual(await two.fence(), []);
});

test('a name without client- is ignored', async (t) => {
  const [one, two] = await pair(t, members);
  await one.join('private-plain');
  await two.join('private-plain');
  for (const event of ['typing', 'Client-x', 'pusher_internal:x']) one.whisper('private-plain', event, { a: 1 });
  assert.deepEqual(await one.fence(), []);
  assert.deepEqual(await two.fence(), []);
});
