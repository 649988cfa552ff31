// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// The catalogue. Each entry is S(name, title, async (t) => { … }, options); names are stable: transcripts/<name>.json.
// t is the recorder of lib/harness.mjs: ws() connects, tx() sends a message, tf() a frame, sub() subscribes, rest() signs a REST call, http() sends raw bytes.
import { frame, sleep, wsKey } from './lib/net.mjs';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
export const list = [];
const S = (name, title, fn, o = {}) => list.push({ name, title, fn, ...o });
const J = JSON.stringify;
const B = (s) => Buffer.from(s, 'utf8');

// -------------------- connect
S('connect-ok', 'plain connect with the pusher-js query string', async (t) => { await t.ws('A'); await t.closeWs('A', 1000); });
S('connect-unknown-key', 'unknown app key: frame 4001 then TCP close', async (t) => { await t.ws('A', { key: 'no-such-key' }); });
S('connect-app3-activity-timeout', 'activity_timeout 5 in connection_established', async (t) => { await t.ws('A', { app: 3 }); });

// -------------------- origin
for (const [n, o] of Object.entries({
  none: null,
  exact: 'https://laravel.com',
  'exact-port-path': 'https://laravel.com:8443/x?y',
  upper: 'https://LARAVEL.COM',
  null: 'null',
  suffix: 'https://laravel.com.evil.com',
  empty: '',
})) {
  S(`origin-${n}`, `app2 allowed_origins [laravel.com, *.example.org], Origin: ${o === null ? '(absent)' : o}`, async (t) => {
    await t.ws('A', { app: 2, headers: o === null ? {} : { Origin: o } });
  });
}
S('origin-two-headers', 'two Origin headers: the first counts', async (t) => {
  await t.ws('A', { app: 2, headers: { Origin: 'https://laravel.com' }, extra: ['Origin: http://evil.com'] });
  await t.ws('B', { app: 2, headers: { Origin: 'http://evil.com' }, extra: ['Origin: https://laravel.com'] });
});
S('origin-rejected-still-usable', 'after the 4009 origin error the socket stays open: ping and subscribe still work?', async (t) => {
  await t.ws('A', { app: 2, headers: { Origin: 'http://evil.com' } });
  await t.tx('A', { event: 'pusher:ping', data: {} });
  await t.sub('A', 'after-bad-origin', { app: 2 });
  await t.event({ name: 'e', channel: 'after-bad-origin', data: 'x' }, { app: 2 });
  await t.tx('A', { event: 'pusher:connection_established', data: {} });
});
const O2 = { app: 2, headers: { Origin: 'https://laravel.com' } };

// -------------------- limit
S('limit-unsubscribed-not-counted', 'only connections with a subscription count towards max_connections', async (t) => {
  await t.ws('A', O2);
  await t.ws('B', O2);
  await t.ws('C', O2);
  await t.rest('GET', '/connections', { app: 2 });
});
S('limit-freed', 'after the subscriber leaves a new connection is accepted', async (t) => {
  await t.ws('A', O2);
  await t.sub('A', 'lim', { app: 2 });
  await t.drop('A');
  await t.ws('B', O2);
});
S('limit-over-and-bad-origin', 'over limit AND bad origin: which error first', async (t) => {
  await t.ws('A', O2);
  await t.sub('A', 'lim', { app: 2 });
  await t.ws('B', { app: 2, headers: { Origin: 'http://evil.com' } });
});

// -------------------- ws
for (const [n, p] of Object.entries({
  foo: '/foo',
  'app-slash': '/app/',
  'key-slash': '/app/reverb-key/',
  'key-extra': '/app/reverb-key/x',
  'double-slash': '//app/reverb-key',
  'percent-key': '/app/reverb%2Dkey',
  dotdot: '/x/../app/reverb-key',
})) {
  S(`ws-path-${n}`, `WebSocket upgrade on ${p}`, async (t) => { await t.ws('A', { path: p.replace('reverb-key', t.app(1).key) }); });
}
S('ws-upgrade-on-up', 'upgrade request on /up', async (t) => { await t.ws('A', { path: '/up' }); });
S('ws-upgrade-on-rest', 'upgrade request on a REST route', async (t) => { await t.ws('A', { path: `/apps/${t.app(1).id}/channels` }); });
const HS = (n, title, o) => S(`handshake-${n}`, title, async (t) => { await t.ws('A', o); await t.tx('A', { event: 'pusher:ping' }); });

