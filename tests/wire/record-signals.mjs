#!/usr/bin/env node
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// Records what clients see when the server is stopped, as OUT/signal-<NAME>.json. Four clients: two in a presence channel, one idle, one of app 4.
// usage: node record-signals.mjs --pid PID --signal SIGTERM|SIGINT|… [--host H] [--port P] [--out DIR] [--app1 …] [--app4 …]
//        node record-signals.mjs --pid PID --name restart --cmd 'COMMAND' [--wait MS]   runs a command in place of a signal
import fs from 'node:fs';
import path from 'node:path';
import { execSync } from 'node:child_process';
import { T } from './lib/harness.mjs';
import { sleep } from './lib/net.mjs';

const args = process.argv.slice(2);
const opt = (n, d) => { const i = args.indexOf(`--${n}`); return i < 0 ? d : args[i + 1]; };
const app = (s) => { const [id, key, secret] = s.split(':'); return { id, key, secret }; };
const pid = Number(opt('pid')); const signal = opt('signal'); const name = opt('name', signal);
if (!pid || !name) { console.error('--pid and --signal (or --name and --cmd) are needed'); process.exit(2); }
const t = new T({ host: opt('host', '127.0.0.1'), port: Number(opt('port', 18080)), quiet: 200, httpWait: 1000, grace: 100, prefix: '',
  apps: { 1: app(opt('app1', '123456:reverb-key:reverb-secret')), 4: app(opt('app4', '4:app4-key:app4-secret')) } }, { name: `signal-${name}`, title: `server receives ${name}` });
const user = (id) => ({ user_id: id, user_info: { n: id } });
await t.ws('A'); await t.sub('A', 'presence-s', { data: user('1') });
await t.ws('B'); await t.sub('B', 'presence-s', { data: user('2') });
await t.ws('C');
await t.ws('X', { app: 4 }); await t.sub('X', 'x', { app: 4 });
await t.step({ do: 'signal', label: name }, async () => { if (signal) process.kill(pid, signal); else execSync(opt('cmd')); await sleep(Number(opt('wait', 1500))); });
let alive = true; try { process.kill(pid, 0); } catch { alive = false; }
t.note(`process alive afterwards: ${alive}`);
const out = path.resolve(opt('out', 'recorded')); fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(path.join(out, `signal-${name}.json`), JSON.stringify(t.result(), null, 1) + '\n');
process.exit(0);
