// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// rest-answers.test.mjs: what the REST interface answers to good and bad bodies and questions (151-202).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, request, rest } from '../fixtures/clients.mjs';

const app = anApp('123456');
let server;
before(async () => { server = await startServer(configText({ apps: [app] })); });
after(() => server.stop());

const event = (fields = {}) => ({ name: 'NewEvent', channel: 'test-channel', data: '{"some":"data"}', ...fields });
const post = (resource, body) => rest(server, app, 'POST', resource, { body });
const get = (resource, params = {}) => rest(server, app, 'GET', resource, { params });

/** The answer's status, its JSON and, to the byte, its length. */
async function answers(asked, status, expected, length) {
  const answer = await asked;
  assert.deepEqual([answer.status, answer.json], [status, expected]);
  assert.equal(answer.headers['content-length'], String(length ?? Buffer.byteLength(answer.text)));
}

const channelUsers = [['test-channel-one'], ['presence-test-channel-two', aUser(1)]];
async function occupied(t, list = channelUsers) {
  const wire = await Wire.connect(t, server, app);
  for (const [name, user] of list) {
    await wire.join(name, user);
    if (name.includes('cache-')) await wire.next();
  }
  return wire;
}

test('151, 152, 165: one channel, two channels, two bytes', async () => {
  await answers(post('/events', event()), 200, {}, 2);
  await answers(post('/events', { name: 'e', channels: ['a', 'b'], data: 'x' }), 200, {}, 2);
});

test('154, 155: a socket id that is none excludes nobody', async (t) => {
  const wire = await occupied(t, [['test-channel']]);
  await answers(post('/events', event({ socket_id: 'invalid-socket-id' })), 200, {});
  assert.equal((await wire.fence()).length, 1);
});

const REQUIRED = {
  name: ['The name field is required.'], data: ['The data field is required.'],
  channels: ['The channels field is required when channel is not present.'],
  channel: ['The channel field is required when channels is not present.'],
};
const { name: NAME, channels: CHANNELS, channel: CHANNEL, data: DATA } = REQUIRED;

for (const [body, expected] of [
  [{}, REQUIRED],
  [{ name: 1, data: 1, channels: 1, channel: 1, socket_id: 1, info: 1 }, {
    name: ['The name field must be a string.'], data: ['The data field must be a string.'],
    channels: ['The channels field must be an array.'], channel: ['The channel field must be a string.'],
    socket_id: ['The socket id field must be a string.'], info: ['The info field must be a string.'],
  }],
  [{ name: 'e', channel: 'c' }, { data: DATA }],
  [{ name: 'e', channels: ['c'] }, { data: DATA }],
  [event({ data: { some: 'data' } }), { data: ['The data field must be a string.'] }],
  [event({ socket_id: 1234 }), { socket_id: ['The socket id field must be a string.'] }],
  [event({ socket_id: null }), { socket_id: ['The socket id field must be a string.'] }],
  [event({ info: 1234 }), { info: ['The info field must be a string.'] }],
  [{ name: 'e', data: 'x', channels: [] }, { channels: CHANNELS, channel: CHANNEL }],
  [{ name: 'e', data: 'x', channels: 'test' }, { channels: ['The channels field must be an array.'] }],
  [event({ name: ' ' }), { name: NAME }],
]) {
  test(`156: ${JSON.stringify(body).slice(0, 80)} is refused with 422`, () => answers(post('/events', body), 422, expected));
}

test('156: what looks empty and is not', async () => {
  await answers(post('/events', event({ socket_id: '', data: '0' })), 200, {});
  await answers(post('/events', event({ info: '' })), 200, { channels: { 'test-channel': {} } });
});

test('a list of channels wins over the channel, unless it is empty', async (t) => {
  const wire = await occupied(t, [['both'], ['either']]);
  await post('/events', event({ channel: 'both', channels: ['either'] }));
  await post('/events', event({ channel: 'both', channels: [] }));
  assert.deepEqual((await wire.fence()).map((text) => JSON.parse(text).channel), ['either', 'both']);
});

for (const body of ['', '{', 'null', '5', '"text"', '{"name":"e"', '{"name":"e",}', '\ufeff{}']) {
  test(`157, 176: a body that is no JSON object: ${JSON.stringify(body)}`, async () => {
    for (const resource of ['/events', '/batch_events']) {
      const { status, json } = await post(resource, body);
      assert.deepEqual([status, typeof json.error], [400, 'string']);
    }
  });
}

test('160, 161: info, per channel what applies to it', async (t) => {
  await occupied(t, [['presence-test-channel-one', aUser(1)], ['test-channel-two']]);
  const ask = (info) => post('/events', { name: 'e', data: 'x', channels: ['presence-test-channel-one', 'test-channel-two'], info });
  await answers(ask('user_count'), 200, { channels: { 'presence-test-channel-one': { user_count: 1 }, 'test-channel-two': {} } });
  await answers(ask('subscription_count'), 200, { channels: { 'presence-test-channel-one': {}, 'test-channel-two': { subscription_count: 1 } } });
  await answers(ask('occupied, user_count'), 200, { channels: { 'presence-test-channel-one': { occupied: true }, 'test-channel-two': { occupied: true } } });
});

