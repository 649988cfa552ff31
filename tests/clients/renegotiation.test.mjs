// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// renegotiation.test.mjs: clients of TLS 1.2 that want a second handshake and say no more. They are closed, and cost no
// thread and nobody's handshake.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Duplex } from 'node:stream';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { QUERY } from '../fixtures/clients.mjs';
import { within } from '../fixtures/deadline.mjs';

const CLIENTS = 50;
const app = anApp();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'resonate-tls-'));
const files = { certificate: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
let server;
before(async () => {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-keyout', files.key, '-out', files.certificate, '-days', '2', '-subj', '/CN=localhost'], { stdio: 'ignore' });
  server = await startServer(configText({
    server: { 'tls-certificate': files.certificate, 'tls-key': files.key }, apps: [app],
  }));
});
after(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true });
});

const threads = () => fs.readdirSync(`/proc/${server.pid}/task`).length;

/** A TCP connection that says one thing more and then nothing, once its LAST_WORD has begun. */
class Faltering extends Duplex {
  lastWord = false;
  isSilent = false;

  constructor(socket) {
    super();
    this.socket = socket;
    socket.on('data', (bytes) => this.push(bytes));
    socket.on('error', () => {});
    socket.on('close', () => this.push(null));
  }

  _read() {}

  _write(bytes, encoding, done) {
    if (!this.isSilent) this.socket.write(bytes);
    this.isSilent ||= this.lastWord && bytes.length > 0;
    done();
  }
}

/** A client over BASE, a stream, once it has shaken hands. */
async function secure(t, base, options) {
  const client = tls.connect({ socket: base, rejectUnauthorized: false, ...options });
  client.on('error', () => {});
  t.after(() => client.destroy());
  await within(new Promise((resolve, reject) => {
    client.once('secureConnect', resolve);
    client.once('close', () => reject(new Error('closed in the handshake')));
  }), 'the handshake');
  return client;
}

/** What a bystander is answered: a new connection, and a handshake of its own. */
async function bystander(t) {
  const client = await secure(t, net.connect(server.port, server.host));
  client.write('GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const bytes of client) text += bytes;
  return text.split('\r\n')[0];
}

/** A WebSocket over TLS 1.2, or a connection that has asked for /up, which can begin again and go silent. */
async function renegotiator(t, isWebSocket) {
  const socket = net.connect(server.port, server.host);
  const base = new Faltering(socket);
  const gone = new Promise((resolve) => socket.once('close', resolve));
  const client = await secure(t, base, { maxVersion: 'TLSv1.2' });
  const lines = isWebSocket
    ? [`GET /app/${app.key}${QUERY} HTTP/1.1`, 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', '', '']
    : ['GET /up HTTP/1.1', 'Host: localhost', '', ''];
  client.write(lines.join('\r\n'));
  await within(new Promise((resolve) => client.once('data', resolve)), 'an answer');
  return {
    begin() {
      base.lastWord = true;
      client.renegotiate({}, () => {});
    },
    gone,
    said: () => base.isSilent,
  };
}

for (const [what, isWebSocket] of [['WebSockets', true], ['idle HTTP connections', false]]) {
  test(`${CLIENTS} ${what} that renegotiate and fall silent`, async (t) => {
    const clients = [];
    for (let i = 0; i < CLIENTS; i++) clients.push(await renegotiator(t, isWebSocket));
    assert.match(await bystander(t), / 200 /);
    const before = threads();

    for (const client of clients) client.begin();
    assert.match(await bystander(t), / 200 /);
    await within(Promise.all(clients.map(({ gone }) => gone)), 'all of them to be closed');
    assert.ok(clients.every((client) => client.said()));
    assert.match(await bystander(t), / 200 /);

    // Room for the handshakes of bystanders, which have threads of their own.
    assert.ok(threads() <= before + 10, `${before} threads before, ${threads()} after`);
  });
}
