// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// The expectation language: see README.md, "Patterns". Everything here is pure: transcripts in, list of problems out.

// ---- JSON compared by what it says, not by how it is written -----------------------------------------------------
// parse() keeps number literals as text and tells {} from []; same() ignores key order, white space and escapes.
function parse(s) {
  let i = 0;
  const ws = () => { while (' \t\n\r'.includes(s[i]) && i < s.length) i++; };
  const fail = () => { throw new SyntaxError(`JSON at ${i}`); };
  const string = () => { const m = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y; m.lastIndex = i; const r = m.exec(s); if (!r) fail(); i = m.lastIndex; return JSON.parse(r[0]); };
  const value = () => {
    ws();
    const c = s[i];
    if (c === '"') return string();
    if (c === '{') {
      const o = new Map(); i++; ws();
      if (s[i] === '}') { i++; return o; }
      for (;;) { ws(); const k = string(); ws(); if (s[i++] !== ':') fail(); o.set(k, value()); ws(); const d = s[i++]; if (d === '}') return o; if (d !== ',') fail(); }
    }
    if (c === '[') {
      const a = []; i++; ws();
      if (s[i] === ']') { i++; return a; }
      for (;;) { a.push(value()); ws(); const d = s[i++]; if (d === ']') return a; if (d !== ',') fail(); }
    }
    const m = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y; m.lastIndex = i;
    const r = m.exec(s); if (!r) fail(); i = m.lastIndex;
    return { literal: r[0] };
  };
  const v = value(); ws(); if (i !== s.length) fail();
  return v;
}
const parsed = (s) => { try { const v = parse(s); return v instanceof Map || Array.isArray(v) ? v : undefined; } catch { return undefined; } };
// canonical text; a string that is itself a JSON object or list is looked into (the double-encoded "data")
function canon(v) {
  if (v instanceof Map) return `{${[...v].map(([k, x]) => `${JSON.stringify(k)}:${canon(x)}`).sort().join(',')}}`;
  if (Array.isArray(v)) return `[${v.map(canon).join(',')}]`;
  if (typeof v === 'string') { const in_ = parsed(v); return in_ === undefined ? JSON.stringify(v) : `string(${canon(in_)})`; }
  return v.literal;
}
export const same = (a, b) => { if (a === b) return true; try { return canon(parse(a)) === canon(parse(b)); } catch { return false; } };
const isRe = (p) => typeof p === 'string' && p.length > 1 && p.startsWith('/') && /\/i?$/.test(p);
const text = (p, s) => (p === undefined ? true : isRe(p) ? new RegExp(p.replace(/^\/|\/i?$/g, ''), p.endsWith('i') ? 'i' : '').test(s ?? '') : p === s);
const among = (p, v) => (p === undefined ? true : Array.isArray(p) ? p.includes(v) : p === v);
// plain JSON values against a pattern; "/…/" is a regular expression
function value(p, v) {
  if (typeof p === 'string') return typeof v === 'string' && text(p, v);
  if (Array.isArray(p)) return Array.isArray(v) && p.length === v.length && p.every((x, i) => value(x, v[i]));
  if (p && typeof p === 'object') return v && typeof v === 'object' && !Array.isArray(v) && Object.keys(p).length === Object.keys(v).length && Object.keys(p).every((k) => k in v && value(p[k], v[k]));
  return p === v;
}

// ---- what was recorded, brought into one shape ----------------------------------------------------------------------
const head = (raw) => { const [st, ...hs] = raw.split('\r\n'); const headers = {}; for (const h of hs) { const k = h.indexOf(':'); if (k > 0) headers[h.slice(0, k).toLowerCase()] = h.slice(k + 1).trim(); } return { status: Number(st.split(' ')[1]), headers }; };
// an answer on a socket that asked for an upgrade: is its Content-Length right? (an empty body may be an answer to HEAD)
const sized = ({ headers, body }) => { const n = headers['content-length']; return n === undefined ? 'none' : !body || Number(n) === Buffer.byteLength(body) ? 'ok' : 'wrong'; };
function events(list = []) {
  const out = [];
  for (const e of list) {
    const last = out.at(-1);
    if (e.http !== undefined) out.push({ http: { ...head(e.http), body: '' } });
    else if (e.bytes) { if (last?.http) last.http.body += e.bytes.text ?? ''; else out.push({ bytes: e.bytes.text ?? e.bytes.hex }); }
    else if (e.tcp) out.push({ tcp: 'closed' });
    else if (e.frame.op === 'cont' && last?.open) { last.text += e.frame.text ?? ''; if (e.frame.fin !== false) delete last.open; }
    else if (e.frame.op === 'text') out.push({ text: e.frame.text ?? `hex:${e.frame.hex}`, ...(e.frame.fin === false ? { open: true } : {}), ...odd(e.frame) });
    else if (e.frame.op === 'close') out.push({ close: e.frame.code ?? null, reason: e.frame.reason ?? '', ...odd(e.frame) });
    else out.push({ [e.frame.op]: e.frame.text ?? e.frame.hex ?? '', ...odd(e.frame) });
  }
  for (const e of out) if (e.http) e.http.length = sized(e.http);
  return out;
}
const odd = (f) => (f.rsv || f.masked || f.nonMinimalLength || (f.fin === false && f.op !== 'text') ? { odd: { rsv: f.rsv, masked: f.masked, nonMinimalLength: f.nonMinimalLength } } : {});
const final = (rs = []) => rs.filter((r) => r.junk || r.status >= 200);

