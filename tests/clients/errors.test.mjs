// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// errors.test.mjs: what is refused, with which code, and whether the connection lives on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, connected, once, pusherJs, query, sdk } from '../fixtures/clients.mjs';
import { until } from '../fixtures/deadline.mjs';

const plain = anApp('123456');
const single = anApp('1', { 'max-connections': 1 });
const closed = anApp('0', { 'max-connections': 0 });
const choosy = anApp('2', { 'allowed-origins': 'example.com;*.example.org;xn--exmple-cua.com' });
const small = anApp('3', { 'max-message-size': 100 });
const endless = anApp('4', { 'max-message-size': 0, 'max-channel-name-length': 60000 });
const limited = anApp('5', { 'rate-limiting-enabled': 'true', 'rate-limit-max-attempts': 3, 'rate-limit-decay-seconds': 1 });
const strict = anApp('6', { 'rate-limiting-enabled': 'true', 'rate-limit-max-attempts': 1, 'rate-limit-decay-seconds': 60, 'rate-limit-terminate': 'true' });
const tight = anApp('7', { 'max-channel-name-length': 10, 'max-subscriptions-per-connection': 2 });
let server;
before(async () => {
  server = await startServer(configText({ apps: [plain, single, closed, choosy, small, endless, limited, strict, tight] }));
});
after(() => server.stop());

const INVALID = { code: 4200, message: 'Invalid message format' };
const RATE = { code: 4301, message: 'Rate limit exceeded' };
const ORIGIN = { code: 4009, message: 'Origin not allowed' };
const QUOTA = { code: 4004, message: 'Application is over connection quota' };

/** Refused at the door: the error frame, then a close frame that says the same. */
async function refused(t, app, expected, options) {
  const wire = await Wire.open(t, server, app, options);
  assert.deepEqual(await wire.error(), expected);
  assert.deepEqual(await wire.end(), { code: expected.code, reason: expected.message });
}

test('4001: an unknown key', async (t) => {
  const wire = await Wire.open(t, server, plain, { key: 'nobody' });
  assert.equal(await wire.next(), '{"event":"pusher:error","data":"{\\"code\\":4001,\\"message\\":\\"Application does not exist\\"}"}');
  assert.deepEqual(await wire.end(), { code: 4001, reason: 'Application does not exist' });
  await refused(t, plain, { code: 4001, message: 'Application does not exist' }, { key: 'k'.repeat(200) });
});

test('4001: pusher-js gives up', async (t) => {
  const client = pusherJs(t, server, { ...plain, key: 'nobody' });
  const error = once(client.connection, 'error');
  const gone = once(client.connection, 'disconnected');
  assert.equal((await error).error.data.code, 4001);
  await gone;
});

test('4004: over the quota, subscribed or not, and free again afterwards', async (t) => {
  const wire = await Wire.connect(t, server, single);
  for (let i = 0; i < 3; i++) await refused(t, single, QUOTA);
  assert.deepEqual(await query(sdk(server, single), '/connections'), { connections: 1 });
  await wire.close();
  const next = await until(async () => {
    const other = await Wire.open(t, server, single);
    return (await other.nextJson()).event === 'pusher:connection_established' && other;
  }, 'the place is free');
  assert.deepEqual(await next.fence(), []);
});

test('4004: a quota of nothing', (t) => refused(t, closed, QUOTA));

test('4009: origins', async (t) => {
  for (const origin of [undefined, '', 'null', 'https://sub.example.com', 'https://example.org', 'https://example.com.evil.com', 'example.com', 'https://exämple.com'])
    await refused(t, choosy, ORIGIN, { origin: origin && Buffer.from(origin).toString('latin1') });
  for (const origin of ['https://example.com', 'https://EXAMPLE.com', 'https://example.com:8443', 'http://a.b.example.org', 'https://xn--exmple-cua.com']) {
    const wire = await Wire.connect(t, server, choosy, { origin });
    assert.deepEqual(await wire.fence(), []);
  }
  const anywhere = await Wire.connect(t, server, plain, { origin: 'http://anything.example.org:1234' });
  assert.deepEqual(await anywhere.fence(), []);
});

test('4009: a rejected client gets nothing done before it is closed', async (t) => {
  const wire = await Wire.open(t, server, choosy, { origin: 'http://evil.com' });
  wire.send({ event: 'pusher:subscribe', data: { channel: 'sneaky' } });
  assert.deepEqual(await wire.error(), ORIGIN);
  assert.equal((await wire.end()).code, 4009);
  assert.deepEqual(await query(sdk(server, choosy), '/channels'), { channels: {} });
});

test('4009: bad signatures leave the connection open and no channel behind', async (t) => {
  const wire = await Wire.connect(t, server, plain);
  const other = await Wire.connect(t, server, plain);
  for (const name of ['private-x', 'presence-x', 'private-cache-x', 'presence-cache-x', 'private-encrypted-x']) {
    const data = name.startsWith('presence') ? '{"user_id":"1"}' : undefined;
    for (const auth of [undefined, null, '', 'invalid-signature', 'deadbeefdeadbeef', `${plain.key}:${'0'.repeat(64)}`, other.signed(name, data)]) {
      wire.subscribe(name, data, { auth });
      assert.deepEqual(await wire.error(), { code: 4009, message: 'Connection is unauthorized' }, `${name} ${auth}`);
    }
    assert.deepEqual(await query(sdk(server, plain), `/channels/${name}`, { info: 'subscription_count' }), { occupied: false });
  }
  assert.deepEqual(await wire.fence(), []);
});