// -------------------- handshake
HS('no-key', 'no Sec-WebSocket-Key', { drop: ['Sec-WebSocket-Key'] });
HS('bad-key', 'short Sec-WebSocket-Key', { headers: { 'Sec-WebSocket-Key': 'abc' } });
HS('two-keys', 'two Sec-WebSocket-Key headers', { extra: [`Sec-WebSocket-Key: ${wsKey}`] });
HS('version-8', 'Sec-WebSocket-Version: 8', { headers: { 'Sec-WebSocket-Version': '8' } });
HS('no-connection', 'no Connection header', { drop: ['Connection'] });
HS('connection-keepalive-upgrade', 'Connection: keep-alive, Upgrade', { headers: { Connection: 'keep-alive, Upgrade' } });
HS('http10', 'HTTP/1.0', { version: 'HTTP/1.0' });
HS('no-host', 'no Host header', { drop: ['Host'] });
HS('two-hosts', 'two Host headers', { extra: ['Host: other'] });
HS('post', 'POST with upgrade headers', { method: 'POST' });
HS('deflate-offer', 'permessage-deflate offered', { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } });
HS('deflate-unknown-param', 'permessage-deflate with unknown parameter', { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; foo=bar' } });
HS('content-length', 'GET with Content-Length: 0', { headers: { 'Content-Length': '0' } });
HS('split-bytes', 'handshake arriving one byte at a time', { qs: '', pieces: (b) => [...b].map((x) => Buffer.from([x])).reduce((a, x, i) => { const k = Math.floor(i / 8); a[k] = Buffer.concat([a[k] ?? Buffer.alloc(0), x]); return a; }, []) });
S('handshake-cookie-many-headers', '100 headers', async (t) => { await t.ws('A', { extra: Array.from({ length: 100 }, (_, i) => `X-H${i}: v`) }); });

// -------------------- ping
S('ping-event', 'pusher:ping in several shapes', async (t) => {
  await t.ws('A');
  for (const m of [{ event: 'pusher:ping' }, { event: 'pusher:ping', data: {} }, { event: 'pusher:ping', data: null }, { event: 'pusher:ping', data: [] }, { event: 'pusher:ping', data: '' }, { event: 'pusher:ping', data: '{}' }, { event: 'pusher:ping', data: 'text' }, { event: 'pusher:ping', data: 5 }, { event: 'pusher:ping', data: 0 }, { event: 'pusher:ping', data: true }, { event: 'pusher:ping', data: false }, { event: 'pusher:ping', channel: 'x', data: { a: 1 } }]) await t.tx('A', m);
});

// -------------------- control
S('control-ping', 'WebSocket ping frames', async (t) => {
  await t.ws('A');
  await t.tf('A', '', { op: 9 }, 'ping empty');
  await t.tf('A', 'hello', { op: 9 }, 'ping hello');
  await t.tf('A', Buffer.alloc(125, 97), { op: 9 }, 'ping 125');
  await t.tf('A', Buffer.from([0xff, 0xfe, 0]), { op: 9 }, 'ping non-utf8');
  await t.tf('A', 'x', { op: 10 }, 'unsolicited pong');
  await t.tx('A', { event: 'pusher:ping' });
});

// -------------------- sub
S('sub-public', 'subscribe public', async (t) => { await t.ws('A'); await t.sub('A', 'my-channel'); });
S('sub-public-twice', 'subscribe twice to the same channel', async (t) => {
  await t.ws('A');
  await t.sub('A', 'twice');
  await t.sub('A', 'twice');
  await t.event({ name: 'e', channel: 'twice', data: 'x' });
  await t.rest('GET', '/channels/twice', { query: { info: 'subscription_count' } });
});

// -------------------- unsub
S('unsub', 'unsubscribe, then events no longer arrive, then subscribe again', async (t) => {
  await t.ws('A');
  await t.sub('A', 'u1');
  await t.unsub('A', 'u1');
  await t.event({ name: 'e', channel: 'u1', data: 'x' });
  await t.sub('A', 'u1');
  await t.event({ name: 'e', channel: 'u1', data: 'y' });
});
S('unsub-not-subscribed', 'unsubscribe from a channel never joined / existing with others', async (t) => {
  await t.ws('A');
  await t.unsub('A', 'never');
  await t.ws('B');
  await t.sub('B', 'other');
  await t.unsub('A', 'other');
  await t.event({ name: 'e', channel: 'other', data: 'x' });
});

// -------------------- sub
for (const [n, c] of Object.entries({
  unicode: 'kanál-ž',
  emoji: 'ch-😀',
  space: 'a b',
  lt: '<b>&',
  del: 'a\u007fb',
  u2028: 'a\u2028b',
  at: 'a@b,c.d;e=f_g-h',
  zero: '0',
  num: '123',
  bigdigits: '00123',
  len201: 'y'.repeat(201),
  'space-only': ' ',
})) {
  S(`sub-name-${n}`, `public channel name ${c.length > 60 ? c.length + ' chars' : J(c)}`, async (t) => {
    await t.ws('A');
    await t.sub('A', c);
    await t.event({ name: 'e', channel: c, data: 'x' });
    if (c !== '') await t.rest('GET', `/channels/${encodeURIComponent(c)}`, { query: { info: 'subscription_count' } });
    await t.rest('GET', '/channels', { query: { info: 'subscription_count' } });
    await t.unsub('A', c);
  });
}
S('sub-name-lone-surrogate', 'escaped lone surrogate in channel name', async (t) => {
  await t.ws('A');
  await t.tx('A', '{"event":"pusher:subscribe","data":{"channel":"a\\ud800b"}}');
});
S('sub-name-escaped-unicode', 'escaped \\u00e9 equals raw é', async (t) => {
  await t.ws('A');
  await t.tx('A', '{"event":"pusher:subscribe","data":{"channel":"caf\\u00e9"}}');
  await t.event({ name: 'e', channel: 'café', data: 'x' });
});
for (const [n, v] of Object.entries({
  int: '123',
  float: '1.5',
  true: 'true',
  false: 'false',
  array: '[]',
})) {
  S(`sub-type-${n}`, `channel given as JSON ${v}`, async (t) => {
    await t.ws('A');
    await t.tx('A', `{"event":"pusher:subscribe","data":{"channel":${v}}}`);
    await t.rest('GET', '/channels');
  });
}
S('sub-data-shapes', 'subscribe with odd data', async (t) => {
  await t.ws('A');
  for (const m of ['{"event":"pusher:subscribe"}', '{"event":"pusher:subscribe","data":{}}', '{"event":"pusher:subscribe","data":[]}', '{"event":"pusher:subscribe","data":null}', '{"event":"pusher:subscribe","data":"chan"}', '{"event":"pusher:subscribe","data":"{\\"channel\\":\\"from-string\\"}"}', '{"event":"pusher:subscribe","channel":"top-level"}', '{"event":"pusher:subscribe","data":["a"]}', '{"event":"pusher:subscribe","data":5}', '{"event":"pusher:subscribe","data":"5"}', '{"event":"pusher:subscribe","data":"null"}', '{"event":"pusher:subscribe","data":{"channel":"extra","foo":1,"auth":null,"channel_data":null}}', '{"event":"pusher:subscribe","data":{"channel":"dup1","channel":"dup2"}}', '{"event":"pusher:subscribe","data":{"Channel":"case"}}']) await t.tx('A', m);
  await t.rest('GET', '/channels');
});
S('sub-prefix-kinds-authed', 'the same with auth', async (t) => {
  await t.ws('A');
  for (const c of ['privateer', 'presencefoo', 'private-cache', 'private-cachefoo', 'presence-cache', 'private', 'presence']) await t.sub('A', c, { data: /^presence/.test(c) ? { user_id: '1', user_info: {} } : undefined });
});
S('sub-public-extra', 'auth and channel_data on a public channel', async (t) => {
  await t.ws('A');
  await t.tx('A', { event: 'pusher:subscribe', data: { channel: 'pub-x', auth: 'bogus', channel_data: '{"user_id":"9","user_info":{"n":1}}' } });
  for (const cd of ['not json', '"str"', '5', '[]', '', '0', 'null', 'true', { user_id: 1 }, 5]) await t.tx('A', { event: 'pusher:subscribe', data: { channel: `pub-${typeof cd}-${typeof cd === 'string' ? cd.length : 'x'}`, channel_data: cd } });
  await t.tx('A', { event: 'client-a', channel: 'pub-x', data: {} });
  await t.rest('GET', '/channels');
});
S('sub-auth-types', 'auth as int/array/object on public and private', async (t) => {
  await t.ws('A');
  for (const a of [5, true, [], {}, 1.5]) { await t.tx('A', { event: 'pusher:subscribe', data: { channel: 'pub', auth: a } }); await t.tx('A', { event: 'pusher:subscribe', data: { channel: 'private-t', auth: a } }); }
});

// -------------------- private
S('private-ok', 'private with a good signature', async (t) => { await t.ws('A'); await t.sub('A', 'private-a'); await t.sub('A', 'private-a'); });
S('private-bad-signature', 'private with a bad signature, then good', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-a', { auth: `${t.app(1).key}:${'0'.repeat(64)}` });
  await t.sub('A', 'private-a', { auth: `${t.app(1).key}:short` });
  await t.sub('A', 'private-a');
});
S('private-missing-auth', 'private without auth', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-a', { auth: null });
  await t.sub('A', 'private-a', { auth: '' });
});
S('private-failed-leaves-channel', 'after a failed private subscribe: what do /channels and /channels/x say', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-ghost', { auth: 'x:y' });
  await t.rest('GET', '/channels', { query: { info: 'subscription_count' } });
  await t.rest('GET', '/channels/private-ghost', { query: { info: 'subscription_count' } });
});
S('private-wrong-secret', 'signed with another secret', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-a', { auth: t.auth('A', 'private-a', undefined, { secret: 'other' }) });
});
S('private-wrong-key-prefix', 'right signature, wrong/absent key prefix (is the key checked?)', async (t) => {
  await t.ws('A');
  const s = t.auth('A', 'private-a').split(':')[1];
  t.addRepl(s.toUpperCase(), '<HMAC upper case>');
  for (const a of [`nope:${s}`, `:${s}`, s, `a:b:${s}`, ` ${t.app(1).key}:${s}`, `${t.app(1).key}:${s} `, `${t.app(1).key}:${s.toUpperCase()}`]) await t.sub('A', 'private-a', { auth: a });
});

