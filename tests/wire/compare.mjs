#!/usr/bin/env node
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// Judges a recording against the golden transcripts and the target's deliberate differences.
// usage: node compare.mjs GOLDEN_DIR CANDIDATE_DIR [EXPECT.json] [--verbose] [--only REGEX] [--list] [--json FILE]
// One line per scenario that is not met (all with --list), then counts per verdict and, last, `N met, M unmet, K missing`.
// Exit status 0 when everything recorded was met and nothing is missing. README.md describes the verdicts and the patterns.
import fs from 'node:fs';
import path from 'node:path';
import { judge } from './lib/judge.mjs';

const args = process.argv.slice(2);
const opt = (n) => { const i = args.indexOf(`--${n}`); return i < 0 ? undefined : args[i + 1]; };
const valued = new Set(['--only', '--json']);
const [goldenDir, candidateDir, expectFile = new URL('./expect.json', import.meta.url).pathname] = args.filter((a, i) => !a.startsWith('--') && !valued.has(args[i - 1]));
if (!candidateDir) { console.error('usage: node compare.mjs GOLDEN_DIR CANDIDATE_DIR [EXPECT.json] [--verbose] [--only REGEX] [--list] [--json FILE]'); process.exit(2); }
const only = opt('only') && new RegExp(opt('only'));
const verbose = args.includes('--verbose'); const listAll = args.includes('--list');
const load = (f) => JSON.parse(fs.readFileSync(f, 'utf8'));
const expect = load(expectFile);
const count = { met: 0, unmet: 0, missing: 0, optional: 0 }; const per = {}; const report = {};
const cut = (s) => (s.length > 900 ? `${s.slice(0, 900)}… (${s.length})` : s);

for (const name of Object.keys(expect).sort()) {
  const e = expect[name];
  if (only && !only.test(name)) continue;
  const cf = path.join(candidateDir, `${name}.json`);
  const v = (per[e.verdict] ??= { met: 0, unmet: 0, missing: 0 });
  if (!fs.existsSync(cf)) { // scenarios with a special set-up (slow, prefix, signal) may be left out
    if (e.needs) { count.optional++; if (listAll) console.log(`skipped  ${name} (needs ${e.needs})`); continue; }
    v.missing++; count.missing++; report[name] = { result: 'missing', verdict: e.verdict }; console.log(`missing  ${name}`); continue;
  }
  const problems = judge(load(path.join(goldenDir, `${name}.json`)), load(cf), e);
  const result = problems.length ? 'unmet' : 'met';
  v[result]++; count[result]++; report[name] = { result, verdict: e.verdict, problems };
  if (result === 'met' && !listAll) continue;
  console.log(`${result.padEnd(8)} ${name} [${e.verdict}]${result === 'unmet' && e.why ? `  ${e.why}` : ''}`);
  for (const p of verbose ? problems : problems.slice(0, 1)) console.log(`    ${p.at}\n      expected ${cut(p.expected)}\n      got      ${cut(p.got)}`);
  if (!verbose && problems.length > 1) console.log(`    … and ${problems.length - 1} more (--verbose)`);
}
if (opt('json')) fs.writeFileSync(opt('json'), JSON.stringify(report, null, 1) + '\n');
for (const [v, c] of Object.entries(per)) console.log(`${v.padEnd(9)} ${c.met} met, ${c.unmet} unmet, ${c.missing} missing`);
if (count.optional) console.log(`${count.optional} with a special set-up not recorded`);
console.log(`${count.met} met, ${count.unmet} unmet, ${count.missing} missing`);
process.exit(count.unmet || count.missing ? 1 : 0);
