// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// process.test.mjs: the program: how it starts, what it refuses, what signals do (290-305, 329-330, 347).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { anApp, configText, resonated, startServer } from '../fixtures/server.mjs';
import { Wire, request, rest } from '../fixtures/clients.mjs';
import { until, within } from '../fixtures/deadline.mjs';

const app = anApp('123456');
const other = anApp('2');

/** A directory that goes with the test T. */
function scratch(t) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'resonate-process-'));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Runs the server with ARGS to its end: { status, out, err }. */
async function run(t, args, env = {}) {
  const home = scratch(t);
  const child = spawn(resonated(), args, {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, XDG_CONFIG_HOME: home, HOME: home, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  const done = { out: '', err: '' };
  child.stdout.on('data', (part) => { done.out += part; });
  child.stderr.on('data', (part) => { done.err += part; });
  done.status = await within(new Promise((resolve) => child.on('close', resolve)), `resonated ${args.join(' ')} to end`);
  return done;
}

function written(t, text) {
  const file = path.join(scratch(t), 'resonate.conf');
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}

test('one line on standard output, and it is true', async () => {
  const server = await startServer(configText({ apps: [app] }));
  assert.equal(server.stdout, `Serving on http://127.0.0.1:${server.port}\n`);
  assert.equal((await request(server, 'GET', '/up')).status, 200);
  await server.stop();
  assert.equal(server.stdout.split('\n').length, 2);
});

test('197: a server that is down refuses connections', async () => {
  const server = await startServer(configText({ apps: [app] }));
  await server.stop();
  await assert.rejects(request(server, 'GET', '/up'), { code: 'ECONNREFUSED' });
});

test('--version', async (t) => {
  const { status, out } = await run(t, ['--version']);
  assert.equal(status, 0);
  assert.match(out, /\d+\.\d+\.\d+/);
});

test('290-299: a PID file is there as long as it serves, and is nobody else\'s', async (t) => {
  const file = path.join(scratch(t), 'resonated.pid');
  const server = await startServer(configText({ server: { 'pid-file': file }, apps: [app] }));
  assert.equal(fs.readFileSync(file, 'utf8'), String(server.pid));
  await server.stop();
  assert.equal(fs.existsSync(file), false);

  const second = await startServer(configText({ server: { 'pid-file': file }, apps: [app] }));
  fs.writeFileSync(file, '1');
  await second.stop();
  assert.equal(fs.readFileSync(file, 'utf8'), '1');
});

test('1: a PID file that is a symbolic link', async (t) => {
  const dir = scratch(t);
  const [link, target] = [path.join(dir, 'link'), path.join(dir, 'precious')];
  fs.writeFileSync(target, 'precious');
  fs.symlinkSync(target, link);
  const config = written(t, configText({ server: { 'pid-file': link }, apps: [app] }));
  const { status, out, err } = await run(t, ['--config', config, '--no-bus', '--host', '127.0.0.1', '--port', '0']);
  assert.equal(status, 1);
  assert.equal(out, '');
  assert.match(err, /pid-file: .*link is a symbolic link/);
  assert.equal(fs.readFileSync(target, 'utf8'), 'precious');
});

test('2: wrong usage', async (t) => {
  assert.equal((await run(t, ['--no-such-option'])).status, 2);
});

test('1: the port is taken', async (t) => {
  const taken = net.createServer();
  await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const args = ['--config', written(t, configText({ apps: [app] })), '--no-bus', '--host', '127.0.0.1'];
  const { status, err } = await run(t, [...args, '--port', String(taken.address().port)]);
  assert.equal(status, 1);
  assert.match(err, new RegExp(String(taken.address().port)));
});

for (const [what, line, value] of [
  ['a value that is none', 'ping-interval = soon', /ping-interval/],
  ['a key that is none', 'ping-intervall = 60', /ping-intervall/],
  ['a word where a number belongs', 'max-connections = many', /max-connections/],
]) {
  test(`78: ${what} is named with file, line and key`, async (t) => {
    const file = written(t, `${configText({ apps: [app] }).trimEnd()}\n${line}\n`);
    const number = fs.readFileSync(file, 'utf8').split('\n').indexOf(line) + 1;
    for (const args of [['--check'], ['--port', '0']]) {
      const { status, err } = await run(t, ['--config', file, '--no-bus', ...args]);
      assert.equal(status, 78);
      assert.match(err, value);
      assert.ok(err.includes(`${file}:${number}`) || (err.includes(file) && err.includes(String(number))), err);
    }
  });
}

test('78: an application without a secret', async (t) => {
  const { status, err } = await run(t, ['--config', written(t, '[app 1]\nkey = k\n'), '--no-bus', '--check']);
  assert.equal(status, 78);
  assert.match(err, /secret/);
});

test('78: no configuration at all, and what to do about it', async (t) => {
  const { status, err } = await run(t, ['--no-bus', '--port', '0']);
  assert.equal(status, 78);
  assert.match(err, /resonatectl install/);
});

test('a server of the session has the configuration of its user, with drop-ins', async (t) => {
  const home = scratch(t);
  const folder = path.join(home, 'resonate', 'resonate.conf.d');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(home, 'resonate', 'resonate.conf'), configText({ apps: [app] }), { mode: 0o600 });
  fs.writeFileSync(path.join(folder, '10.conf'), '[server]\nport = 70000\n');
  const env = { XDG_CONFIG_HOME: home };

  const refused = await run(t, ['--session', '--check'], env);
  assert.equal(refused.status, 78);
  assert.match(refused.err, /10\.conf:2: /);
  fs.rmSync(path.join(folder, '10.conf'));
  assert.equal((await run(t, ['--session', '--check'], env)).status, 0);
  assert.equal((await run(t, ['--session', '--check'])).status, 78);
});

test('0: --check of a configuration that is good', async (t) => {
  const { status } = await run(t, ['--config', written(t, configText({ apps: [app] })), '--no-bus', '--check']);
  assert.equal(status, 0);
});

test('--env-file serves the application of a Laravel .env', async (t) => {
  const file = path.join(scratch(t), '.env');
  fs.writeFileSync(file, 'REVERB_APP_ID=77\nREVERB_APP_KEY="laravel-key"\nREVERB_APP_SECRET=laravel-secret\n');
  const server = await startServer('', { args: ['--env-file', file] });
  const wire = await Wire.connect(t, server, { id: '77', key: 'laravel-key', secret: 'laravel-secret' });
  await wire.join('private-laravel');
  await server.stop();
});

test('options win over the environment, the environment over the file', async () => {
  const server = await startServer(configText({ server: { path: '/file' }, apps: [app] }), { env: { REVERB_SERVER_PATH: '/env' } });
  assert.equal(server.prefix, '/env');
  await server.stop();
  const option = await startServer(configText({ apps: [app] }), { env: { REVERB_SERVER_PATH: '/env' }, args: ['--path', '/opt'] });
  assert.equal(option.prefix, '/opt');
  await option.stop();
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`303, 304: ${signal} closes with 1001 and ends with 0`, async (t) => {
    const server = await startServer(configText({ apps: [app] }));
    const wire = await Wire.connect(t, server, app);
    assert.equal(await server.stop(signal), 0);
    assert.equal((await wire.end()).code, 1001);
  });
}

/** Whether SERVER takes no new client: it does not listen, or it does not let one in. */
async function refusesNew(server) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: server.host, port: server.port });
    socket.on('error', () => resolve(true));
    socket.on('connect', () => socket.write(`GET /app/${app.key} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n`
      + 'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'));
    socket.on('data', (part) => { resolve(!String(part).startsWith('HTTP/1.1 101')); socket.destroy(); });
    socket.on('end', () => resolve(true));
  });
}

