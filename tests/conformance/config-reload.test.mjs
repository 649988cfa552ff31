// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// config-reload.test.mjs: the configuration is read again: applied as a whole, or refused as a whole.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { WebSocket } from 'ws';
import { Wire, connected, pusherJs, query, request, rest, sdk, subscribed } from '../fixtures/clients.mjs';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { until, within } from '../fixtures/deadline.mjs';

const app = anApp('1001');
const other = anApp('2002');
const ended = (text) => /(nothing has changed|is refused, and|Configuration: )/.test(text);

function scratch(t) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'resonate-reload-'));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Has the configuration read again; what the log says of it. */
async function hangUp(server) {
  const before = server.stderr.length;
  server.kill('SIGHUP');
  await until(() => ended(server.stderr.slice(before)), 'a word about the configuration');
  return server.stderr.slice(before);
}

/** The same by a server without TLS, whose file has TEXT from now on if there is one. */
async function reload(server, text) {
  const before = server.stderr.length;
  if (text !== undefined) fs.writeFileSync(server.file, text, { mode: 0o600 });
  await hangUp(server);
  // The list is written in one turn of the loop: who is answered after its first line has waited for the last.
  await request(server, 'GET', '/up');
  return server.stderr.slice(before);
}

const changes = (log) => [...log.matchAll(/Configuration: (.*)$/gm)].map(([, change]) => change);

test('a file that has not changed is no change', async (t) => {
  const server = await startServer(configText({ apps: [app] }));
  const wire = await Wire.connect(t, server, app);
  const log = await reload(server);
  assert.match(log, /nothing has changed/);
  assert.deepEqual(changes(log), []);
  assert.deepEqual(await wire.fence(), []);
  await server.stop();
});

test('what can take effect does so, and what cannot is named', async (t) => {
  const server = await startServer(configText({ apps: [app] }));
  const wire = await Wire.connect(t, server, app);
  const next = configText({ server: { 'max-request-size': 16, path: '/ws' }, apps: [{ ...app, 'activity-timeout': 7 }] });
  const expected = ['[server] path needs a reload', '[server] max-request-size changed', '[app 1001] activity-timeout changed'];
  assert.deepEqual(changes(await reload(server, next)), expected);

  assert.deepEqual(await wire.fence(), []);
  assert.equal((await Wire.connect(t, server, app)).established.activity_timeout, 7);
  const big = { name: 'e', channel: 'c', data: 'x' };
  assert.equal((await rest(server, app, 'POST', '/events', { body: big })).status, 413);

  // What has taken effect is no change any more, and what has not still is.
  assert.deepEqual(changes(await reload(server)), expected.slice(0, 1));
  await server.stop();
});

test('a configuration that is no good is refused with its line, and the one before goes on', async (t) => {
  const server = await startServer(configText({ apps: [app] }));
  const wire = await Wire.connect(t, server, app);
  const bad = `${configText({ server: { 'max-request-size': 16 }, apps: [other] }).trimEnd()}\nping-interval = soon\n`;
  const log = await reload(server, bad);
  const line = bad.split('\n').indexOf('ping-interval = soon') + 1;
  assert.match(log, new RegExp(`is refused, and the one before goes on: ${server.file}:${line}: \\[app 2002\\] ping-interval: `));
  assert.deepEqual(changes(log), []);

  assert.deepEqual(await wire.fence(), []);
  assert.equal((await rest(server, app, 'POST', '/events', { body: { name: 'e', channel: 'c', data: 'x' } })).status, 200);
  assert.equal((await rest(server, other, 'GET', '/channels')).status, 404);
  await server.stop();
});

test('a file that is gone is refused, too', async (t) => {
  const server = await startServer(configText({ apps: [app] }));
  const wire = await Wire.connect(t, server, app);
  fs.unlinkSync(server.file);
  assert.match(await reload(server), /is refused, and the one before goes on: .*resonate\.conf/);
  assert.deepEqual(await wire.fence(), []);
  await server.stop();
});