// -------------------- encrypted
S('encrypted-ok', 'private-encrypted-*: treated as private, ciphertext passes', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-encrypted-a');
  await t.event({ name: 'e', channel: 'private-encrypted-a', data: J({ nonce: 'bm9uY2U=', ciphertext: 'Y2lwaGVy/+==' }) });
  await t.tx('A', { event: 'client-x', channel: 'private-encrypted-a', data: { a: 1 } });
});
const U = (id, info = { name: `User ${id}` }) => ({ user_id: id, user_info: info });

// -------------------- presence
S('presence-ok', 'two users join, one leaves by unsubscribe, one by TCP close', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-a', { data: U('1') });
  await t.ws('B');
  await t.sub('B', 'presence-a', { data: U('2') });
  await t.rest('GET', '/channels/presence-a/users');
  await t.rest('GET', '/channels/presence-a', { query: { info: 'user_count,subscription_count' } });
  await t.unsub('B', 'presence-a');
  await t.sub('B', 'presence-a', { data: U('2') });
  await t.drop('B');
  await t.closeWs('A');
});
S('presence-int-and-string-same', 'user_id 7 and "7" are the same user?', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-m', { data: U(7) });
  await t.ws('B');
  await t.sub('B', 'presence-m', { data: U('7') });
  await t.ws('C');
  await t.sub('C', 'presence-m', { data: U('8') });
  await t.rest('GET', '/channels/presence-m/users');
  await t.drop('B');
  await t.drop('A');
});
S('presence-ids-0-1', 'user ids 0 and 1: PHP list/object confusion in "hash"', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-z', { data: U(0) });
  await t.ws('B');
  await t.sub('B', 'presence-z', { data: U(1) });
  await t.rest('GET', '/channels/presence-z/users');
  await t.drop('A');
  await t.drop('B');
});
S('presence-id-order', 'ids order and hash order: 10, 9, "b", "a", 2', async (t) => {
  for (const [n, id] of [['A', 10], ['B', 9], ['C', 'b'], ['D', 'a'], ['E', 2]]) { await t.ws(n); await t.sub(n, 'presence-o', { data: U(id) }); }
  await t.rest('GET', '/channels/presence-o/users');
});
S('presence-odd-ids', 'user_id float, bool, null, array, object, empty, long, big int', async (t) => {
  await t.ws('W');
  await t.sub('W', 'presence-od', { data: U('watch') });
  let i = 0;
  for (const id of ['1.5', 'true', 'false', 'null', '[1]', '{"a":1}', '""', '"' + 'u'.repeat(300) + '"', '12345678901234567890', '1.0']) { const n = `C${i++}`; await t.ws(n); await t.sub(n, `presence-od`, { data: `{"user_id":${id},"user_info":{}}` }); await t.unsub(n, 'presence-od'); }
});
S('presence-missing-user-id', 'channel_data without user_id', async (t) => {
  await t.ws('W');
  await t.sub('W', 'presence-mu', { data: U('w') });
  await t.ws('A');
  await t.sub('A', 'presence-mu', { data: { user_info: { a: 1 } } });
  await t.rest('GET', '/channels/presence-mu/users');
  await t.rest('GET', '/channels/presence-mu', { query: { info: 'user_count' } });
  await t.drop('A');
});
S('presence-no-channel-data', 'presence without channel_data', async (t) => {
  await t.ws('W');
  await t.sub('W', 'presence-nc', { data: U('w') });
  await t.ws('A');
  await t.sub('A', 'presence-nc');
  await t.rest('GET', '/channels/presence-nc/users');
  await t.unsub('A', 'presence-nc');
});
S('presence-unicode', 'unicode, slashes and quotes in user data', async (t) => {
  await t.ws('W');
  await t.sub('W', 'presence-u', { data: U('w') });
  await t.ws('A');
  await t.sub('A', 'presence-u', { data: U('ü/1"\\', { name: 'Žluťoučký 😀 </b>', url: 'http://x/y', nested: { a: [1, { b: null }], e: {}, l: [] }, n: 1.0, big: 1e21 }) });
  await t.sub('A', 'presence-u', { data: U('ü/1"\\') });
  await t.rest('GET', '/channels/presence-u/users');
  await t.drop('A');
});
S('presence-duplicate-user', 'same user in two tabs: member_added once, member_removed when the last leaves', async (t) => {
  await t.ws('W');
  await t.sub('W', 'presence-d', { data: U('w') });
  await t.ws('A');
  await t.sub('A', 'presence-d', { data: U('1') });
  await t.ws('B');
  await t.sub('B', 'presence-d', { data: U('1', { name: 'other tab' }) });
  await t.rest('GET', '/channels/presence-d', { query: { info: 'user_count,subscription_count' } });
  await t.rest('GET', '/channels/presence-d/users');
  await t.drop('A');
  await t.drop('B');
});
S('presence-extra-fields', 'channel_data with extra fields: what member_added carries', async (t) => {
  await t.ws('W');
  await t.sub('W', 'presence-x', { data: U('w') });
  await t.ws('A');
  await t.sub('A', 'presence-x', { data: '{ "foo" : "bar", "user_info":{"b":2,"a":1} ,"user_id":"1" }' });
});
S('presence-data-as-string', 'whole data member double-encoded', async (t) => {
  await t.ws('A');
  const cd = J(U('1'));
  await t.tx('A', { event: 'pusher:subscribe', data: J({ channel: 'presence-s', auth: t.auth('A', 'presence-s', cd), channel_data: cd }) });
});

// -------------------- cache
S('cache-public', 'cache- : miss, hit, last event wins, forgotten when empty', async (t) => {
  await t.ws('A');
  await t.sub('A', 'cache-a');
  await t.event({ name: 'e1', channel: 'cache-a', data: J({ n: 1 }) });
  await t.event({ name: 'e2', channel: 'cache-a', data: 'two' });
  await t.ws('B');
  await t.sub('B', 'cache-a');
  await t.sub('B', 'cache-a');
  await t.rest('GET', '/channels/cache-a', { query: { info: 'cache,subscription_count' } });
  await t.drop('A');
  await t.drop('B');
  await t.ws('C');
  await t.sub('C', 'cache-a');
});
S('cache-publish-without-subscribers', 'event on an unoccupied cache channel is not kept', async (t) => {
  await t.event({ name: 'e1', channel: 'cache-n', data: 'x' });
  await t.ws('A');
  await t.sub('A', 'cache-n');
});
S('cache-private', 'private-cache-', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-cache-a');
  await t.event({ name: 'e1', channel: 'private-cache-a', data: 'x' });
  await t.ws('B');
  await t.sub('B', 'private-cache-a');
});
S('cache-presence', 'presence-cache-: member events and the cache', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-cache-a', { data: U('1') });
  await t.ws('B');
  await t.sub('B', 'presence-cache-a', { data: U('2') });
  await t.event({ name: 'e1', channel: 'presence-cache-a', data: 'x' });
  await t.ws('C');
  await t.sub('C', 'presence-cache-a', { data: U('3') });
  await t.drop('C');
  await t.ws('D');
  await t.sub('D', 'presence-cache-a', { data: U('4') });
  await t.rest('GET', '/channels/presence-cache-a', { query: { info: 'cache,user_count,subscription_count' } });
});
S('cache-client-event', 'client event on a private-cache channel is cached too', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-cache-c');
  await t.tx('A', { event: 'client-x', channel: 'private-cache-c', data: { a: 1 } });
  await t.ws('B');
  await t.sub('B', 'private-cache-c');
});
const two = async (t, ch, o = {}) => {
  for (const n of ['A', 'B']) { await t.ws(n, o.ws); await t.sub(n, ch, { data: o.presence ? U(n === 'A' ? '1' : '2') : undefined, app: o.app }); }
};

