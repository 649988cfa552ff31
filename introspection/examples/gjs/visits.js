#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// Counts visits together with everybody who runs it with the same URI, and says each number that was its own.

import GLib from 'gi://GLib';
import Resonate from 'gi://Resonate?version=1';
import System from 'system';

const [uri, visits] = System.programArgs;
const loop = new GLib.MainLoop(null, false);

function count(counter, left) {
    if (left === 0) {
        loop.quit();
        return;
    }
    counter.increment_async(1, null, (_, result) => {
        print(counter.increment_finish(result));
        count(counter, left - 1);
    });
}

Resonate.Store.open_async(uri, null, null, (_, result) => {
    count(Resonate.Store.open_finish(result).get_counter('visits', 0), Number(visits));
});
loop.run();
