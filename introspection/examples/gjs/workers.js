#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// One of a group that shares work: run it twice, with the same URI and another name. It appends the jobs it is given.

import GLib from 'gi://GLib';
import Resonate from 'gi://Resonate?version=1';
import System from 'system';

const SIGTERM = 15;
const [uri, name, ...jobs] = System.programArgs;
const log = Resonate.StreamLog.new_for_uri(uri, null), loop = new GLib.MainLoop(null, false);
const consumer = new Resonate.Consumer({log, streams: ['jobs'], name, block_ms: 100});

consumer.connect('notify::state', () => {
    print(['stopped', 'starting', 'running', 'draining'][consumer.state]);
    if (consumer.state === Resonate.ConsumerState.RUNNING)
        for (const job of jobs)
            log.append_async('jobs', new TextEncoder().encode(job), null, -1, null, (_, result) => log.append_finish(result));
});
consumer.connect('delivery', (_, delivery) => {
    print('done', new TextDecoder().decode(delivery.get_payload().toArray()));
    return true;
});
consumer.start();
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, SIGTERM, () => consumer.stop_async(5000, null, () => loop.quit()));
loop.run();