// -------------------- client
S('client-private', 'client event on private', async (t) => {
  await two(t, 'private-ce');
  await t.tx('A', { event: 'client-msg', channel: 'private-ce', data: { hello: 'world' } });
});
S('client-public', 'client event on a public channel (accepted from members!)', async (t) => {
  await two(t, 'pub-ce');
  await t.tx('A', { event: 'client-msg', channel: 'pub-ce', data: { a: 1 } });
});
S('client-presence', 'client event on presence carries user_id', async (t) => {
  await two(t, 'presence-ce', { presence: 1 });
  await t.tx('A', { event: 'client-msg', channel: 'presence-ce', data: { a: 1 } });
});
S('client-presence-int-id', 'client event: user_id type kept', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-ci', { data: U(5) });
  await t.ws('B');
  await t.sub('B', 'presence-ci', { data: U(0) });
  await t.tx('A', { event: 'client-m', channel: 'presence-ci', data: {} });
  await t.tx('B', { event: 'client-m', channel: 'presence-ci', data: {} });
});
S('client-event-names', 'event name rules', async (t) => {
  await two(t, 'private-nm');
  for (const e of ['client-', 'client-a b', 'client-é', 'client', 'Client-x', 'message', 'pusher_internal:member_added', 'pusherx', 'xpusher:ping', ' client-x', '0']) await t.tx('A', { event: e, channel: 'private-nm', data: {} });
});
S('client-event-channels-injection', '"channels" member in a client event (app2: "all" mode)', async (t) => {
  await t.ws('A', O2);
  await t.sub('A', 'c1', { app: 2 });
  await t.tx('A', { event: 'client-x', channel: 'zz', channels: ['c1'], data: {} });
});
S('client-event-large', 'client event with 9000 bytes of data, and over the limit', async (t) => {
  await two(t, 'private-l');
  await t.tx('A', { event: 'client-big', channel: 'private-l', data: { s: 'x'.repeat(9000) } });
  await t.tx('A', { event: 'client-big', channel: 'private-l', data: { s: 'x'.repeat(10500) } });
});
S('client-event-cross-app', 'members check uses the app of the last manager scope: same channel name in two apps', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-same');
  await t.ws('X', { app: 4 });
  await t.sub('X', 'private-same', { app: 4 });
  await t.tx('A', { event: 'client-m', channel: 'private-same', data: { from: 'A' } });
  await t.tx('X', { event: 'client-m', channel: 'private-same', data: { from: 'X' } });
  await t.event({ name: 'e', channel: 'private-same', data: '1' });
  await t.event({ name: 'e', channel: 'private-same', data: '4' }, { app: 4 });
});
S('client-event-cross-app-scope', 'ChannelManager scope leak: app4 connects between A subscribe and A client event', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-scope');
  await t.ws('B');
  await t.sub('B', 'private-scope');
  await t.ws('X', { app: 4 });
  await t.sub('X', 'other-chan', { app: 4 });
  await t.tx('A', { event: 'client-m', channel: 'private-scope', data: { n: 1 } });
  await t.tx('A', { event: 'client-m', channel: 'private-scope', data: { n: 2 } });
});

// -------------------- msg
for (const [n, m] of Object.entries({
  'not-json': 'hello',
  empty: '',
  'truncated': '{"event":',
  true: 'true',
  'list-event': '[{"event":"pusher:ping"}]',
  'event-empty': '{"event":""}',
  'event-array': '{"event":["pusher:ping"]}',
  'event-object': '{"event":{"a":1}}',
  'event-missing': '{"data":{},"channel":"x"}',
  'event-case': '{"Event":"pusher:ping"}',
  'trailing-comma': '{"event":"pusher:ping",}',
  'trailing-garbage': '{"event":"pusher:ping"} x',
  comment: '{"event":"pusher:ping"/*x*/}',
  'nan': '{"event":"pusher:ping","data":NaN}',
  'raw-control-char': '{"event":"pusher:ping\n"}',
  'unknown-pusher': '{"event":"pusher:foo","data":{}}',
  'pusher-pusher': '{"event":"pusher:pusher:ping"}',
  'pusher-case': '{"event":"Pusher:ping"}',
  signin: '{"event":"pusher:signin","data":{"auth":"a:b","user_data":"{}"}}',
  'internal': '{"event":"pusher_internal:subscription_succeeded","channel":"x","data":{}}',
  'client-conn-established': '{"event":"pusher:connection_established","data":{}}',
  'data-depth-500': '{"event":"pusher:ping","data":' + '['.repeat(500) + ']'.repeat(500) + '}',
  'key-nul': '{"event":"pusher:ping","\\u0000a":1}',
})) {
  S(`msg-${n}`, `client sends ${m.length > 80 ? n : J(m)}`, async (t) => {
    await t.ws('A');
    await t.tx('A', m);
    await t.tx('A', { event: 'pusher:ping' });
  });
}
S('msg-too-large-app1', 'message sizes 9999, 10000, 10001 (limit 10000)', async (t) => {
  const mk = (n) => { const b = J({ event: 'pusher:ping', data: { p: '' } }); return J({ event: 'pusher:ping', data: { p: 'x'.repeat(n - b.length) } }); };
  await t.ws('A');
  for (const n of [9999, 10000]) await t.tx('A', mk(n));
  await t.tx('A', mk(10001));
});
S('msg-too-large-app2', 'limit 100: 100 ok, 101 closes 1009', async (t) => {
  const mk = (n) => { const b = J({ event: 'pusher:ping', data: { p: '' } }); return J({ event: 'pusher:ping', data: { p: 'x'.repeat(n - b.length) } }); };
  await t.ws('A', O2);
  await t.tx('A', mk(100));
  await t.tx('A', mk(101));
});
S('msg-too-large-control', 'limit 100: a control ping of 101 bytes also trips the limit', async (t) => {
  await t.ws('A', O2);
  await t.tf('A', Buffer.alloc(100, 97), { op: 9 });
  await t.tf('A', Buffer.alloc(101, 97), { op: 9 });
});
S('msg-too-large-fragments', 'limit 100 across fragments 60+60', async (t) => {
  await t.ws('A', O2);
  await t.tf('A', 'a'.repeat(60), { op: 1, fin: false });
  await t.tf('A', 'a'.repeat(60), { op: 0, fin: true });
});
S('msg-too-large-subscribed', 'oversized message from a presence member: member_removed reaches others', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-tl', { data: U('1') });
  await t.ws('B');
  await t.sub('B', 'presence-tl', { data: U('2') });
  await t.tx('B', 'x'.repeat(10001));
});
S('msg-1mb-app4', '200 kB message under a 1 MB limit', async (t) => {
  await t.ws('A', { app: 4 });
  await t.ws('B', { app: 4 });
  await t.sub('B', 'private-big', { app: 4 });
  await t.sub('A', 'private-big', { app: 4 });
  await t.tx('A', { event: 'pusher:ping', data: { p: 'x'.repeat(200000) } });
  await t.tx('A', { event: 'client-b', channel: 'private-big', data: 'nope' });
});

