// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script in JavaScript that embeds the server relies on. Prints TAP.

import GLib from 'gi://GLib';
import Resonate from 'gi://Resonate?version=1';
import Soup from 'gi://Soup?version=3.0';
import System from 'system';

const DEADLINE_S = 20;
const decoder = new TextDecoder();
const tests = [];
let failed = false;

function test(name, body) {
    tests.push([name, body]);
}

function same(found, wanted) {
    if (JSON.stringify(found) !== JSON.stringify(wanted))
        throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
}

// Runs the main loop until the condition holds, and fails by name when it never does.
function waitUntil(condition, what) {
    let late = false;
    const source = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, DEADLINE_S, () => {
        late = true;
        return GLib.SOURCE_REMOVE;
    });
    while (!condition()) {
        if (late)
            throw new Error(`waited in vain for ${what}`);
        GLib.MainContext.default().iteration(true);
    }
    if (!late)
        GLib.source_remove(source);
}

function finish(object, method, ...args) {
    let answer = null;
    object[`${method}_async`](...args, (_, result) => (answer = result));
    waitUntil(() => answer, method);
    return object[`${method}_finish`](answer);
}

function throws(call) {
    try {
        call();
    } catch (error) {
        return error;
    }
    throw new Error('nothing was thrown');
}

class Client {
    constructor(uri) {
        this.frames = [];
        this.code = null;
        const message = Soup.Message.new('GET', `${uri.replace('http', 'ws')}/app/app-key`);
        let answer = null;
        this.session = new Soup.Session({proxy_resolver: null});
        this.session.websocket_connect_async(message, null, [], 0, null, (_, result) => (answer = result));
        waitUntil(() => answer, 'the handshake');
        this.socket = this.session.websocket_connect_finish(answer);
        this.socket.connect('message', (_, type, bytes) =>
            this.frames.push(JSON.parse(decoder.decode(bytes.toArray()))));
        this.socket.connect('closed', socket => (this.code = socket.get_close_code()));
        this.id = this.expect('pusher:connection_established').socket_id;
    }

    expect(event) {
        waitUntil(() => this.frames.length > 0, event);
        const frame = this.frames.shift();
        same(frame.event, event);
        return JSON.parse(frame.data);
    }

    subscribe(channel, user = null) {
        const data = {channel};
        if (user !== null) {
            data.channel_data = JSON.stringify({user_id: user});
            const text = `${this.id}:${channel}:${data.channel_data}`;
            const signature = GLib.compute_hmac_for_string(GLib.ChecksumType.SHA256, 'app-secret', text, -1);
            data.auth = `app-key:${signature}`;
        }
        this.socket.send_text(JSON.stringify({event: 'pusher:subscribe', data}));
        return this.expect('pusher_internal:subscription_succeeded');
    }
}

const config = new Resonate.Config({host: ['127.0.0.1'], port: 0});
config.get_apps().add(Resonate.App.new('1', 'app-key', 'app-secret'));
const server = Resonate.Server.new(config);

test('an error keeps its domain and its code', () => {
    const error = throws(() => config.get_apps().add(Resonate.App.new('1', 'other-key', 'secret')));
    same(error.matches(Resonate.Error, Resonate.Error.CONFIG), true);
    const refused = throws(() => Resonate.Message.new(new GLib.Bytes('[]')));
    same(refused.matches(Resonate.PusherError, Resonate.PusherError.INVALID_MESSAGE), true);
});

test('properties have types', () => {
    const app = new Resonate.App({id: '7', key: 'k', max_connections: 3, allowed_origins: ['*.example.org']});
    same([app.id, app.max_connections, app.get_max_connections()], ['7', 3, 3]);
    same([app.allows_origin('https://a.example.org'), app.allows_origin('https://example.com')], [true, false]);
    same(app.ping_interval, 60 * 1000000);
});

test('a server starts on a port of the kernel\'s', () => {
    same(server.state, Resonate.ServerState.STOPPED);
    same(finish(server, 'start', null), true);
    same(server.state, Resonate.ServerState.RUNNING);
    same(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/.test(server.dup_uris()[0]), true);
});

test('signals, lists and publishing', () => {
    const heard = [];
    for (const name of ['opened', 'occupied', 'member-added', 'subscribed',
        'member-removed', 'vacated', 'unsubscribed', 'closed'])
        server.connect(name, (_, ...about) => heard.push([name, ...about.map(x => x.name ?? x.id ?? x.socket_id ?? x)]));

    const client = new Client(server.dup_uris()[0]);
    client.subscribe('presence-lobby', 'ada');
    const channels = server.get_channels('1');
    same([channels.get_item_type().name, channels.get_n_items()], ['ResonateChannel', 1]);
    same(channels.get_item(0).name, 'presence-lobby');
    same(channels.get_item(0).get_item(0).user_id, 'ada');
    same(server.publish('1', ['presence-lobby'], 'headline', '{"n":1}', null), true);
    same(client.expect('headline'), {n: 1});

    client.socket.close(1000, null);
    waitUntil(() => heard.length === 8, 'eight signals');
    same(heard, [
        ['opened', client.id],
        ['occupied', '1', 'presence-lobby'],
        ['member-added', '1', 'presence-lobby', 'ada'],
        ['subscribed', client.id, 'presence-lobby'],
        ['member-removed', '1', 'presence-lobby', 'ada'],
        ['vacated', '1', 'presence-lobby'],
        ['unsubscribed', client.id, 'presence-lobby'],
        ['closed', client.id],
    ]);
});

test('a user is sent away', () => {
    const client = new Client(server.dup_uris()[0]);
    client.subscribe('presence-lobby', 'ada');
    same(server.terminate_user('1', 'ada'), 1);
    waitUntil(() => client.code !== null, 'a close frame');
    same(client.code, 4009);
});

test('a drain ends with the last client', () => {
    const client = new Client(server.dup_uris()[0]);
    let drained = null;
    server.drain_async(-1, null, (_, result) => (drained = server.drain_finish(result)));
    same([server.state, drained], [Resonate.ServerState.DRAINING, null]);
    client.socket.close(1000, null);
    waitUntil(() => drained !== null, 'the end of the drain');
    same([server.state, drained], [Resonate.ServerState.STOPPED, true]);
});

test('a stopped server stops', () => same(finish(server, 'stop', null), true));

print(`1..${tests.length}`);
for (const [name, body] of tests) {
    try {
        body();
        print(`ok - ${name}`);
    } catch (error) {
        failed = true;
        print(`not ok - ${name}\n# ${error}\n# ${error.stack.replaceAll('\n', '\n# ')}`);
    }
}
System.exit(failed ? 1 : 0);
