// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// hostile.test.mjs: what no honest client sends; after each of them everyone else is served as before.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { QUERY, Wire, aUser, query, rawExchange, request, rest, sdk } from '../fixtures/clients.mjs';
import { until, within } from '../fixtures/deadline.mjs';

const app = anApp('123456', { 'max-message-size': 1000000 });
let server;
let bystander;
const keeper = { after: () => {} };
before(async () => {
  server = await startServer(configText({ server: { 'max-request-size': '1MiB', 'send-queue-size': '256KiB' }, apps: [app] }));
  bystander = await Wire.connect(keeper, server, app);
});
after(async () => {
  bystander.socket.terminate();
  await server.stop();
});
afterEach(async () => {
  const { status, text } = await request(server, 'GET', '/up');
  assert.deepEqual([status, text], [200, '{"health":"OK"}']);
  assert.deepEqual(await bystander.fence(), []);
});

const INVALID = { code: 4200, message: 'Invalid message format' };
const N = 100000;
const handshake = (path = `/app/${app.key}${QUERY}`) => [
  `GET ${path} HTTP/1.1`, 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', '', ''].join('\r\n');

/** A masked client frame, with a mask of nothing. */
const frame = (text, claimed = Buffer.byteLength(text), first = 0x81) => {
  const head = Buffer.alloc(claimed < 126 ? 6 : 14);
  head[0] = first;
  head[1] = 0x80 | (claimed < 126 ? claimed : 127);
  if (claimed >= 126) head.writeBigUInt64BE(BigInt(claimed), 2);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** A TCP connection that has sent BYTES and waits, until the test is over. */
function holding(t, bytes) {
  const socket = net.connect({ host: server.host, port: server.port });
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  return within(new Promise((resolve) => socket.write(bytes, () => resolve(socket))), 'the bytes to be sent');
}

for (const [what, text] of Object.entries({
  'brackets': '['.repeat(N),
  'brackets, closed': '['.repeat(N) + ']'.repeat(N),
  'objects': '{"a":'.repeat(N),
  'brackets as data': `{"event":"client-x","channel":"private-x","data":${'['.repeat(N)}${']'.repeat(N)}}`,
  'brackets as text in data': `{"event":"pusher:subscribe","data":"${'['.repeat(N)}"}`,
  'brackets as channel_data': `{"event":"pusher:subscribe","data":{"channel":"presence-x","auth":"a:b","channel_data":"${'['.repeat(N)}"}}`,
})) {
  test(`a message of ${N} ${what}`, async (t) => {
    const wire = await Wire.connect(t, server, app);
    wire.send(text);
    assert.deepEqual(await wire.error(), INVALID);
    assert.deepEqual(await wire.fence(), []);
  });
}

test('a member whose signed channel_data is nested too deep', async (t) => {
  const wire = await Wire.connect(t, server, app);
  wire.subscribe('presence-deep', `{"user_id":"1","user_info":${'['.repeat(200)}${']'.repeat(200)}}`);
  assert.deepEqual(await wire.error(), INVALID);
  assert.deepEqual(await query(sdk(server, app), '/channels/presence-deep'), { occupied: false });
});

for (const [what, body] of Object.entries({ 'brackets': '['.repeat(N), 'closed brackets': '['.repeat(N) + ']'.repeat(N), 'objects': '{"a":'.repeat(N) })) {
  test(`a signed body of ${N} ${what}`, async () => {
    const { status, json } = await rest(server, app, 'POST', '/events', { body });
    assert.equal(status, 400);
    assert.equal(typeof json.error, 'string');
  });
}

test('a signed body that is no UTF-8', async () => {
  const { status } = await rest(server, app, 'POST', '/events', { body: '{"name":"e","channel":"c","data":"\ud800"}' });
  assert.ok([200, 400].includes(status));
  const sent = await rawExchange(server, Buffer.concat([
    Buffer.from(`POST /apps/${app.id}/events?auth_signature=x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n`), Buffer.from([0xff, 0xfe, 0])]),
  (text) => /\r\n\r\n/.test(text));
  assert.match(sent.text, /^HTTP\/1\.1 4\d\d /);
});

test('half requests, half handshakes and half frames, many of them, held open', async (t) => {
  const established = (text) => text.includes('connection_established');
  await Promise.all(Array.from({ length: 60 }, (_, i) => holding(t, [
    'GET /up HT', 'POST /apps/1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{', handshake().slice(0, -4), ''][i % 4])));
  for (const tail of [frame('x', 500000), frame('', 2 ** 20 - 1), Buffer.from([0x81]), frame('x', 1, 0x01)]) {
    const { text } = await rawExchange(server, Buffer.concat([Buffer.from(handshake()), tail]), established);
    assert.match(text, /^HTTP\/1\.1 101 /);
  }
});

test('connections that are reset in the middle of everything', async () => {
  for (let i = 0; i < 100; i++) {
    const socket = net.connect({ host: server.host, port: server.port });
    socket.on('error', () => {});
    const bytes = [handshake(), handshake().slice(0, 50), 'GET /up HTTP/1.1\r\nHost: x\r\n\r\n', ''][i % 4];
    await within(new Promise((resolve) => {
      socket.on('connect', () => socket.write(bytes || 'x', () => {
        socket.resetAndDestroy();
        resolve();
      }));
    }), 'the reset');
  }
  const backend = sdk(server, app);
  await until(async () => (await query(backend, '/connections')).connections === 1, 'only the bystander is left');
});

test('a frame that claims 2^63 bytes', async () => {
  const head = Buffer.concat([Buffer.from([0x81, 0xff]), Buffer.alloc(8, 0xff), Buffer.alloc(4)]);
  const { closed } = await rawExchange(server, Buffer.concat([Buffer.from(handshake()), head]));
  assert.ok(closed);
});

test('fragments without end do not pile up', async (t) => {
  const wire = await Wire.connect(t, server, app);
  for (let i = 0; i < 400; i++) wire.socket.send('x'.repeat(50000), { fin: false });
  // Twenty megabytes against a cap of sixteen. The reset may overtake the close frame: we are still sending.
  assert.ok([1009, 1006].includes((await wire.end()).code));
});

const answered = (text) => /\r\n\r\n/.test(text);
for (const [what, bytes, statuses] of [
  ['a body that claims ten gigabytes', `POST /apps/${app.id}/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n{`, [413]],
  ['a negative length', 'POST /apps/1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', [400]],
  ['two lengths', 'POST /apps/1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', [400]],
  ['a chunked body', 'POST /apps/1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n', [411]],
  ['a head of 64 KiB', `GET /up HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(65536)}\r\n\r\n`, [431]],
  ['ten thousand headers', `GET /up HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(10000)}\r\n`, [431]],
  ['a request line of 20 KiB', `GET /${'a'.repeat(20000)} HTTP/1.1\r\nHost: x\r\n\r\n`, [431]],
  ['two hosts', 'GET /up HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', [400]],
  ['a NUL in the head', 'GET /up HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', [400]],
  ['a range of a range', `GET /up HTTP/1.1\r\nHost: x\r\nRange: bytes=${'0-,'.repeat(5000)}0-\r\n\r\n`, [200, 400, 431]],
]) {
  test(what, async () => {
    const { text } = await rawExchange(server, bytes, answered);
    assert.ok(statuses.includes(Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1])), text.slice(0, 200));
  });
}

