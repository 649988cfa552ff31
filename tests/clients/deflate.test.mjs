// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// deflate.test.mjs: permessage-deflate with a client that has an implementation of its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { QUERY, sdk } from '../fixtures/clients.mjs';
import { Inbox, within } from '../fixtures/deadline.mjs';

const CROWD = 80; // enough for a broadcast to be a loop over all of them
const app = anApp('1001', { 'accept-client-events-from': 'members' });
let server;
before(async () => {
  server = await startServer(configText({ server: { 'permessage-deflate': 'true' }, apps: [app] }));
});
after(() => server.stop());

/** A client whose messages are in inbox; OPTIONS are those of ws. */
async function open(t, options, to = server) {
  const socket = new WebSocket(`ws://${to.host}:${to.port}/app/${app.key}${QUERY}`, options);
  const inbox = new Inbox();
  const closed = new Promise((resolve) => { socket.on('close', (code) => resolve(code)); });
  socket.on('message', (bytes) => inbox.push(JSON.parse(String(bytes))));
  t.after(() => socket.terminate());
  await within(new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); }), 'the upgrade');
  assert.equal((await inbox.take()).event, 'pusher:connection_established');
  return { socket, inbox, closed, say: (message) => socket.send(JSON.stringify(message)) };
}

async function join(client, channel) {
  client.say({ event: 'pusher:subscribe', data: { channel } });
  assert.equal((await client.inbox.take()).event, 'pusher_internal:subscription_succeeded');
}

const compressing = { perMessageDeflate: { threshold: 0 } };
const plain = { perMessageDeflate: false };

test('what is agreed on: no context is kept, on either side', async (t) => {
  const asked = await open(t, compressing);
  assert.equal(asked.socket.extensions, 'permessage-deflate');
  const { params } = asked.socket._extensions['permessage-deflate'];
  assert.deepEqual({ ...params }, { client_no_context_takeover: true, server_no_context_takeover: true });
  assert.equal((await open(t, plain)).socket.extensions, '');
});

test('not unless the configuration says so', async (t) => {
  const other = await startServer(configText({ apps: [app] }));
  try {
    assert.equal((await open(t, compressing, other)).socket.extensions, '');
  } finally {
    await other.stop();
  }
});

test('a crowd of both kinds hears the same', async (t) => {
  const backend = sdk(server, app);
  const crowd = [];
  for (let i = 0; i < CROWD; i++) crowd.push(await open(t, i % 2 ? compressing : plain));
  await Promise.all(crowd.map((client) => join(client, 'news')));
  const texts = ['short', 'long '.repeat(500), `${'é😀'.repeat(300)}`];
  for (const text of texts) await backend.trigger('news', 'told', { text });
  for (const client of crowd) {
    for (const text of texts) assert.deepEqual(JSON.parse((await client.inbox.take()).data), { text });
  }
});

test('compressed in fragments, with a ping in between, among messages that are not', async (t) => {
  const client = await open(t, compressing);
  const ping = JSON.stringify({ event: 'pusher:ping', data: { pad: 'x'.repeat(3000) } });
  client.socket.send(ping, { compress: false });
  client.socket.send(ping.slice(0, 1000), { compress: true, fin: false });
  client.socket.ping();
  client.socket.send(ping.slice(1000), { compress: true, fin: true });
  client.socket.send(ping, { compress: true });
  client.socket.send(ping, { compress: false });
  for (let i = 0; i < 4; i++) assert.deepEqual(await client.inbox.take(), { event: 'pusher:pong' });
});

test('a message that is too long when it is inflated', async (t) => {
  const client = await open(t, compressing);
  client.say({ event: 'pusher:ping', data: { pad: 'x'.repeat(1 << 20) } });
  client.say({ event: 'pusher:ping' });
  const error = await client.inbox.take();
  assert.equal(JSON.parse(error.data).code, 4019);
  assert.deepEqual(await client.inbox.take(), { event: 'pusher:pong' });
});

test('what is no compressed data, and what is no text', async (t) => {
  const broken = await open(t, compressing);
  broken.socket._socket.write(Buffer.from([0xc1, 0x84, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]));
  assert.equal(await within(broken.closed, 'the close'), 1007);
  const wrong = await open(t, compressing);
  wrong.socket.send(Buffer.from([0xc3, 0x28]), { compress: true, binary: false });
  assert.equal(await within(wrong.closed, 'the close'), 1007);
});