// -------------------- rate
S('rate-limit-burst', 'app2: 8 messages in one TCP segment', async (t) => {
  await t.ws('A', O2);
  await t.raw('A', Buffer.concat(Array.from({ length: 8 }, () => frame('{"event":"pusher:ping"}'))), '8 pings');
});
S('rate-limit-bad-messages-count', 'app2: malformed messages count too; control pings do not', async (t) => {
  await t.ws('A', O2);
  await t.raw('A', Buffer.concat([...Array.from({ length: 5 }, () => frame('x')), ...Array.from({ length: 3 }, () => frame('', { op: 9 })), frame('{"event":"pusher:ping"}')]), '5 bad, 3 control pings, 1 ping');
});
S('rate-limit-terminate', 'app3: terminate_on_limit', async (t) => {
  await t.ws('A', { app: 3 });
  await t.raw('A', Buffer.concat(Array.from({ length: 8 }, () => frame('{"event":"pusher:ping"}'))), '8 pings');
});
const PING = '{"event":"pusher:ping"}';

// -------------------- frame
S('frame-fragmented', 'text in 3 fragments with a control ping in between', async (t) => {
  await t.ws('A');
  await t.tf('A', PING.slice(0, 5), { fin: false });
  await t.tf('A', 'mid', { op: 9 }, 'interleaved ping');
  await t.tf('A', PING.slice(5, 9), { op: 0, fin: false });
  await t.tf('A', PING.slice(9), { op: 0, fin: true });
});
S('frame-fragment-utf8-split', 'UTF-8 sequence split across fragments', async (t) => {
  await t.ws('A');
  const m = B('{"event":"pusher:é"}');
  const i = m.indexOf(0xc3) + 1;
  await t.tf('A', m.subarray(0, i), { fin: false });
  await t.tf('A', m.subarray(i), { op: 0 });
});
S('frame-unmasked', 'unmasked client frame', async (t) => { await t.ws('A'); await t.tf('A', PING, { mask: false }); });
S('frame-unmasked-close', 'unmasked close frame', async (t) => { await t.ws('A'); await t.tf('A', Buffer.from([3, 232]), { op: 8, mask: false }); });
for (const r of [1, 4]) {
  S(`frame-rsv-${r}`, `RSV bits ${r.toString(2).padStart(3, '0')}`, async (t) => { await t.ws('A'); await t.tf('A', PING, { rsv: r }); });
}
for (const op of [3, 0xb, 0xf]) {
  S(`frame-opcode-${op.toString(16)}`, `reserved opcode 0x${op.toString(16)}`, async (t) => {
    await t.ws('A');
    await t.tf('A', 'x', { op });
    await t.tf('A', PING);
  });
}
S('frame-nonminimal-64', 'short payload with 64-bit length', async (t) => {
  await t.ws('A');
  await t.tf('A', PING, { lenEnc: 64 });
  await t.tf('A', PING);
});
S('frame-len-over-header-only', 'only the header of an oversized frame (limit 10000, declared 20000)', async (t) => {
  await t.ws('A');
  await t.raw('A', frame('', { lenEnc: 16, len: 20000 }), 'header only');
  await t.raw('A', Buffer.alloc(130, 120), '130 more bytes');
});
S('frame-bytewise', 'a frame one byte at a time', async (t) => {
  await t.ws('A');
  await t.rawPieces('A', [...frame(PING)].map((x) => Buffer.from([x])), 'bytewise');
});
S('frame-empty-text', 'empty text frame', async (t) => { await t.ws('A'); await t.tf('A', ''); });

// -------------------- close
for (const [n, b] of Object.entries({
  empty: '',
  'one-byte': '03',
  1000: '03e8',
  '1000-reason': '03e8' + B('bye').toString('hex'),
  1005: '03ed',
  1006: '03ee',
  1008: '03f0',
  1009: '03f1',
  1012: '03f4',
  1015: '03f7',
  999: '03e7',
  0: '0000',
  3000: '0bb8',
  5000: '1388',
  65535: 'ffff',
})) {
  S(`close-${n}`, `client close payload ${b || '(empty)'}`, async (t) => { await t.ws('A'); await t.tf('A', Buffer.from(b, 'hex'), { op: 8 }); });
}
S('close-reason-123', 'close with a 123 byte reason, and 124 (too long)', async (t) => {
  await t.ws('A');
  await t.tf('A', Buffer.concat([Buffer.from([3, 232]), Buffer.alloc(123, 97)]), { op: 8 });
  await t.ws('B');
  await t.tf('B', Buffer.concat([Buffer.from([3, 232]), Buffer.alloc(124, 97)]), { op: 8 });
});

// -------------------- rest
S('rest-event-channel', 'one channel', async (t) => {
  await t.ws('A');
  await t.sub('A', 'r1');
  await t.event({ name: 'my-event', channel: 'r1', data: J({ hello: 'world' }) });
  await t.event({ name: 'my-event', channels: ['r1'], data: J({ hello: 'world' }) });
});
S('rest-event-channels', 'several channels, one connection subscribed to two of them', async (t) => {
  await t.ws('A');
  await t.sub('A', 'm1');
  await t.sub('A', 'm2');
  await t.ws('B');
  await t.sub('B', 'm2');
  await t.event({ name: 'e', channels: ['m1', 'm2', 'm3', 'm1'], data: '{}' });
});
for (const [n, d] of Object.entries({
  json: '{"a":1}',
  plain: 'hello',
  unicode: 'žluť 😀',
  slash: 'a/b\\c"d',
  space: ' ',
  number: '5',
  html: "<b>'&",
  control: 'a\u0000\u0001\n\r\t\u001f\u007f',
  u2028: '\u2028\u2029',
  nested: J({ a: J({ b: J({ c: 1 }) }) }),
})) {
  S(`rest-data-${n}`, `broadcast bytes for data = ${d.length > 60 ? d.length + ' chars' : J(d)}`, async (t) => {
    await t.ws('A');
    await t.sub('A', 'rd');
    await t.event({ name: 'e', channel: 'rd', data: d });
  });
}
S('rest-name-types', 'name missing / empty / number / list / null / long / odd', async (t) => {
  await t.ws('A');
  await t.sub('A', 'rn');
  await t.event('{"channel":"rn","data":"x"}');
  for (const d of ['""', '" "', '5', '[]', 'null', 'true', '"pusher:ping"', '"pusher_internal:member_added"', '"client-x"', '"a/b é"', '"' + 'n'.repeat(300) + '"']) await t.event(`{"name":${d},"channel":"rn","data":"x"}`);
});
S('rest-101-channels', '101 channels (Pusher limit is 100)', async (t) => {
  await t.event({ name: 'e', channels: Array.from({ length: 101 }, (_, i) => `c${i}`), data: 'x' });
});
S('rest-socket-id', 'socket_id exclusion', async (t) => {
  await two(t, 'rs');
  await t.event({ name: 'e', channel: 'rs', data: 'x', socket_id: t.sid('A') });
  await t.event({ name: 'e', channel: 'rs', data: 'y', socket_id: '1.1' });
  await t.event({ name: 'e', channel: 'rs', data: 'z', socket_id: 'garbage' });
  await t.event(`{"name":"e","channel":"rs","data":"z","socket_id":null}`);
  await t.event(`{"name":"e","channel":"rs","data":"z","socket_id":5}`);
  await t.event(`{"name":"e","channel":"rs","data":"z","socket_id":""}`);
});
S('rest-info', 'info param on events', async (t) => {
  await t.ws('A');
  await t.sub('A', 'i1');
  await t.sub('A', 'presence-i1', { data: U('1') });
  await t.sub('A', 'cache-i1');
  for (const info of ['subscription_count', 'user_count', 'subscription_count,user_count', 'occupied', 'cache', 'occupied,cache,user_count,subscription_count', 'bogus', '', ' subscription_count', 'subscription_count, user_count']) await t.event({ name: 'e', channels: ['i1', 'presence-i1', 'cache-i1', 'empty1'], data: 'x', info });
  await t.event({ name: 'e', channel: 'i1', data: 'x', info: 'subscription_count' });
  await t.event({ name: 'e', channels: ['0', '1'], data: 'x', info: 'subscription_count' });
});
S('rest-invalid-utf8-body', 'invalid UTF-8 in the body', async (t) => {
  const a = t.app(1);
  const body = Buffer.concat([B('{"name":"e","channel":"x","data":"'), Buffer.from([0xc3, 0x28]), B('"}')]);
  const { createHash } = await import('node:crypto');
  const m = createHash('md5').update(body).digest('hex');
  const qs = t.sign('POST', `/apps/${a.id}/events`, { body: 'x', md5: m });
  await t.http(Buffer.concat([B(`POST /apps/${a.id}/events?${qs} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`), body]));
});
S('rest-event-utf8-key-order', 'payload key order on the wire: event, data, channel', async (t) => {
  await t.ws('A');
  await t.sub('A', 'ko');
  await t.event('{"data":"d","channel":"ko","name":"n"}');
});
const EV = { name: 'e', channel: 'x', data: 'x' };