test('162: more than max-request-size', async () => {
  const body = (size) => JSON.stringify(event({ data: 'x'.repeat(size - JSON.stringify(event({ data: '' })).length) }));
  assert.equal((await post('/events', body(10000))).status, 200);
  await answers(post('/events', body(10001)), 413, { error: 'Payload too large.' });
});

test('163, 164: a larger limit, and 150000 bytes of data', async () => {
  const roomy = await startServer(configText({ server: { 'max-request-size': 200000 }, apps: [app] }));
  const answer = await rest(roomy, app, 'POST', '/events', { body: event({ data: 'x'.repeat(150000) }) });
  assert.deepEqual([answer.status, answer.json], [200, {}]);
  await roomy.stop();
});

test('172, 180: a batch of one and of two, twelve bytes', async () => {
  await answers(post('/batch_events', { batch: [event()] }), 200, { batch: {} }, 12);
  await answers(post('/batch_events', { batch: [event(), event()] }), 200, { batch: {} }, 12);
});

test('173: nested data travels as it is', async (t) => {
  const wire = await occupied(t, [['test-channel']]);
  const data = JSON.stringify({ nested: { some: ['data', {}] } });
  await post('/batch_events', { batch: [event({ data })] });
  assert.equal(await wire.next(), `{"event":"NewEvent","channel":"test-channel","data":${JSON.stringify(data)}}`);
});

for (const [body, expected] of [
  [{}, { batch: ['The batch field is required.'] }],
  [{ batch: [] }, { batch: ['The batch field is required.'] }],
  [{ batch: 'x' }, { batch: ['The batch field must be an array.'] }],
  [{ batch: [{ name: 'e', channel: 'c' }] }, { 'batch.0.data': ['The batch.0.data field is required.'] }],
  [{ batch: [{}] }, {
    'batch.0.name': ['The batch.0.name field is required.'], 'batch.0.data': ['The batch.0.data field is required.'],
    'batch.0.channel': ['The batch.0.channel field is required when channels is not present.'],
  }],
  [{ batch: [event(), event({ socket_id: 1 })] }, { 'batch.1.socket_id': ['The batch.1.socket_id field must be a string.'] }],
]) {
  test(`175: the batch ${JSON.stringify(body).slice(0, 60)} is refused with 422`, () =>
    answers(post('/batch_events', body), 422, expected));
}

test('175: nothing of a refused batch is delivered', async (t) => {
  const wire = await occupied(t, [['test-channel']]);
  assert.equal((await post('/batch_events', { batch: [event(), { name: 'e' }] })).status, 422);
  assert.deepEqual(await wire.fence(), []);
});

test('178, 179: info in a batch', async (t) => {
  await occupied(t, [['presence-batch', aUser(1)], ['batch-one'], ['batch-two']]);
  const item = (channel, info) => event({ channel, ...(info ? { info } : {}) });
  await answers(post('/batch_events', { batch: [item('presence-batch', 'user_count'), item('batch-one', 'subscription_count'), item('batch-two', 'user_count,subscription_count')] }),
    200, { batch: [{ user_count: 1 }, { subscription_count: 1 }, { subscription_count: 1 }] });
  await answers(post('/batch_events', { batch: [item('presence-batch', 'user_count'), item('batch-one')] }), 200, { batch: [{ user_count: 1 }, {}] });
});

test('181, 182, 185: a channel and its attributes, forty bytes', async (t) => {
  await occupied(t, [['ask-one']]);
  await occupied(t, [['ask-one']]);
  await answers(get('/channels/ask-one', { info: 'user_count,subscription_count,cache' }), 200, { occupied: true, subscription_count: 2 }, 40);
  await answers(get('/channels/ask-one', { info: 'cache' }), 200, { occupied: true });
  await answers(get('/channels/ask-one', { info: 'subscription_count,user_count' }), 200, { occupied: true, subscription_count: 2 });
  await answers(get('/channels/nobody'), 200, { occupied: false });
});

test('183: what a cache channel keeps', async (t) => {
  await occupied(t, [['cache-ask']]);
  await post('/events', event({ channel: 'cache-ask' }));
  await answers(get('/channels/cache-ask', { info: 'subscription_count,cache' }), 200,
    { occupied: true, subscription_count: 1, cache: { event: 'NewEvent', data: '{"some":"data"}', channel: 'cache-ask' } });
});

test('184: one user on two sockets is one', async (t) => {
  await occupied(t, [['presence-ask', aUser(1)]]);
  await occupied(t, [['presence-ask', aUser(1)]]);
  await answers(get('/channels/presence-ask', { info: 'user_count,subscription_count' }), 200, { occupied: true, user_count: 1 });
});

