#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// A server inside a program: it says what happens, and welcomes whoever subscribes.

import GLib from 'gi://GLib';
import Resonate from 'gi://Resonate?version=1';

const SIGTERM = 15;
const config = new Resonate.Config({host: ['127.0.0.1'], port: 0});
config.get_apps().add(Resonate.App.new('1', 'app-key', 'app-secret'));
const server = Resonate.Server.new(config), loop = new GLib.MainLoop(null, false);

function tell(name, ...about) {
    print(name, ...about.map(x => x.socket_id ?? x.name ?? x.id ?? x));
    if (name === 'subscribed')
        server.publish('1', [about[1].name], 'welcome', '{"from":"gjs"}', null);
}

for (const name of ['opened', 'closed', 'subscribed', 'unsubscribed',
    'occupied', 'vacated', 'member-added', 'member-removed'])
    server.connect(name, (_, ...about) => tell(name, ...about));
server.start_async(null, (_, result) => server.start_finish(result) && print(...server.dup_uris()));
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, SIGTERM, () => server.stop_async(null, () => loop.quit()));
loop.run();