// ---- one event against one pattern ------------------------------------------------------------------------------------
const ERROR = /^\{"event":"pusher:error","data":"\{\\"code\\":(\d+),\\"message\\":\\"((?:[^"\\]|\\\\.)*)\\"\}"\}$/;
function http(p, h) {
  if (h.junk || p.junk) return Boolean(h.junk && p.junk);
  if (!among(p.status, h.status) || !text(p.body, h.body)) return false;
  if (p.type && !(h.headers['content-type'] ?? '').startsWith(p.type)) return false;
  if (p.json !== undefined) { let v; try { v = JSON.parse(h.body); } catch { return false; } if (!value(p.json, v)) return false; }
  if (p.same !== undefined && !same(p.same, h.body)) return false;
  if (p.length && h.length !== 'ok') return false;
  for (const [k, v] of Object.entries(p.headers ?? {})) if (v === null ? k in h.headers : !(k in h.headers) || !text(v, h.headers[k])) return false;
  return true;
}
function one(p, e) {
  if (e.odd || e.open) return false;
  if (typeof p === 'string') return e.text === p;
  if (p.same !== undefined) return e.text !== undefined && same(p.same, e.text);
  if (p.matches !== undefined) return e.text !== undefined && text(p.matches, e.text);
  if (p.error !== undefined) { const m = ERROR.exec(e.text ?? ''); return Boolean(m) && among(p.error, Number(m[1])) && text(p.message, m[2]); }
  if ('close' in p) return 'close' in e && among(p.close, e.close) && text(p.reason, e.reason);
  if (p.tcp) return e.tcp === p.tcp;
  if (p.http) return Boolean(e.http) && http(p.http, e.http);
  for (const k of ['ping', 'pong', 'bytes']) if (k in p) return k in e && (p[k] === true || text(p[k], e[k]));
  throw new Error(`unknown pattern ${JSON.stringify(p)}`);
}
// a list of events against a list of patterns; "…" stands for anything, {maybe: P}, {oneOf: [P or list, …]}
function sequence(ps, es) {
  if (!ps.length) return es.length === 0;
  const [p, ...rest] = ps;
  if (p === '…') return es.some((_, i) => sequence(rest, es.slice(i))) || sequence(rest, []);
  if (p.maybe !== undefined) return sequence(rest, es) || sequence([p.maybe, ...rest], es);
  if (p.oneOf) return p.oneOf.some((x) => sequence([...(Array.isArray(x) ? x : [x]), ...rest], es));
  return es.length > 0 && one(p, es[0]) && sequence(rest, es.slice(1));
}
// after a close frame (or a refused upgrade) it is a matter of timing in which step the end of the TCP connection is seen:
// a connection's "tcp closed" is dropped once something before it has said that it closes
function normalise(t) {
  const closing = new Set();
  return t.steps.map((s) => ({ ...s, recv: Object.fromEntries(Object.entries(s.recv ?? {}).map(([n, list]) => [n, events(list).filter((e) => {
    if ('close' in e || (e.http && e.http.status !== 101)) closing.add(n);
    return !(e.tcp && closing.has(n));
  })])) }));
}
// ---- golden transcript -> patterns --------------------------------------------------------------------------------------
const JSONTYPE = 'application/json';
function goldenHttp(r, loose) {
  if (r.junk) return { junk: true };
  const json = (r.headers['content-type'] ?? '').startsWith(JSONTYPE);
  return { status: r.status, ...(json ? { same: r.body, type: JSONTYPE, length: true } : r.status === 101 ? {} : loose ? {} : { body: r.body }) };
}
function goldenEvent(e, loose) {
  if (e.text !== undefined) return loose ? { same: e.text } : e.text;
  if ('close' in e) return loose ? { close: e.close } : { close: e.close, reason: e.reason };
  if (e.http?.status === 101) return { http: { status: 101, headers: { upgrade: '/^websocket$/i', connection: '/upgrade/i', 'sec-websocket-accept': e.http.headers['sec-websocket-accept'], 'sec-websocket-extensions': e.http.headers['sec-websocket-extensions'] ?? null, 'sec-websocket-protocol': e.http.headers['sec-websocket-protocol'] ?? null } } };
  if (e.http) return { http: goldenHttp(e.http, loose) };
  return e;
}

// ---- judging ------------------------------------------------------------------------------------------------------------
const show = (v) => JSON.stringify(v);
function judgeStep(i, g, c, pattern, loose) {
  const at = `step ${i}: ${[c.do, c.conn, c.label, (c.text ?? c.request ?? c.bytes ?? '').replace(/\r\n/g, '\\r\\n').slice(0, 140)].filter(Boolean).join(' ')}`;
  const problems = [];
  if (pattern.any) return problems;
  for (const name of new Set([...Object.keys(g.recv ?? {}), ...Object.keys(c.recv ?? {}), ...Object.keys(pattern.recv ?? {})])) {
    const want = pattern.recv?.[name] ?? pattern.recv?.['*'] ?? (g.recv?.[name] ?? []).map((e) => goldenEvent(e, loose));
    const got = c.recv?.[name] ?? [];
    if (!sequence(want, got)) problems.push({ at: `${at} [${name}]`, expected: show(want), got: show(got) });
  }
  if (g.response || c.response || pattern.http) {
    const got = c.response ?? {};
    if (pattern.http === undefined && g.response?.responses === undefined) { // a client library's own answer
      const canonical = (r) => JSON.stringify(r, (k, v) => (k === 'body' && typeof v === 'string' && parsed(v) ? canon(parse(v)) : v));
      if (canonical(g.response) !== canonical(got)) problems.push({ at, expected: show(g.response), got: show(got) });
    } else {
      const want = pattern.http === undefined ? final(g.response.responses).map((r) => goldenHttp(r, loose)) : pattern.http === 'none' ? [] : [pattern.http].flat();
      const rs = final(got.responses ?? (got.status ? [{ status: got.status, headers: {}, body: got.body, length: 'ok' }] : []));
      const whole = (p) => text(p.raw, got.raw) && (p.connection === undefined || (p.connection === 'open') === (got.connection === 'open'));
      const ok = want.length === rs.length ? want.every((p, k) => http(p, rs[k]) && whole(p)) : false;
      if (!ok) problems.push({ at, expected: show(want), got: show(rs.map((r) => ({ ...r, connection: got.connection }))) });
    }
  }
  return problems;
}
function judgeAll(golden, candidate, expect, loose) {
  const problems = [];
  const g = { ...golden, steps: normalise(golden) }; const c = { ...candidate, steps: normalise(candidate) };
  if (c.steps.length !== g.steps.length) problems.push({ at: 'whole scenario', expected: `${g.steps.length} steps`, got: `${c.steps.length} steps` });
  g.steps.forEach((s, i) => {
    const x = c.steps[i]; if (!x) return;
    if (s.note !== undefined) { const want = expect.steps?.[i]?.note ?? s.note; if (!text(want, x.note)) problems.push({ at: `step ${i}`, expected: want, got: x.note }); return; }
    const alternatives = [expect.steps?.[i] ?? (expect.rest === 'any' ? { any: true } : {})].flat();
    const tries = alternatives.map((p) => judgeStep(i, s, x, p, p.loose ?? loose));
    if (!tries.some((t) => !t.length)) problems.push(...(tries.length === 1 ? tries[0] : [{ at: tries[0][0].at, expected: alternatives.map(show).join(' or '), got: tries[0][0].got }]));
  });
  if (expect.rest !== 'any' && g.end && c.end) for (const [n, state] of Object.entries({ ...g.end, ...expect.end })) if (state !== 'any' && !(state === 'closed' ? ['closed', 'silent'] : [state]).includes(c.end[n])) problems.push({ at: `connection ${n} after the last step`, expected: state, got: c.end[n] });
  return problems;
}
// All problems of candidate transcript c against golden transcript g under the entry e of expect.json.
export function judge(g, c, e) {
  for (const s of c.steps) if (/^(HARNESS ERROR|SERVER DOWN)/.test(s.note ?? '')) return [{ at: 'whole scenario', expected: 'the server lives and answers', got: s.note.split('\n')[0] }];
  if (e.verdict === 'free') return [];
  const loose = e.verdict === 'semantic' || e.expect?.rest === 'semantic';
  const variants = e.expect?.anyOf ?? [{}];
  const tries = variants.map((v) => judgeAll(g, c, { ...e.expect, steps: { ...e.expect?.steps, ...v.steps }, end: { ...e.expect?.end, ...v.end } }, loose));
  return tries.reduce((a, b) => (b.length < a.length ? b : a));
}