test('a secret is rotated without one refused request', async (t) => {
  const renewed = { ...app, secret: 'another-secret' };
  const server = await startServer(configText({ apps: [app] }));
  const client = pusherJs(t, server, app);
  await connected(client);
  await subscribed(client, 'private-a');

  // A publisher that never pauses, and changes over while both secrets are live.
  const publisher = { backend: sdk(server, app), published: 0, goes: true };
  const publishing = (async () => {
    while (publisher.goes) {
      await publisher.backend.trigger('private-a', 'e', { n: publisher.published });
      publisher.published += 1;
    }
  })();
  const more = async () => {
    const reached = publisher.published + 5;
    await Promise.race([publishing, until(() => publisher.published >= reached, 'more to be published')]);
  };

  await more();
  const both = configText({ apps: [{ ...renewed, 'previous-secret': app.secret }] });
  assert.deepEqual(changes(await reload(server, both)), ['[app 1001] secret changed', '[app 1001] previous-secret changed']);
  await more();
  await subscribed(client, 'private-old');
  publisher.backend = sdk(server, renewed);
  await more();
  const another = pusherJs(t, server, renewed);
  await connected(another);
  await subscribed(another, 'private-new');
  const log = await reload(server, configText({ apps: [renewed] }));
  assert.deepEqual(changes(log), ['[app 1001] previous-secret changed']);
  await more();
  publisher.goes = false;
  await publishing;

  assert.equal((await rest(server, app, 'GET', '/channels')).status, 401);
  assert.equal((await rest(server, renewed, 'GET', '/channels')).status, 200);
  assert.equal(client.connection.state, 'connected');
  assert.doesNotMatch(server.stderr, /another-secret|secret-1001/);
  await server.stop();
});

test('a secret in a file is read again', async (t) => {
  const dir = scratch(t);
  const file = path.join(dir, 'secret');
  const { secret, ...fields } = app;
  fs.writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const server = await startServer(configText({ apps: [{ ...fields, 'secret-file': file }] }));
  fs.writeFileSync(file, 'another-secret\n');
  assert.deepEqual(changes(await reload(server)), ['[app 1001] secret changed']);
  assert.equal((await rest(server, { ...app, secret: 'another-secret' }, 'GET', '/channels')).status, 200);
  await server.stop();
});

test('an application comes, is switched off, on again, and goes', async (t) => {
  const server = await startServer(configText({ apps: [app] }));
  const bystander = await Wire.connect(t, server, app);

  assert.deepEqual(changes(await reload(server, configText({ apps: [app, other] }))), ['[app 2002] added']);
  const client = pusherJs(t, server, other);
  await connected(client);
  const wire = await Wire.connect(t, server, other);

  const off = configText({ apps: [app, { ...other, enabled: 'false' }] });
  assert.deepEqual(changes(await reload(server, off)), ['[app 2002] enabled changed']);
  assert.deepEqual(await wire.error(), { code: 4003, message: 'Application disabled' });
  assert.deepEqual(await wire.end(), { code: 4003, reason: 'Application disabled' });
  // 4000 to 4099: the client is not to come back by itself.
  await until(() => client.connection.state === 'disconnected', 'pusher-js to give up');
  const refused = await Wire.open(t, server, other);
  assert.deepEqual(await refused.error(), { code: 4003, message: 'Application disabled' });
  assert.deepEqual(await refused.end(), { code: 4003, reason: 'Application disabled' });
  assert.equal((await rest(server, other, 'GET', '/channels')).status, 403);
  await assert.rejects(query(sdk(server, other), '/channels'), { status: 403 });

  assert.deepEqual(changes(await reload(server, configText({ apps: [app, other] }))), ['[app 2002] enabled changed']);
  const back = await Wire.connect(t, server, other);
  assert.deepEqual(changes(await reload(server, configText({ apps: [app] }))), ['[app 2002] removed']);
  assert.equal((await back.end()).code, 4001);
  assert.equal((await rest(server, other, 'GET', '/channels')).status, 404);

  assert.deepEqual(await bystander.fence(), []);
  await server.stop();
});

