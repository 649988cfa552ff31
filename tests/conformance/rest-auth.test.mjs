// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// rest-auth.test.mjs: who may use the REST interface; every refusal by its status and its words (131-150, 201).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { anApp, configText, startServer } from '../fixtures/server.mjs';
import { Wire, rest, signedQuery } from '../fixtures/clients.mjs';

const app = anApp('app-id', { key: 'app-key', secret: 'app-secret' });
let server;
before(async () => { server = await startServer(configText({ apps: [app] })); });
after(() => server.stop());

const EVENT = { name: 'NewEvent', channel: 'test-channel', data: '{"some":"data"}' };
const SIGNATURE = { error: 'Authentication signature invalid.' };
const NO_TIME = { error: 'Authentication timestamp missing or invalid.' };
const OFF_TIME = { error: 'Authentication timestamp out of range.' };
const ago = (seconds) => ({ params: { auth_timestamp: String(Math.floor(Date.now() / 1000) - seconds) } });

async function answers(status, expected, ...request) {
  const answer = await rest(server, app, ...request);
  assert.deepEqual([answer.status, answer.json], [status, expected]);
}

test('131, 132: a valid signature, with the md5 of the body', async () => {
  await answers(200, { channels: {} }, 'GET', '/channels');
  await answers(200, {}, 'POST', '/events', { body: EVENT });
});

test('133, 142, 143: a tampered, doubled or missing signature', async () => {
  await answers(401, SIGNATURE, 'GET', '/channels', { signature: 'deadbeef' });
  await answers(401, SIGNATURE, 'GET', '/channels', { signature: null });
  const path = `/apps/${app.id}/channels`;
  const query = signedQuery(app, 'GET', path, '');
  const sum = /auth_signature=(\w+)/.exec(query)[1];
  const rawQuery = query.replace(/auth_signature=\w+/, `auth_signature[]=${sum}&auth_signature[]=${sum}`);
  await answers(401, SIGNATURE, 'GET', '/channels', { rawQuery });
});

test('134, 135: an application that does not exist', async () => {
  await answers(404, { error: 'No matching application for ID [nobody].' }, 'GET', '/channels', { appId: 'nobody' });
});

test('136, 137, 140: ten minutes either way, and no second more', async () => {
  await answers(401, OFF_TIME, 'GET', '/channels', ago(605));
  await answers(401, OFF_TIME, 'GET', '/channels', ago(-605));
  await answers(200, { channels: {} }, 'GET', '/channels', ago(595));
  await answers(200, { channels: {} }, 'GET', '/channels', ago(-595));
});

test('138, 139: a timestamp that is missing or none', async () => {
  await answers(401, NO_TIME, 'GET', '/channels', { omit: ['auth_timestamp'] });
  for (const text of ['not-a-timestamp', '', '1e9', '-5', '17000000000000000000000000'])
    assert.equal((await rest(server, app, 'GET', '/channels', { params: { auth_timestamp: text } })).status, 401, text);
});

test('138: the signature is looked at before the time', async () => {
  await answers(401, SIGNATURE, 'GET', '/channels', { omit: ['auth_timestamp'], secret: 'wrong' });
});

test('141: a grace of 0 asks for no time at all', async () => {
  const lenient = await startServer(configText({ server: { 'auth-timestamp-grace': 0 }, apps: [app] }));
  for (const options of [{ params: { auth_timestamp: '1700000000' } }, { omit: ['auth_timestamp'] }])
    assert.equal((await rest(lenient, app, 'GET', '/channels', options)).status, 200);
  await lenient.stop();
});

test('144, 145: a signature of another method or path', async () => {
  await answers(401, SIGNATURE, 'GET', '/channels', { signMethod: 'POST' });
  await answers(401, SIGNATURE, 'GET', '/channels', { signPath: `/apps/${app.id}/events` });
});

test('146: a body that was changed afterwards', async () => {
  await answers(401, SIGNATURE, 'POST', '/events', { body: EVENT, sentBody: JSON.stringify({ ...EVENT, name: 'Other' }) });
});

test('147: a list in the query is signed joined by commas', async () => {
  const query = `auth_key=${app.key}&auth_timestamp=${Math.floor(Date.now() / 1000)}&auth_version=1.0`;
  const sum = createHmac('sha256', app.secret).update(`GET\n/apps/${app.id}/channels\n${query}&foo=a,b`).digest('hex');
  await answers(200, { channels: {} }, 'GET', '/channels', { rawQuery: `${query}&foo[]=a&foo[]=b&auth_signature=${sum}` });
});

test('148, 159, 177, 201: every resource wants its signature', async (t) => {
  const wire = await Wire.connect(t, server, app);
  await wire.join('guarded');
  for (const resource of ['/channels', '/channels/guarded', '/channels/guarded/users', '/connections'])
    await answers(401, SIGNATURE, 'GET', resource, { secret: 'wrong' });
  await answers(401, SIGNATURE, 'POST', '/events', { body: { ...EVENT, channel: 'guarded' }, secret: 'wrong' });
  await answers(401, SIGNATURE, 'POST', '/batch_events', { body: { batch: [{ ...EVENT, channel: 'guarded' }] }, secret: 'wrong' });
  await answers(401, SIGNATURE, 'POST', '/users/1/terminate_connections', { body: '{}', secret: 'wrong' });
  assert.deepEqual(await wire.fence(), []);
});

test('the vectors of the protocol', () => {
  const sign = (secret, text) => createHmac('sha256', secret).update(text).digest('hex');
  const query = signedQuery(app, 'GET', '/apps/app-id/channels', '', {
    params: { auth_timestamp: '1700000000', filter_by_prefix: 'presence-', info: 'user_count,subscription_count' },
  });
  assert.match(query, /auth_signature=588fbe1cbc96a79509ea04babd1a58ef6aff37cb8da22ddb5dbe2dfb1cfcedf2$/);
  assert.equal(sign('app-secret', '1234.5678:private-orders'), '2d1e5109f17c93a347d0a52f060df3a517761ce1ddcd7bce2998c4f1925a7cab');
});