// -------------------- auth
S('auth-ok', 'baseline', async (t) => { await t.event(EV); });
S('auth-wrong-signature', 'wrong signature', async (t) => {
  await t.event(EV, { sig: '0'.repeat(64) });
  await t.event(EV, { sig: 'short' });
  await t.event(EV, { sig: '' });
});
S('auth-wrong-key', 'wrong auth_key but correctly signed', async (t) => { await t.event(EV, { authKey: 'wrong-key' }); });
S('auth-missing-key', 'auth_key absent, correctly signed', async (t) => { await t.event(EV, { omit: ['auth_key'] }); });
S('auth-old-timestamp', 'timestamp from 2001, correctly signed', async (t) => {
  await t.event(EV, { ts: 1000000000 });
  await t.event(EV, { ts: 'abc' });
});
S('auth-wrong-md5-signed', 'wrong body_md5, signature computed over the wrong md5', async (t) => { await t.event(EV, { md5: '0'.repeat(32) }); });
S('auth-wrong-md5-unsigned', 'wrong body_md5 in the query, signature over the right md5', async (t) => {
  await t.event(EV, { unsigned: { body_md5: '0'.repeat(32) } });
});
S('auth-no-params', 'no query at all', async (t) => {
  const a = t.app(1);
  await t.http(`GET /apps/${a.id}/channels HTTP/1.1\r\nHost: x\r\n\r\n`);
  await t.http(`POST /apps/${a.id}/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`);
});
S('auth-shuffled', 'query parameters in another order', async (t) => { await t.event(EV, { shuffle: true }); });
S('auth-extra-param', 'extra signed / unsigned parameter', async (t) => {
  await t.event(EV, { query: { foo: 'bar' } });
  await t.event(EV, { unsigned: { foo: 'bar' } });
  await t.event(EV, { query: { foo: '' } });
  await t.event(EV, { unsigned: { appId: 'x' } });
  await t.event(EV, { unsigned: { appKey: 'x', channelName: 'y' } });
});
S('auth-encoded-params', 'parameter values with space, plus, unicode, slash, comma', async (t) => {
  for (const v of ['a b', 'a+b', 'é', 'a/b', 'a,b', 'a&b=c', '%41']) await t.rest('GET', '/channels', { query: { filter_by_prefix: v } });
});
S('auth-param-plus-literal', 'literal + in the query means space', async (t) => {
  await t.rest('GET', '/channels', { query: { filter_by_prefix: 'a b' }, enc: (s) => encodeURIComponent(s).replace(/%20/g, '+') });
});
S('auth-php-param-names', 'PHP parse_str name mangling: a.b -> a_b, arrays', async (t) => {
  await t.rest('GET', '/channels', { unsigned: { 'a.b': '1' }, signExtra: { a_b: '1' } });
  const a = t.app(1);
  const { hmac } = await import('./lib/net.mjs');
  const ts = t.now();
  const s = hmac(a.secret, `GET\n/apps/${a.id}/channels\nauth_timestamp=${ts}&x=1,2`);
  t.addRepl(s, '<auth_signature>');
  await t.http(`GET /apps/${a.id}/channels?auth_timestamp=${ts}&x[]=1&x[]=2&auth_signature=${s} HTTP/1.1\r\nHost: x\r\n\r\n`);
});
S('auth-uppercase-signature', 'upper-case hex signature', async (t) => {
  const a = t.app(1);
  const qs = t.sign('GET', `/apps/${a.id}/channels`);
  const up = qs.replace(/auth_signature=([0-9a-f]+)/, (_, h) => 'auth_signature=' + h.toUpperCase());
  t.addRepl(up.split('auth_signature=')[1], '<AUTH_SIGNATURE>');
  await t.http(`GET /apps/${a.id}/channels?${up} HTTP/1.1\r\nHost: x\r\n\r\n`);
});
S('auth-unknown-app', 'unknown app id', async (t) => {
  await t.rest('POST', '/events', { appId: '999', body: EV });
  await t.rest('GET', '/channels', { appId: '0' });
  await t.rest('GET', '/channels', { appId: 'abc' });
  await t.rest('GET', '/channels', { appId: '123456x' });
  await t.rest('GET', '/channels', { appId: ' 123456' });
  await t.rest('GET', '/channels', { appId: '0123456' });
});
S('auth-path-encoding', 'percent-encoded path: which form is signed', async (t) => {
  await t.ws('A');
  await t.sub('A', 'a@b;c,d');
  const a = t.app(1);
  for (const [label, url, sp] of [['raw url raw sign', 'a@b;c,d', 'a@b;c,d'], ['enc url enc sign', 'a%40b%3Bc%2Cd', 'a%40b%3Bc%2Cd'], ['enc url raw sign', 'a%40b%3Bc%2Cd', 'a@b;c,d'], ['lower-case hex', 'a%40b%3bc%2cd', 'a%40b%3bc%2cd']]) await t.rest('GET', `/apps/${a.id}/channels/${sp}`, { urlPath: `/apps/${a.id}/channels/${url}`, label });
});

