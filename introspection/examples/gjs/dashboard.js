#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// dashboard.js: a line a second of how a running server is doing. Needs GIO and nothing else.
// usage: dashboard.js [--session] [MILLISECONDS]

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

const NAME = 'org.resonate.Resonate1';
const ROOT = '/org/resonate/Resonate1';

const args = System.programArgs;
const kind = args.includes('--session') ? Gio.BusType.SESSION : Gio.BusType.SYSTEM;
const interval = Number(args.find(arg => !arg.startsWith('--')) ?? 1000);

const bus = Gio.bus_get_sync(kind, null);
let before = null;

function perSecond(name, time, values) {
    if (before === null)
        return 0;
    return Math.round((values[name] - before.values[name]) / (time - before.time) * 1e6);
}

bus.signal_subscribe(NAME, `${NAME}.Metrics`, 'Sample', ROOT, null, Gio.DBusSignalFlags.NONE,
    (connection, sender, path, iface, signal, parameters) => {
        const [time, values] = parameters.recursiveUnpack();
        print(`${values.resonate_connections} connected, ${values.resonate_channels} channels, ` +
            `${perSecond('resonate_messages_received_total', time, values)} messages/s in, ` +
            `${perSecond('resonate_messages_sent_total', time, values)} out`);
        before = {time, values};
    });

bus.call_sync(NAME, ROOT, `${NAME}.Metrics`, 'Subscribe', new GLib.Variant('(u)', [interval]), null,
    Gio.DBusCallFlags.NONE, -1, null);

new GLib.MainLoop(null, false).run();