/** A certificate for localhost, called NAME, in DIR. */
function certify(dir, name) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-keyout', path.join(dir, 'key.pem'), '-out', path.join(dir, 'cert.pem'), '-subj', `/CN=${name}`], { stdio: 'ignore' });
}

/** Whose certificate a new handshake is shown. */
function shownBy(server) {
  return within(new Promise((resolve, reject) => {
    const socket = tls.connect({ host: server.host, port: server.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', reject);
  }), 'a handshake');
}

test('a certificate is replaced while a client stays connected', async (t) => {
  const dir = scratch(t);
  certify(dir, 'before');
  const keys = { 'tls-certificate': path.join(dir, 'cert.pem'), 'tls-key': path.join(dir, 'key.pem') };
  const server = await startServer(configText({ server: keys, apps: [app] }));
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/app/${app.key}?protocol=7`, { rejectUnauthorized: false });
  const wire = new Wire(socket, app);
  t.after(() => socket.terminate());
  await wire.nextJson('the greeting');
  assert.equal(await shownBy(server), 'before');

  certify(dir, 'after');
  assert.deepEqual(changes(await hangUp(server)), ['[server] tls-certificate changed']);
  assert.equal(await shownBy(server), 'after');
  assert.deepEqual(await wire.fence(), []);
  assert.match(await hangUp(server), /nothing has changed/);

  fs.writeFileSync(path.join(dir, 'cert.pem'), 'no certificate\n');
  assert.match(await hangUp(server), /is refused, and the one before goes on: Cannot load the certificate .*cert\.pem/);
  assert.equal(await shownBy(server), 'after');
  assert.deepEqual(await wire.fence(), []);
  await server.stop();
});

/** The datagrams that reach PLACE and tell of a start or a reload, as lines. Node has no sockets of this family: a few lines of Python hold it. */
async function listenAt(t, place) {
  const program = 'import socket, sys\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\n'
    + 'print("bound", flush=True)\nwhile True: print(s.recv(4096).decode().replace("\\n", " "), flush=True)';
  const listener = spawn('/usr/bin/python3', ['-c', program, place], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  t.after(() => listener.kill());
  listener.stdout.on('data', (bytes) => { text += bytes; });
  const lines = () => text.split('\n').slice(1, -1).filter((line) => /^(READY|RELOADING)=/.test(line));
  await until(() => text.includes('bound\n'), 'the socket');
  return lines;
}

test('the service manager hears when it begins and when it is over', async (t) => {
  const place = path.join(scratch(t), 'notify');
  const words = await listenAt(t, place);
  const server = await startServer(configText({ apps: [app] }), { env: { NOTIFY_SOCKET: place } });
  await until(() => words().length === 1, 'the first word');
  await reload(server, 'nonsense\n');
  await until(() => words().length === 3, 'the words about the reload');
  const [started, began, over] = words();
  assert.equal(started, 'READY=1');
  assert.match(began, /^RELOADING=1 MONOTONIC_USEC=\d+$/);
  assert.equal(over, 'READY=1');
  await server.stop();
});

test('a server that drains keeps the configuration that it has', async (t) => {
  const server = await startServer(configText({ apps: [app] }));
  const wire = await Wire.connect(t, server, app);
  server.kill('SIGUSR2');
  await until(() => server.stderr.includes('Draining'), 'the drain');
  fs.writeFileSync(server.file, configText({ apps: [other] }), { mode: 0o600 });
  server.kill('SIGHUP');
  await until(() => server.stderr.includes('is not read again'), 'a word about it');
  assert.deepEqual(await wire.fence(), []);
  await server.stop();
});

test('who asks while one is under way is not forgotten', async () => {
  const server = await startServer(configText({ apps: [app] }));
  fs.writeFileSync(server.file, configText({ apps: [app, other] }), { mode: 0o600 });
  for (let i = 0; i < 50; i += 1) server.kill('SIGHUP');
  await until(() => server.stderr.includes('[app 2002] added'), 'the first');
  fs.writeFileSync(server.file, configText({ apps: [app] }), { mode: 0o600 });
  server.kill('SIGHUP');
  await until(() => server.stderr.includes('[app 2002] removed'), 'the last');
  await server.stop();
});