// -------------------- batch
S('batch-ok', 'two events', async (t) => {
  await t.ws('A');
  await t.sub('A', 'bt1');
  await t.sub('A', 'bt2');
  await t.rest('POST', '/batch_events', { body: { batch: [{ name: 'e1', channel: 'bt1', data: 'x' }, { name: 'e2', channel: 'bt2', data: J({ a: '/é' }) }] } });
});
S('batch-info', 'info on all / some items', async (t) => {
  await t.ws('A');
  await t.sub('A', 'bi');
  await t.sub('A', 'presence-bi', { data: U('1') });
  const e = (c, info) => ({ name: 'e', channel: c, data: 'x', ...(info !== undefined ? { info } : {}) });
  await t.rest('POST', '/batch_events', { body: { batch: [e('bi', 'subscription_count'), e('presence-bi', 'user_count'), e('none', 'occupied')] } });
  await t.rest('POST', '/batch_events', { body: { batch: [e('bi', 'subscription_count'), e('bi')] } });
  await t.rest('POST', '/batch_events', { body: { batch: [e('bi'), e('bi', 'user_count')] } });
  await t.rest('POST', '/batch_events', { body: { batch: [e('bi', 'bogus')] } });
});
S('batch-socket-id', 'socket_id in an item', async (t) => {
  await two(t, 'bs');
  await t.rest('POST', '/batch_events', { body: { batch: [{ name: 'e', channel: 'bs', data: 'x', socket_id: t.sid('A') }, { name: 'e', channel: 'bs', data: 'y' }] } });
});

// -------------------- channels
S('channels-empty', 'GET channels when none are occupied', async (t) => {
  await t.rest('GET', '/channels');
  await t.rest('GET', '/channels', { query: { info: 'subscription_count' } });
});
S('channels-info', 'GET channels with info variants', async (t) => {
  await t.ws('A');
  await t.ws('B');
  await t.sub('A', 'c1');
  await t.sub('B', 'c1');
  await t.sub('A', 'presence-c', { data: U('1') });
  await t.sub('B', 'presence-c', { data: U('1') });
  await t.sub('A', 'private-c');
  await t.sub('A', 'cache-c');
  for (const info of [undefined, 'user_count', 'subscription_count', 'user_count,subscription_count', 'occupied', 'cache', 'bogus', '']) await t.rest('GET', '/channels', { query: info === undefined ? {} : { info } });
});

// -------------------- channel
S('channel-single', 'GET one channel, occupied or not, with info', async (t) => {
  await t.ws('A');
  await t.sub('A', 'one');
  await t.sub('A', 'presence-one', { data: U('1') });
  await t.sub('A', 'cache-one');
  for (const [c, info] of [['one'], ['one', 'subscription_count'], ['one', 'user_count'], ['presence-one', 'user_count'], ['presence-one', 'subscription_count'], ['cache-one', 'cache'], ['nobody'], ['nobody', 'subscription_count,user_count,cache'], ['presence-nobody', 'user_count'], ['one', ''], ['one', 'occupied'], ['one', 'bogus']]) await t.rest('GET', `/channels/${c}`, { query: info === undefined ? {} : { info } });
  await t.event({ name: 'e', channel: 'cache-one', data: '{"a":"/é"}' });
  await t.rest('GET', '/channels/cache-one', { query: { info: 'cache' } });
});
S('channel-users', 'users of presence / public / missing / private', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-us', { data: U('1') });
  await t.ws('B');
  await t.sub('B', 'presence-us', { data: U(2) });
  await t.sub('B', 'plain-us');
  await t.sub('B', 'private-us');
  await t.sub('B', 'presence-cache-us', { data: U('x') });
  for (const c of ['presence-us', 'plain-us', 'private-us', 'presence-none', 'none', 'presence-cache-us']) await t.rest('GET', `/channels/${c}/users`);
});

// -------------------- connections
S('connections', 'GET connections: only subscribed sockets count, each once', async (t) => {
  await t.rest('GET', '/connections');
  await t.ws('A');
  await t.rest('GET', '/connections');
  await t.sub('A', 'x1');
  await t.sub('A', 'x2');
  await t.rest('GET', '/connections');
  await t.ws('B');
  await t.sub('B', 'x2');
  await t.rest('GET', '/connections');
  await t.unsub('B', 'x2');
  await t.rest('GET', '/connections');
});

// -------------------- terminate
S('terminate-ok', 'terminate_connections of a presence user (all its sockets): bare TCP close', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-t', { data: U('1') });
  await t.ws('B');
  await t.sub('B', 'presence-t', { data: U('2') });
  await t.ws('C');
  await t.sub('C', 'presence-t', { data: U('2') });
  await t.rest('POST', '/users/2/terminate_connections');
});
S('terminate-nobody', 'no connections at all', async (t) => { await t.rest('POST', '/users/99/terminate_connections'); });
S('terminate-presence-second-channel', 'user is on a public channel first and presence second', async (t) => {
  await t.ws('A');
  await t.sub('A', 'pub-first');
  await t.sub('A', 'presence-t', { data: U('1') });
  await t.rest('POST', '/users/1/terminate_connections');
});
S('terminate-encoded', 'user id with special characters', async (t) => {
  await t.ws('A');
  await t.sub('A', 'presence-t', { data: U('u@x.y') });
  await t.rest('POST', `/users/${encodeURIComponent('u@x.y')}/terminate_connections`);
});
S('terminate-unsigned', 'terminate without signature', async (t) => {
  await t.http(`POST /apps/${t.app(1).id}/users/1/terminate_connections HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
});
const H = (n, title, req, o) => S(`http-${n}`, title, async (t) => { const list = typeof req === 'function' ? req(t) : req; for (const r of Array.isArray(list) ? list : [list]) await t.http(r, o); });

// -------------------- http
H('up', '/up', 'GET /up HTTP/1.1\r\nHost: x\r\n\r\n');
H('unknown-path', 'unknown path', ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /nope HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /apps HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /apps/123456 HTTP/1.1\r\nHost: x\r\n\r\n', 'POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}', 'GET /apps/123456/channels/a/b HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /apps/123456/channels/a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /apps/123456/channels/ HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n']);
H('pipelined', 'two GET /up in one segment', 'GET /up HTTP/1.1\r\nHost: x\r\n\r\nGET /up HTTP/1.1\r\nHost: x\r\n\r\n');
S('http-pipelined-rest', 'signed GET followed by another in the same segment: the rest is taken as body', async (t) => {
  const a = t.app(1);
  const qs = t.sign('GET', `/apps/${a.id}/channels`);
  const r = `GET /apps/${a.id}/channels?${qs} HTTP/1.1\r\nHost: x\r\n\r\n`;
  await t.http(r + r);
});
S('http-body-longer-than-content-length', 'body longer than Content-Length', async (t) => {
  const a = t.app(1);
  const body = J(EV);
  const qs = t.sign('POST', `/apps/${a.id}/events`, { body });
  await t.http(`POST /apps/${a.id}/events?${qs} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}EXTRA`);
});
S('http-content-length-odd', 'odd Content-Length values', async (t) => {
  for (const v of ['0', '-1', 'abc', '', '5, 5']) await t.http(`GET /up HTTP/1.1\r\nHost: x\r\nContent-Length: ${v}\r\n\r\n`);
});
S('http-chunked', 'chunked request body (not supported)', async (t) => {
  const a = t.app(1);
  const body = J(EV);
  const qs = t.sign('POST', `/apps/${a.id}/events`, { body });
  await t.http(`POST /apps/${a.id}/events?${qs} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
});
S('http-expect-100', 'Expect: 100-continue gets no interim response', async (t) => {
  const a = t.app(1);
  const body = J(EV);
  const qs = t.sign('POST', `/apps/${a.id}/events`, { body });
  const head = `POST /apps/${a.id}/events?${qs} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`;
  await t.http(head, { label: 'head only' });
  await t.http(head + body, { label: 'head and body' });
});
H('malformed', 'malformed requests', ['hello\r\n\r\n', 'GET\r\n\r\n', 'GET /up\r\n\r\n', 'GET /up HTTP/9.9\r\nHost: x\r\n\r\n', 'GET  /up HTTP/1.1\r\nHost: x\r\n\r\n', '\r\n\r\n', 'GET /up HTTP/1.1\r\nBad Header: x\r\n\r\n', 'GET /up HTTP/1.1\r\nHost : x\r\n\r\n', 'GET /up HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n', 'GET /up HTTP/1.1\r\nnocolon\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET http://x/up HTTP/1.1\r\nHost: x\r\n\r\n', 'GET up HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /up HTTP/1.1\r\nHost: x\r\nX-É: ž\r\n\r\n', 'GET /up HTTP/1.1\r\nHost: x y\r\n\r\n', 'GET /up HTTP/1.1\r\nHost: x:99999\r\n\r\n', 'GET /up HTTP/1.1\r\nHost:\r\n\r\n', 'GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /up%00 HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /up%0a HTTP/1.1\r\nHost: x\r\n\r\n', 'GET http:///up HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /up:80 HTTP/1.1\r\n\r\n', 'GET //:99999 HTTP/1.1\r\n\r\n']);
H('tls-hello', 'TLS ClientHello on the plain port', [Buffer.concat([Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), Buffer.alloc(194, 7)])]);
S('http-incomplete', 'head without the blank line (server waits)', async (t) => { await t.http('GET /up HTTP/1.1\r\nHost: x\r\n'); });
S('http-big-no-eoh', '10001 bytes without end of head', async (t) => { await t.http('GET /' + 'a'.repeat(10001)); });