test('noise: an answer of 400, or the end', async () => {
  for (const bytes of ['\0'.repeat(100), 'hello\r\n\r\n', 'GET\r\n\r\n', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3, 13, 10, 13, 10]), 'GET /up HTTP/9.9\r\nHost: x\r\n\r\n']) {
    const { text, closed } = await rawExchange(server, bytes, answered);
    assert.ok(closed || /^HTTP\/1\.1 (400|505) /.test(text), JSON.stringify([String(bytes), text.slice(0, 100)]));
  }
});

test('unknown paths and wrong methods', async () => {
  for (const path of ['/', '/nope', '/apps', `/apps/${app.id}`, '/app', '/app/a/b', `/apps/${app.id}/nope`]) {
    const { status, json } = await request(server, 'GET', path);
    assert.deepEqual([path, status, typeof json.error], [path, 404, 'string']);
  }
  for (const path of ['/%00', '/..%2f..%2fetc/passwd', '/%zz']) assert.ok([400, 404].includes((await request(server, 'GET', path)).status));
  for (const [method, path, allow] of [['POST', '/up', 'GET'], ['DELETE', `/apps/${app.id}/events`, 'POST'], ['PUT', `/apps/${app.id}/channels`, 'GET']]) {
    const { status, headers, json } = await request(server, method, path);
    assert.deepEqual([path, status, typeof json.error], [path, 405, 'string']);
    assert.ok(headers.allow.split(/, */).includes(allow));
  }
});

test('bytes behind the handshake, in the same segment, are a message', async () => {
  const { text } = await rawExchange(server, Buffer.concat([Buffer.from(handshake()), frame('{"event":"pusher:ping"}')]),
    (got) => got.includes('pusher:pong'));
  assert.ok(text.indexOf('connection_established') < text.indexOf('pusher:pong'));
});

test('a client that never reads is let go, and nobody waits for it', async (t) => {
  const idler = await Wire.connect(t, server, app);
  const reader = await Wire.connect(t, server, app);
  await idler.join('flood');
  await reader.join('flood');
  idler.socket.pause();
  const backend = sdk(server, app);
  const data = 'z'.repeat(200000);
  await within((async () => {
    while ((await query(backend, '/channels/flood', { info: 'subscription_count' })).subscription_count === 2) {
      await backend.trigger('flood', 'e', data);
      assert.equal((await reader.nextJson()).data.length, data.length);
    }
  })(), 'the end of the idle client', 20000);
  assert.deepEqual(await reader.fence(), []);
  await until(() => idler.socket.readyState !== 1 || (idler.socket.resume(), false), 'the idle client is closed');
});

test('a presence channel under a storm of joins and leaves', async (t) => {
  const watcher = await Wire.connect(t, server, app);
  await watcher.join('presence-storm', aUser('w'));
  const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.connect(t, server, app)));
  for (let round = 0; round < 10; round++)
    for (const [i, wire] of wires.entries()) {
      wire.subscribe('presence-storm', aUser(String(i % 5)));
      wire.leave('presence-storm');
    }
  await Promise.all(wires.map((wire) => wire.fence()));
  const balance = {};
  for (const text of await watcher.fence()) {
    const { event, data } = JSON.parse(text);
    const { user_id: id } = JSON.parse(data);
    balance[id] = (balance[id] ?? 0) + (event.endsWith('added') ? 1 : -1);
    assert.ok([0, 1].includes(balance[id]), `${id} joined or left twice`);
  }
  assert.deepEqual(Object.values(balance), [0, 0, 0, 0, 0]);
  assert.deepEqual(await query(sdk(server, app), '/channels/presence-storm/users'), { users: [{ id: 'w' }] });
});
