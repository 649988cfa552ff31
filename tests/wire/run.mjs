#!/usr/bin/env node
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// run.mjs: records every scenario against the built server and judges it; prints TAP, one point a scenario.
// usage: node run.mjs [--only REGEX] [--jobs N] [--quiet MS] [--out DIR]     (the server: RESONATED)
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../fixtures/server.mjs';
import { judge } from './lib/judge.mjs';
import { list } from './scenarios.mjs';

const { values: opt } = parseArgs({
  options: {
    only: { type: 'string', default: '.' },
    // A recorder mostly waits for silence, so a few of them share a processor without getting in each other's way.
    jobs: { type: 'string', default: '4' },
    quiet: { type: 'string', default: '80' },
    out: { type: 'string' },
  },
});
const CHUNK = 12;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const load = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const only = new RegExp(opt.only);
const expectations = load(here('expect.json'));
const wanted = Object.keys(expectations).filter((name) => only.test(name)).sort();
const out = opt.out ?? fs.mkdtempSync(path.join(os.tmpdir(), 'resonate-wire-'));
fs.mkdirSync(out, { recursive: true });
const config = fs.readFileSync(here('resonate-test.conf'), 'utf8');

/** Runs one recorder of the kit to its end; what it complains of ends up in the diagnostics. */
function recorder(script, args) {
  const child = spawn(process.execPath, [here(script), '--out', out, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (bytes) => { complaints += bytes; });
  return new Promise((resolve) => child.on('close', () => resolve(complaints.trim())));
}

/** A fresh server for every chunk of scenarios: one that falls takes only its own chunk with it. */
function recording(title, args, serverArgs = []) {
  return {
    title,
    async run() {
      const server = await startServer(config, { args: serverArgs });
      const complaints = await recorder('record.mjs', ['--port', String(server.port), ...(args.includes('--quiet') ? [] : ['--quiet', opt.quiet]), ...args]);
      await server.stop();
      if (complaints) throw new Error(complaints);
    },
  };
}

function signalling(signal) {
  return {
    title: `server of signal-${signal}`,
    async run() {
      const server = await startServer(config);
      const args = ['--port', String(server.port), '--pid', String(server.pid), '--signal', signal];
      const complaints = await recorder('record-signals.mjs', args);
      server.kill('SIGCONT');
      await server.stop();
      if (complaints) throw new Error(complaints);
    },
  };
}

const named = (scenarios) => ['--only', `^(${scenarios.map((scenario) => scenario.name).join('|')})$`];

/** The whole work, longest first: what waits for minutes begins at once, beside all the others. */
function plan() {
  const chosen = list.filter((scenario) => wanted.includes(scenario.name));
  const plain = chosen.filter((scenario) => !scenario.slow && !scenario.prefix);
  const tasks = { slow: [], quick: [] };
  for (const scenario of chosen.filter((one) => one.slow))
    tasks.slow.push(recording(`server of ${scenario.name}`, ['--slow', ...named([scenario])]));
  for (const scenario of chosen.filter((one) => one.prefix))
    tasks.quick.push(recording(`server of ${scenario.name}`, ['--prefix', '/ws', ...named([scenario])], ['--path', '/ws']));
  for (const signal of ['SIGTERM', 'SIGTSTP'])
    if (wanted.includes(`signal-${signal}`)) tasks.quick.push(signalling(signal));
  // Neighbours stay neighbours: the kit's order keeps users of one cache channel apart.
  for (let i = 0; i < plain.length; i += CHUNK) {
    const chunk = plain.slice(i, i + CHUNK);
    tasks.quick.push(recording(`server of ${chunk[0].name} … ${chunk.at(-1).name}`, named(chunk)));
  }
  return tasks;
}

const results = [];
async function perform(task) {
  try {
    await task.run();
    results.push({ name: task.title, problems: [] });
  } catch (error) {
    results.push({ name: task.title, problems: [{ at: 'server', expected: 'a clean run', got: error.message }] });
  }
}

async function record() {
  const { slow, quick } = plan();
  const worker = async () => {
    while (quick.length) await perform(quick.shift());
  };
  await Promise.all([...slow.map(perform), ...Array.from({ length: Number(opt.jobs) }, worker)]);
}

/** The judge is judged first: it takes the reference for itself, and nothing that was tampered with. */
function examine() {
  const name = 'sub-public';
  const golden = load(here(`transcripts/${name}.json`));
  const tampered = JSON.parse(JSON.stringify(golden).replace('subscription_succeeded', 'subscription_succeeding'));
  const tell = (problems, wish) => (Boolean(problems.length) === wish ? [] : [{ at: name, expected: wish, got: problems }]);
  results.push({ name: 'the judge accepts the reference', problems: tell(judge(golden, golden, expectations[name]), false) });
  results.push({ name: 'the judge refuses a changed frame', problems: tell(judge(golden, tampered, expectations[name]), true) });
}

function judged(name) {
  const file = path.join(out, `${name}.json`);
  if (!fs.existsSync(file)) return [{ at: 'recording', expected: 'a recording', got: 'none' }];
  return judge(load(here(`transcripts/${name}.json`)), load(file), expectations[name]);
}

/**
 * A recorder takes silence for the end of a step, and on a busy machine a frame may come after it. What was not met is
 * therefore recorded once more, alone and with ten times the patience; a frame that is wrong is still wrong then.
 */
async function lookAgain() {
  const late = wanted.filter((name) => judged(name).length && !name.startsWith('signal-'));
  for (const scenario of list.filter((one) => late.includes(one.name))) {
    const kit = scenario.slow ? ['--slow'] : scenario.prefix ? ['--prefix', '/ws'] : [];
    const patience = ['--quiet', String(10 * Number(opt.quiet))];
    await perform(recording(`second look at ${scenario.name}`, [...kit, ...patience, ...named([scenario])],
      scenario.prefix ? ['--path', '/ws'] : []));
  }
}

function report() {
  const cut = (value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return (text.length > 900 ? `${text.slice(0, 900)}… (${text.length})` : text).replace(/\n/g, '\n#     ');
  };
  results.forEach(({ name, problems, verdict, why }, i) => {
    console.log(`${problems.length ? 'not ok' : 'ok'} ${i + 1} - ${name.replace(/#/g, '')}`);
    for (const { at, expected, got } of problems)
      console.log(`# ${at}\n#   verdict  ${verdict ?? ''} ${why ?? ''}\n#   expected ${cut(expected)}\n#   got      ${cut(got)}`);
  });
  const failed = results.filter(({ problems }) => problems.length).length;
  console.log(`1..${results.length}`);
  console.log(`# ${results.length - failed} passed, ${failed} failed`);
  return failed;
}

examine();
await record();
await lookAgain();
for (const name of wanted) {
  const { verdict, why } = expectations[name];
  results.push({ name: `${name} [${verdict}]`, problems: judged(name), verdict, why });
}
const failed = report();
if (!opt.out && !failed) fs.rmSync(out, { recursive: true, force: true });
process.exit(failed || !wanted.length ? 1 : 0);