// -------------------- order
S('order-events', '20 REST events arrive in order', async (t) => {
  await t.ws('A');
  await t.sub('A', 'ord');
  for (let i = 0; i < 20; i++) await t.event({ name: 'e', channel: 'ord', data: String(i) }, { quiet: 5 });
});

// -------------------- isolation
S('isolation-apps', 'same channel name in two apps', async (t) => {
  await t.ws('A');
  await t.sub('A', 'iso');
  await t.ws('X', { app: 4 });
  await t.sub('X', 'iso', { app: 4 });
  await t.event({ name: 'e', channel: 'iso', data: '1' });
  await t.event({ name: 'e', channel: 'iso', data: '4' }, { app: 4 });
  await t.rest('GET', '/connections');
  await t.rest('GET', '/connections', { app: 4 });
});

// -------------------- sdk
S('sdk-pusher-http', 'npm pusher SDK: trigger, triggerBatch, get, terminate', async (t) => {
  const Pusher = require('pusher');
  const a = t.app(1);
  const p = new Pusher({ appId: a.id, key: a.key, secret: a.secret, host: t.cfg.host, port: t.cfg.port, useTLS: false });
  await t.ws('A');
  await t.sub('A', 'sdk');
  await t.sub('A', 'presence-sdk', { data: U('7') });
  const call = async (label, f) => t.step({ do: 'sdk', label }, async () => { let r; try { const x = await f(); r = { status: x.status, body: await x.text() }; } catch (e) { r = { error: e.message, status: e.status, body: e.body }; } return { response: r }; });
  await call('trigger', () => p.trigger('sdk', 'ev', { a: 'ž/1' }));
  await call('trigger many with info', () => p.trigger(['sdk', 'presence-sdk'], 'ev', 'str', { info: 'user_count,subscription_count' }));
  await call('trigger exclude', () => p.trigger('sdk', 'ev', {}, { socket_id: t.sid('A') }));
  await call('triggerBatch', () => p.triggerBatch([{ channel: 'sdk', name: 'b1', data: { x: 1 } }, { channel: 'none', name: 'b2', data: 's' }]));
  await call('get channels', () => p.get({ path: '/channels', params: { info: 'user_count', filter_by_prefix: 'presence-' } }));
  await call('get channel', () => p.get({ path: '/channels/sdk', params: { info: 'subscription_count' } }));
  await call('get users', () => p.get({ path: '/channels/presence-sdk/users' }));
  await call('sendToUser', () => p.sendToUser('7', 'ev', { a: 1 }));
  await call('terminateUserConnections', () => p.terminateUserConnections('7'));
});

// -------------------- slow
S('slow-ping-prune', 'app3 ping_interval 2: server ping on the 60 s timer, prune on the next one; control-frame users get control pings', async (t) => {
  await t.ws('A', { app: 3 });
  await t.sub('A', 'presence-slow', { app: 3, data: U('1') });
  await t.ws('B', { app: 3 });
  await t.sub('B', 'presence-slow', { app: 3, data: U('2') });
  await t.ws('C', { app: 3 });
  await t.tf('C', 'x', { op: 9 });
  await t.sub('C', 'presence-slow', { app: 3, data: U('3') });
  await t.ws('D', { app: 3 });
  const until = async (label, pred, max) => t.step({ do: 'wait-until', label }, async () => { const t0 = Date.now(); while (Date.now() - t0 < max && !pred()) await sleep(50); });
  await until('first server ping', () => t.c('B').events.length > 0, 70000);
  await t.tx('A', { event: 'pusher:pong', data: {} });
  await until('prune', () => t.c('B').ended, 70000);
  await until('third timer: A pruned or pinged', () => t.c('A').events.length > 0, 70000);
}, { slow: true });

// -------------------- idle
S('idle-half-request', 'connection that sends nothing is kept (5 s)', async (t) => { await t.http('', { wait: 5000 }); }, { slow: true });
const P = { needs: 'prefix', prefix: true };

// -------------------- prefix
S('prefix-ws', 'connect under the prefix; without it', async (t) => {
  await t.ws('A');
  await t.sub('A', 'private-p');
  await t.ws('B', { path: `/app/${t.app(1).key}` });
  await t.ws('C', { path: `${t.cfg.prefix}${t.cfg.prefix}/app/${t.app(1).key}` });
}, P);

// -------------------- frame
S('frame-nonminimal-16-followed', 'non-minimal 16-bit length followed by 10 pings in the same segment', async (t) => {
  await t.ws('A');
  await t.raw('A', Buffer.concat([frame(PING, { lenEnc: 16 }), ...Array.from({ length: 10 }, () => frame(PING))]));
  await t.tf('A', PING);
});
S('frame-nonminimal-64-followed', 'non-minimal 64-bit length followed by 10 pings in the same segment', async (t) => {
  await t.ws('A');
  await t.raw('A', Buffer.concat([frame(PING, { lenEnc: 64 }), ...Array.from({ length: 10 }, () => frame(PING))]));
  await t.tf('A', PING);
});

// -------------------- rest
S('rest-many-batch-mixed-app', 'wrong app id with right secret', async (t) => {
  await t.rest('POST', '/events', { app: 1, appId: t.app(4).id, body: { name: 'e', channel: 'x', data: 'y' } });
});

// -------------------- sub
S('sub-max-channels-250', '250 subscriptions on one connection (any limit?)', async (t) => {
  await t.ws('A');
  await t.raw('A', Buffer.concat(Array.from({ length: 250 }, (_, i) => frame(J({ event: 'pusher:subscribe', data: { channel: `lim-${i}` } })))), '250 subscribes');
  await t.rest('GET', '/connections');
});