test('347: SIGUSR2 keeps who is there, takes nobody new, and ends with the last', async (t) => {
  const server = await startServer(configText({ server: { 'drain-timeout': '60s' }, apps: [app] }));
  const [one, two] = [await Wire.connect(t, server, app), await Wire.connect(t, server, app)];
  await one.join('private-drain');
  await two.join('private-drain');
  server.kill('SIGUSR2');
  server.kill('SIGUSR2');
  await until(() => within(refusesNew(server), 'an answer while draining'), 'nobody new is taken');
  one.whisper('private-drain', 'client-still', { here: true });
  assert.equal((await two.nextJson()).event, 'client-still');
  await Promise.all([one.close(), two.close()]);
  assert.equal(server.inspect(await within(server.exited, 'the server to end with its last client')), 0);
});

test('302, 347: a drain ends when its time is over, with 4200: come back at once', async (t) => {
  const server = await startServer(configText({ server: { 'drain-timeout': '500ms' }, apps: [app] }));
  const wire = await Wire.connect(t, server, app);
  server.kill('SIGUSR2');
  assert.equal((await wire.end()).code, 4200);
  assert.equal(server.inspect(await within(server.exited, 'the server to end')), 0);
});

test('what a publisher or a client names is one line of the log', async () => {
  const server = await startServer(configText({ apps: [app] }), { args: ['--debug'] });
  const channel = 'cache-a\nforged\u001b[31m\u009b';
  const answer = await rest(server, app, 'POST', '/events', { body: { name: 'e', data: '{}', channel } });
  assert.equal(answer.status, 200);
  await until(() => server.stderr.includes('Broadcasting to cache-a\\x0aforged\\x1b[31m\\x9b: '), 'the line');
  await server.stop();
  assert.doesNotMatch(server.stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|^forged/m);
});
