// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// browser.test.mjs: Laravel Echo in headless Chromium, on a page that this test serves: two tabs, two users.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { aUser, query, sdk } from '../fixtures/clients.mjs';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { until } from '../fixtures/deadline.mjs';

const app = anApp('123456');
const elsewhere = anApp('2', { 'allowed-origins': 'example.com;*.example.org' });
const here = anApp('3', { 'allowed-origins': 'example.com;127.0.0.1' });
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-proxy-server'];
const WAIT = { timeout: 20000 };
let server;
let backend;
let pages;
let browser;
let profile;

const module = (name) => fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url));
const FILES = {
  '/': ['text/html', fileURLToPath(new URL('page.html', import.meta.url))],
  '/pusher.js': ['text/javascript', module('pusher-js/dist/web/pusher.min.js')],
  '/echo.js': ['text/javascript', module('laravel-echo/dist/echo.iife.js')],
};

/** What an application's backend answers to the browser's request for a signature. */
function authorize(request, response, url) {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    const form = new URLSearchParams(body);
    const user = url.searchParams.get('user');
    const answer = backend.authorizeChannel(form.get('socket_id'), form.get('channel_name'), aUser(user, { name: user }));
    response.end(JSON.stringify(answer));
  });
}

function serve(request, response) {
  const url = new URL(request.url, 'http://page');
  if (url.pathname === '/auth') {
    authorize(request, response, url);
    return;
  }
  const [type, file] = FILES[url.pathname] ?? [];
  response.writeHead(file ? 200 : 404, { 'Content-Type': type ?? 'text/plain' });
  response.end(file ? fs.readFileSync(file) : 'no such page');
}

before(async () => {
  server = await startServer(configText({ apps: [app, elsewhere, here] }));
  backend = sdk(server, app);
  pages = http.createServer(serve);
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
  profile = fs.mkdtempSync(path.join(os.tmpdir(), 'resonate-browser-'));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS,
  });
});
after(async () => {
  await browser?.close();
  pages?.closeAllConnections();
  pages?.close();
  fs.rmSync(profile, { recursive: true, force: true });
  await server.stop();
});

/** A tab of USER with APPLICATION, closed with the test T. */
async function tab(t, user, application = app) {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`http://127.0.0.1:${pages.address().port}/?port=${server.port}&key=${application.key}&user=${user}`);
  return page;
}

/** Waits until PAGE has heard WHAT, and returns the first value that came with it after SKIP others. */
async function heard(page, what, skip = 0) {
  const found = await page.waitForFunction(
    ([name, after]) => heard.filter(([event]) => event === name)[after], [what, skip], WAIT);
  return (await found.jsonValue())[1];
}

test('two tabs, two users: who is here, who joins, whispers, events, who leaves', async (t) => {
  const ann = await tab(t, 'ann');
  assert.deepEqual(await heard(ann, 'here'), [{ name: 'ann' }]);
  const bob = await tab(t, 'bob');
  assert.deepEqual(await heard(bob, 'here'), [{ name: 'ann' }, { name: 'bob' }]);
  assert.deepEqual(await heard(ann, 'joining'), { name: 'bob' });

  await ann.evaluate(() => { room.whisper('typing', { who: 'ann', text: 'žluťoučký 😀' }); });
  assert.deepEqual(await heard(bob, 'typing'), { who: 'ann', text: 'žluťoučký 😀' });

  await backend.trigger('presence-room', 'news', { headline: 'Both of you' });
  for (const page of [ann, bob]) assert.deepEqual(await heard(page, 'news'), { headline: 'Both of you' });
  assert.equal(await ann.evaluate(() => heard.some(([what]) => what === 'typing')), false, 'nobody hears their own whisper');

  await bob.close();
  assert.deepEqual(await heard(ann, 'leaving'), { name: 'bob' });
});

test('a tab that is reloaded is back', async (t) => {
  const ann = await tab(t, 'ann');
  await heard(ann, 'here');
  const bob = await tab(t, 'bob');
  await heard(bob, 'here');
  await bob.reload();
  assert.equal((await heard(bob, 'here')).length, 2);
  await backend.trigger('presence-room', 'news', { again: true });
  assert.deepEqual(await heard(bob, 'news'), { again: true });
  await until(async () => (await query(backend, '/channels/presence-room', { info: 'user_count' })).user_count === 2, 'both are counted');
});

test('an event that excludes a tab reaches the other only', async (t) => {
  const [ann, bob] = [await tab(t, 'ann'), await tab(t, 'bob')];
  await heard(ann, 'here');
  await heard(bob, 'here');
  const socketId = await ann.evaluate(() => echo.socketId());
  await backend.trigger('presence-room', 'news', { n: 1 }, { socket_id: socketId });
  await backend.trigger('presence-room', 'news', { n: 2 });
  assert.deepEqual(await heard(ann, 'news'), { n: 2 });
  assert.deepEqual([await heard(bob, 'news'), await heard(bob, 'news', 1)], [{ n: 1 }, { n: 2 }]);
});

test('a page from a host that is not allowed is refused, and stays away', async (t) => {
  const page = await tab(t, 'ann', elsewhere);
  assert.equal(await heard(page, 'error'), 4009);
  await heard(page, 'disconnected');
  assert.equal(await page.evaluate(() => connection.state), 'disconnected');
});

test('a page from a host that is allowed is served', async (t) => {
  const page = await tab(t, 'ann', here);
  await heard(page, 'connected');
});