test('186-189: the channels, eighty-one bytes', async (t) => {
  const fresh = await startServer(configText({ apps: [app] }));
  const wire = await Wire.connect(t, fresh, app);
  for (const [name, user] of channelUsers) await wire.join(name, user);
  await wire.join('left');
  wire.leave('left');
  await wire.fence();
  const ask = (params) => rest(fresh, app, 'GET', '/channels', { params });
  await answers(ask({ info: 'user_count' }), 200, { channels: { 'test-channel-one': {}, 'presence-test-channel-two': { user_count: 1 } } }, 81);
  await answers(ask({ info: 'user_count', filter_by_prefix: 'presence-' }), 200, { channels: { 'presence-test-channel-two': { user_count: 1 } } });
  await answers(ask({}), 200, { channels: { 'test-channel-one': {}, 'presence-test-channel-two': {} } });
  await fresh.stop();
});

test('190-193: users', async (t) => {
  await occupied(t, [['plain-users']]);
  await answers(get('/channels/plain-users/users'), 400, { error: 'Users can only be retrieved for presence channels.' });
  await answers(get('/channels/nobody/users'), 404, { error: 'Channel not found.' });
  for (const id of [1, 2, 3]) await occupied(t, [['presence-users', aUser(id)]]);
  await answers(get('/channels/presence-users/users'), 200, { users: [{ id: 1 }, { id: 2 }, { id: 3 }] }, 38);
  for (const id of [3, 2, 3]) await occupied(t, [['presence-again', aUser(id)]]);
  await answers(get('/channels/presence-again/users'), 200, { users: [{ id: 3 }, { id: 2 }] });
});

test('194, 195: connections, each once', async (t) => {
  const fresh = await startServer(configText({ apps: [app] }));
  for (let i = 0; i < 2; i++) {
    const wire = await Wire.connect(t, fresh, app);
    await wire.join('one');
    await wire.join('two');
  }
  await answers(rest(fresh, app, 'GET', '/connections'), 200, { connections: 2 }, 17);
  await fresh.stop();
});

test('197: the health check, fifteen bytes, with and without slashes', async () => {
  for (const path of ['/up', '/up/', '//up']) await answers(request(server, 'GET', path), 200, { health: 'OK' }, 15);
});

test('199, 200, 202: terminate nobody, in no application, on no route', async () => {
  await answers(rest(server, app, 'POST', '/users/nobody/terminate_connections', { body: '{}' }), 200, {}, 2);
  assert.equal((await rest(server, app, 'POST', '/users/1/terminate_connections', { appId: 'nobody' })).status, 404);
  assert.equal((await rest(server, app, 'POST', '/channels/users/not-a-user/terminate_connections')).status, 404);
});

test('207, 208, 210: names in paths', async (t) => {
  await occupied(t, [['name with spaces'], ['a/b'], ['kanál']]);
  for (const name of ['name with spaces', 'a/b', 'kanál'])
    await answers(get(`/channels/${encodeURIComponent(name)}`), 200, { occupied: true });
  assert.equal((await get('/channels/a/b')).status, 404);
  await answers(get('/channels/kan%C3%A1l/'), 200, { occupied: true });
});

test('338: user ids 0 and 1', async (t) => {
  const one = await Wire.connect(t, server, app);
  const two = await Wire.connect(t, server, app);
  assert.deepEqual((await one.join('presence-zero', aUser(0, { n: 0 }))).presence, { count: 1, ids: [0], hash: { 0: { n: 0 } } });
  assert.deepEqual((await two.join('presence-zero', aUser(1, { n: 1 }))).presence, { count: 2, ids: [0, 1], hash: { 0: { n: 0 }, 1: { n: 1 } } });
  one.leave('presence-zero');
  assert.deepEqual(JSON.parse((await two.nextJson()).data), { user_id: 0 });
});

test('84, 86, 87, 94: members without an id are let in and never told of', async (t) => {
  const [watcher, silent, named] = await Promise.all([0, 1, 2].map(() => Wire.connect(t, server, app)));
  await watcher.join('presence-anonymous', aUser('w'));
  silent.subscribe('presence-anonymous');
  assert.deepEqual(JSON.parse((await silent.nextJson()).data).presence, { count: 1, ids: ['w'], hash: { w: { name: 'User w' } } });
  await named.join('presence-anonymous', '{"name":"Joe"}');
  silent.leave('presence-anonymous');
  await silent.fence();
  assert.deepEqual(await watcher.fence(), []);
  const alone = await Wire.connect(t, server, app);
  assert.deepEqual(await alone.join('presence-alone'), { presence: { count: 0, ids: [], hash: {} } });
  await answers(get('/channels/presence-alone/users'), 200, { users: [] });
});
