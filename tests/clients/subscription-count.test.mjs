// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// subscription-count.test.mjs: `subscription-count = true` tells a channel how many are on it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, aUser, pusherJs, record } from '../fixtures/clients.mjs';

const counting = anApp('123456', { 'subscription-count': 'true' });
const silent = anApp('2');
let server;
before(async () => { server = await startServer(configText({ apps: [counting, silent] })); });
after(() => server.stop());

test('pusher-js learns the count as others come and go', async (t) => {
  const client = pusherJs(t, server, counting);
  const channel = client.subscribe('counted');
  const counts = record(channel, 'pusher:subscription_count');
  const reaches = async (wanted) => {
    for (;;) {
      const { data } = await counts.take(`a count of ${wanted}`);
      if (data.subscription_count === wanted) return;
    }
  };
  await reaches(1);
  const wire = await Wire.connect(t, server, counting);
  await wire.join('counted');
  await reaches(2);
  wire.leave('counted');
  await reaches(1);
  assert.equal(channel.subscriptionCount, 1);
});

test('the frame, byte for byte', async (t) => {
  const wire = await Wire.connect(t, server, counting);
  await wire.join('bytes');
  assert.equal(await wire.next(), '{"event":"pusher_internal:subscription_count","data":"{\\"subscription_count\\":1}","channel":"bytes"}');
});

test('presence channels count members and need no other number', async (t) => {
  const wire = await Wire.connect(t, server, counting);
  await wire.join('presence-counted', aUser('1'));
  assert.deepEqual(await wire.fence(), []);
});

test('off unless it is asked for', async (t) => {
  const wire = await Wire.connect(t, server, silent);
  await wire.join('counted');
  assert.deepEqual(await wire.fence(), []);
});
