// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// prefix.test.mjs: a server under a path: everything is there, and nothing without it (166-168, 212-214).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, connected, once, pusherJs, request, rest, sdk } from '../fixtures/clients.mjs';

const app = anApp('123456');

for (const [what, config, args] of [
  ['path = /ws', { path: '/ws' }, []],
  ['path = ws/', { path: 'ws/' }, []],
  ['--path /ws', {}, ['--path', '/ws']],
  ['--path over path', { path: '/other' }, ['--path', 'ws']],
]) {
  test(what, async (t) => {
    const server = await startServer(configText({ server: config, apps: [app] }), { args });
    assert.equal(server.prefix, '/ws');
    const body = { name: 'e', channel: 'c', data: 'x' };
    const wire = await Wire.connect(t, server, app);
    await wire.join('c');
    assert.equal((await rest(server, app, 'POST', '/events', { body })).status, 200);
    const signed = { body, signPath: `/ws/apps/${app.id}/events` };
    assert.equal((await rest(server, app, 'POST', '/events', signed)).status, 200);
    assert.equal((await wire.fence()).length, 2);
    const bare = { ...server, prefix: '' };
    assert.equal((await rest(bare, app, 'POST', '/events', { body })).status, 404);
    assert.equal((await request(server, 'GET', '/ws/up')).status, 200);
    assert.equal((await request(server, 'GET', '/up')).status, 404);
    const client = pusherJs(t, server, app);
    await connected(client);
    await once(client.subscribe('prefixed'), 'pusher:subscription_succeeded');
    client.disconnect();
    await server.stop();
  });
}

test('no path at all', async () => {
  const server = await startServer(configText({ apps: [app] }));
  assert.equal(server.prefix, '');
  assert.equal((await sdk(server, app).trigger('c', 'e', {})).status, 200);
  await server.stop();
});
