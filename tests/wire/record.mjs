#!/usr/bin/env node
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// Records every scenario of scenarios.mjs against a running server, as OUT/<scenario>.json.
// usage: node record.mjs [--host H] [--port P] [--out DIR] [--only REGEX] [--skip REGEX] [--slow] [--list]
//   [--prefix /path] [--quiet MS] [--http-wait MS] [--grace MS] [--restart-cmd CMD] [--app1 id:key:secret … --app4 …]
import fs from 'node:fs';
import path from 'node:path';
import net from 'node:net';
import { execSync } from 'node:child_process';
import { T } from './lib/harness.mjs';
import { list } from './scenarios.mjs';
import { sleep } from './lib/net.mjs';

const args = process.argv.slice(2);
const opt = (n, d) => { const i = args.indexOf(`--${n}`); return i < 0 ? d : args[i + 1]; };
const flag = (n) => args.includes(`--${n}`);
const app = (s) => { const [id, key, secret] = s.split(':'); return { id, key, secret }; };
const cfg = {
  host: opt('host', '127.0.0.1'), port: Number(opt('port', 18080)), prefix: opt('prefix', ''),
  quiet: Number(opt('quiet', 80)),         // a step ends after this long without a byte
  httpWait: Number(opt('http-wait', 700)), // … an HTTP exchange without a complete answer
  grace: Number(opt('grace', 100)),        // … after a complete answer on a connection that stays open
  apps: {
    1: app(opt('app1', '123456:reverb-key:reverb-secret')), 2: app(opt('app2', '654321:app2-key:app2-secret')),
    3: app(opt('app3', 'app-three:app3-key:app3-secret')), 4: app(opt('app4', '4:app4-key:app4-secret')),
  },
};
const out = path.resolve(opt('out', 'recorded'));
const only = opt('only') && new RegExp(opt('only'));
const skip = opt('skip') && new RegExp(opt('skip'));
const todo = list.filter((s) => (!only || only.test(s.name)) && (!skip || !skip.test(s.name)) && (!s.slow || flag('slow')) && (Boolean(s.prefix) === Boolean(cfg.prefix)));
if (flag('list')) { for (const s of todo) console.log(`${s.name}\t${s.title}`); process.exit(0); }
const dup = list.map((s) => s.name).filter((n, i, a) => a.indexOf(n) !== i);
if (dup.length) throw new Error(`duplicate scenario names: ${dup}`);
fs.mkdirSync(out, { recursive: true });

const alive = () => new Promise((res) => { const k = net.connect({ host: cfg.host, port: cfg.port }, () => { k.destroy(); res(true); }); k.on('error', () => res(false)); });
if (!(await alive())) { console.error(`no server on ${cfg.host}:${cfg.port}`); process.exit(2); }
let ok = 0, bad = 0; const t0 = Date.now();
for (const s of todo) {
  const t = new T(cfg, s);
  let end;
  try { await s.fn(t); end = await t.probe(); ok++; } catch (e) { bad++; t.note(`HARNESS ERROR: ${e.message}`); console.error(`! ${s.name}: ${e.message}`); }
  const write = () => fs.writeFileSync(path.join(out, `${s.name}.json`), JSON.stringify(t.result(end), null, 1) + '\n');
  write();
  await t.cleanup();
  if (!(await alive())) { // a scenario that kills the server is itself a finding
    t.note('SERVER DOWN after this scenario'); write();
    console.error(`! server down after ${s.name}`);
    const cmd = opt('restart-cmd'); if (!cmd) process.exit(2);
    execSync(cmd, { stdio: 'inherit' }); await sleep(500);
  }
}
console.log(`${ok} recorded, ${bad} failed, ${((Date.now() - t0) / 1000).toFixed(1)} s -> ${out}`);
process.exit(bad ? 1 : 0);
