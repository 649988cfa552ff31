#!/usr/bin/env node
// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// usage: node show.mjs <regex> [dir]   compact human view of transcripts
import fs from 'node:fs'; import path from 'node:path';
const re = new RegExp(process.argv[2] ?? '.'); const dir = process.argv[3] ?? new URL('./transcripts', import.meta.url).pathname;
const cut = (s, n = 330) => (s.length > n ? `${s.slice(0, n)}…(${s.length})` : s);
const ev = (e) => e.frame ? (e.frame.op === 'text' ? cut(e.frame.text ?? 'hex:' + e.frame.hex) : `[${e.frame.op}] ${e.frame.code ?? ''} ${cut(JSON.stringify(e.frame.reason ?? e.frame.text ?? e.frame.hex ?? ''), 120)}`) : e.http ? cut(JSON.stringify(e.http)) : e.bytes ? `BYTES ${cut(JSON.stringify(e.bytes))}` : `<tcp ${e.tcp}>`;
for (const f of fs.readdirSync(dir).filter((f) => f.endsWith('.json')).sort()) {
  const t = JSON.parse(fs.readFileSync(path.join(dir, f))); if (!re.test(t.scenario)) continue;
  console.log(`\n=== ${t.scenario}: ${t.title}`);
  for (const s of t.steps) {
    if (s.note) { console.log(`  NOTE ${s.note}`); continue; }
    const req = s.request ? cut(JSON.stringify(s.request.replace(/auth_key=.*?auth_version=[\d.]+/, 'AUTH').replace(/&auth_signature=<auth_signature>/, '').replace(/Host: <host>\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13/, '<std>')), 420) : '';
    console.log(`  > ${s.do} ${s.conn ?? ''} ${s.label ?? ''} ${req || cut(s.text ?? s.bytes ?? '', 300)}`);
    if (s.response) console.log(`    = ${s.response.raw !== undefined ? cut(JSON.stringify(s.response.raw.replace(/^HTTP\/1.0 200 OK\r\nCache-Control:  no-cache, private\r\nContent-Length: \d+\r\nContent-Type:   application\/json\r\nDate:           <date>\r\n\r\n/, '200std ')), 500) + ' ' + (s.response.connection !== 'fin' ? '<' + s.response.connection + '>' : '') : cut(JSON.stringify(s.response), 600)}`);
    for (const [c, es] of Object.entries(s.recv ?? {})) for (const e of es) { const l = ev(e); if (!l.startsWith('"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\\r\\nX-Powered-By: Laravel Reverb\\r\\n\\r\\n"') && !(l.startsWith('{"event":"pusher:connection_established"') && s.do === 'connect')) console.log(`    ${c}< ${l}`); }
  }
}