test('4009: names that are too long or reserved; 4302: one subscription too many', async (t) => {
  const wire = await Wire.connect(t, server, tight);
  wire.subscribe('x'.repeat(11));
  assert.deepEqual(await wire.error(), { code: 4009, message: 'Channel name is longer than 10 characters' });
  wire.subscribe('#server-x');
  assert.deepEqual(await wire.error(), { code: 4009, message: 'Channel name is reserved' });
  await wire.join('one');
  await wire.join('x'.repeat(10));
  wire.subscribe('three');
  assert.deepEqual(await wire.error(), { code: 4302, message: 'Subscription limit of 2 reached' });
  wire.leave('one');
  await wire.join('three');
});

test('4019: an oversized message, whole or in fragments; the connection stays', async (t) => {
  const wire = await Wire.connect(t, server, small);
  const padded = (length) => `{"event":"pusher:ping","data":{}}${' '.repeat(length - 33)}`;
  wire.send(padded(100));
  assert.equal(await wire.next(), '{"event":"pusher:pong"}');
  for (const text of [padded(101), 'x'.repeat(5000)]) {
    wire.send(text);
    assert.deepEqual(await wire.error(), { code: 4019, message: 'Message size exceeded' });
  }
  for (let i = 0; i < 4; i++) wire.socket.send('x'.repeat(40), { fin: i === 3 });
  assert.deepEqual(await wire.error(), { code: 4019, message: 'Message size exceeded' });
  assert.deepEqual(await wire.fence(), []);
});

test('1009: past the hard cap', async (t) => {
  const wire = await Wire.connect(t, server, small);
  wire.send('x'.repeat(1200000));
  assert.equal((await wire.end()).code, 1009);
});

test('no limit on messages where it is set to none', async (t) => {
  const wire = await Wire.connect(t, server, endless);
  await wire.join('y'.repeat(50000));
});

test('4301: the fourth message, and again after the window', async (t) => {
  const wire = await Wire.connect(t, server, limited);
  for (let i = 0; i < 6; i++) wire.send({ event: 'pusher:ping' });
  for (let i = 0; i < 3; i++) assert.equal(await wire.next(), '{"event":"pusher:pong"}');
  for (let i = 0; i < 3; i++) assert.deepEqual(await wire.error(), RATE);
  await until(async () => {
    wire.send({ event: 'pusher:ping' });
    return (await wire.next()) === '{"event":"pusher:pong"}';
  }, 'the window is over');
});

test('4301: with terminate the connection ends', async (t) => {
  const wire = await Wire.connect(t, server, strict);
  wire.send({ event: 'pusher:ping' });
  wire.send({ event: 'pusher:ping' });
  assert.equal(await wire.next(), '{"event":"pusher:pong"}');
  assert.deepEqual(await wire.error(), RATE);
  assert.deepEqual(await wire.end(), { code: 4301, reason: 'Rate limit exceeded' });
});

test('no limit on the rate unless it is enabled', async (t) => {
  const wire = await Wire.connect(t, server, plain);
  for (let i = 0; i < 200; i++) wire.send({ event: 'pusher:ping' });
  for (let i = 0; i < 200; i++) assert.equal(await wire.next(), '{"event":"pusher:pong"}');
});

const GARBAGE = [
  'Hi', '', '{}', '[]', 'null', '5', '"foo"', 'true', '{"event":"pusher:ping"', '{"event":null}', '{"event":""}', '{"event":"  "}',
  '{"event":5}', '{"event":[]}', '{"event":["x"]}', '{"event":"pusher:"}', '{"event":"pusher:nope"}', '{"event":"foo"}',
  '{"event":"pusher:ping","data":"hello"}', '{"event":"pusher:ping","data":5}', '{"event":"pusher:ping","data":"5"}',
  '{"event":"pusher:subscribe"}', '{"event":"pusher:unsubscribe"}', '{"event":"client-start-typing","channel":[]}',
  '{"event":"pusher:subscribe","data":"sfsfsfs"}', '{"event":"pusher:subscribe","data":{"channel":[]}}',
  '{"event":"pusher:subscribe","data":{"channel":null}}', '{"event":"pusher:subscribe","data":{"channel":"presence-x","auth":[]}}',
  '{"event":"pusher:subscribe","data":{"channel":"presence-x","auth":"","channel_data":[]}}',
  '{"event":"pusher:subscribe","data":{"channel":"presence-x","auth":"","channel_data":"Hello"}}',
  '\ufeff{"event":"pusher:ping"}', "{'event':'pusher:ping'}", '{"event":"pusher:connection_established","data":{}}',
];

test('4200: everything that is no message, one error each', async (t) => {
  const wire = await Wire.connect(t, server, plain);
  for (const text of GARBAGE) {
    wire.send(text);
    assert.deepEqual([text, await wire.error()], [text, INVALID]);
  }
  wire.socket.send(Buffer.from([0x7b, 0xff, 0xfe]), { binary: true });
  assert.deepEqual(await wire.error(), INVALID);
  assert.deepEqual(await wire.fence(), []);
});

test('1007: text that is no UTF-8', async (t) => {
  const wire = await Wire.connect(t, server, plain);
  wire.socket.send(Buffer.from([0x7b, 0xff, 0xfe]), { binary: false });
  assert.equal((await wire.end()).code, 1007);
});

test('an error does not end what pusher-js has', async (t) => {
  const client = pusherJs(t, server, plain);
  await connected(client);
  const error = once(client.connection, 'error');
  client.connection.send_event('pusher:nope', {});
  assert.equal((await error).data.code, 4200);
  assert.equal(client.connection.state, 'connected');
});
