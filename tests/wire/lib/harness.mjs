// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
import net from 'node:net';
import { Conn, frame, sleep, OPN, wsKey, wsAccept, md5, hmac } from './net.mjs';

// Split raw HTTP bytes into responses: [{status, headers, body, length: 'ok'|'wrong'|'none'}]; a HEAD answer has no body.
export function splitResponses(buf, head = false) {
  const out = [];
  while (buf.length) {
    const i = buf.indexOf('\r\n\r\n');
    if (i < 0) { out.push({ junk: buf }); break; }
    const lines = buf.subarray(0, i).toString('latin1').split('\r\n');
    const m = /^HTTP\/1\.[01] (\d{3})/.exec(lines[0]);
    if (!m) { out.push({ junk: buf }); break; }
    const headers = {};
    for (const l of lines.slice(1)) { const k = l.indexOf(':'); const n = l.slice(0, k).toLowerCase(); const v = l.slice(k + 1).trim(); headers[n] = n in headers ? `${headers[n]}, ${v}` : v; }
    const status = Number(m[1]); buf = buf.subarray(i + 4);
    const bodyless = head || status < 200 || status === 204 || status === 304;
    const cl = headers['content-length'];
    if (bodyless || (cl !== undefined && /^\d+$/.test(cl))) {
      const n = bodyless ? 0 : Number(cl);
      out.push({ status, headers, body: buf.subarray(0, n), length: bodyless && cl === undefined ? 'none' : buf.length < n ? 'wrong' : 'ok' });
      buf = buf.subarray(Math.min(n, buf.length));
      if (buf.length && !buf.subarray(0, 7).equals(Buffer.from('HTTP/1.'))) { out.at(-1).length = bodyless ? out.at(-1).length : 'wrong'; out.push({ junk: buf }); break; }
    } else { out.push({ status, headers, body: buf, length: 'none' }); break; }
  }
  return out;
}
const isUtf8 = (b) => Buffer.compare(Buffer.from(b.toString('utf8'), 'utf8'), b) === 0;

export class T {
  constructor(cfg, meta) {
    this.cfg = cfg; this.meta = meta; this.conns = new Map(); this.steps = []; this.repl = []; this.quiet = cfg.quiet; this.sigs = 0;
  }
  app(n = 1) { return this.cfg.apps[n]; }
  // ---- normalisation -----------------------------------------------------
  addRepl(value, placeholder) { if (value && !this.repl.some((r) => r[0] === value)) { this.repl.push([value, placeholder]); this.repl.sort((a, b) => b[0].length - a[0].length); } }
  norm(s) {
    for (const [v, p] of this.repl) s = s.split(v).join(p);
    s = s.replace(/(Date: +)(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT/gi, '$1<date>');
    s = s.split(`127.0.0.1:${this.cfg.port}`).join('<host>').split(`${this.cfg.host}:${this.cfg.port}`).join('<host>');
    return s;
  }
  text(buf) { return isUtf8(buf) ? { text: this.norm(buf.toString('utf8')) } : { hex: buf.toString('hex') }; }
  fmtFrame(f) {
    const o = { op: OPN[f.op] ?? `0x${f.op.toString(16)}` };
    if (!f.fin) o.fin = false;
    if (f.rsv) o.rsv = f.rsv;
    if (f.masked) o.masked = true;
    const minEnc = f.payload.length < 126 ? 7 : f.payload.length < 65536 ? 16 : 64;
    if (f.enc !== minEnc) o.nonMinimalLength = f.enc;
    if (f.op === 8) {
      if (f.payload.length >= 2) { o.code = f.payload.readUInt16BE(0); Object.assign(o, f.payload.length > 2 ? { reason: f.payload.subarray(2).toString('utf8') } : {}); }
      o.hex = f.payload.toString('hex');
      return o;
    }
    const t = this.text(f.payload);
    const raw = f.payload.toString('utf8');
    if (t.text === undefined || t.text === raw) o.len = f.payload.length;
    return Object.assign(o, t);
  }
  fmtEvent(e) {
    if (e.head) return { http: this.norm(e.head.toString('latin1')) };
    if (e.frame) return { frame: this.fmtFrame(e.frame) };
    if (e.trailing) return { bytes: this.text(e.trailing) };
    return e;
  }
  // ---- settling ----------------------------------------------------------
  async settle(ms = this.quiet, max = 4000) {
    const t0 = Date.now();
    for (;;) {
      await sleep(15);
      const last = Math.max(t0, ...[...this.conns.values()].map((c) => c.lastData));
      if (Date.now() - last >= ms || Date.now() - t0 > max) break;
    }
  }
  learnSids(c) {
    for (const e of c.events) if (e.frame && e.frame.op === 1 && !c.sid) {
      const m = /"socket_id\\?":\\?"(\d+\.\d+)\\?"/.exec(e.frame.payload.toString('utf8'));
      if (m && e.frame.payload.toString('utf8').includes('connection_established')) { c.sid = m[1]; this.addRepl(m[1], `<sid:${c.name}>`); }
    }
  }
  collect() {
    const recv = {};
    for (const c of this.conns.values()) this.learnSids(c);
    for (const c of this.conns.values()) {
      if (c.mode === 'body' && c.buf.length) { c.events.push({ trailing: c.buf }); c.buf = Buffer.alloc(0); }
      if (c.mode === 'head' && c.buf.length && c.ended) c.flush();
      if (c.events.length) { recv[c.name] = c.events.map((e) => this.fmtEvent(e)); c.events = []; }
    }
    return recv;
  }
  async step(desc, fn, quiet) {
    const r = await fn();
    await this.settle(quiet);
    const recv = this.collect();
    const s = {};
    for (const [k, v] of Object.entries(desc)) s[k] = typeof v === 'string' ? this.norm(v) : v;
    if (r && r.response) s.response = r.response;
    s.recv = recv;
    this.steps.push(s);
    return recv;
  }
  note(text) { this.steps.push({ note: text }); }
  // ---- websocket ---------------------------------------------------------
  hs({ app = 1, key, path, qs = '?protocol=7&client=js&version=8.4.0&flash=false', headers = {}, drop = [], extra = [], method = 'GET', version = 'HTTP/1.1', eol = '\r\n' } = {}) {
    const p = path ?? `${this.cfg.prefix ?? ''}/app/${key ?? this.app(app).key}${qs}`;
    const h = { Host: `${this.cfg.host}:${this.cfg.port}`, Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Key': wsKey, 'Sec-WebSocket-Version': '13', ...headers };
    for (const d of drop) delete h[d];
    return [`${method} ${p} ${version}`, ...Object.entries(h).map(([k, v]) => `${k}: ${v}`), ...extra, '', ''].join(eol);
  }
  async open(name, bytes, { pieces } = {}) {
    const c = new Conn(name, this.cfg.host, this.cfg.port);
    c.mode = 'head';
    this.conns.set(name, c);
    await c.ready;
    if (pieces) for (const p of pieces) { c.write(p); await sleep(10); } else c.write(bytes);
    return c;
  }
  async ws(name, o = {}) {
    const req = o.raw ?? this.hs(o);
    const bytes = o.append ? Buffer.concat([Buffer.from(req, 'latin1'), o.append]) : Buffer.from(req, 'latin1');
    return this.step({ do: 'connect', conn: name, request: req, ...(o.append ? { appended: o.append.toString('hex') } : {}), ...(o.label ? { label: o.label } : {}) },
      () => this.open(name, bytes, { pieces: o.pieces?.(bytes) }));
  }
  c(name) { return this.conns.get(name); }
  sid(name) { return this.c(name).sid ?? '0.0'; }
  async tx(name, v, o = {}) {
    const text = typeof v === 'string' ? v : JSON.stringify(v);
    return this.step({ do: 'send', conn: name, text: text.length > 4000 ? `${text.slice(0, 200)}...(${text.length} chars)` : text }, () => this.c(name).write(frame(text, o)), o.quiet);
  }
  async tf(name, payload, o = {}, label) { // arbitrary frame
    const b = frame(payload, o);
    return this.step({ do: 'frame', conn: name, ...(label ? { label } : {}), bytes: b.length > 400 ? `${b.subarray(0, 60).toString('hex')}...(${b.length} bytes)` : b.toString('hex') }, () => this.c(name).write(b));
  }
  async raw(name, buf, label) {
    return this.step({ do: 'raw', conn: name, ...(label ? { label } : {}), bytes: buf.length > 400 ? `${buf.subarray(0, 60).toString('hex')}...(${buf.length} bytes)` : buf.toString('hex') }, () => this.c(name).write(buf));
  }
  async rawPieces(name, bufs, label) {
    return this.step({ do: 'raw-pieces', conn: name, label, pieces: bufs.length }, async () => { for (const b of bufs) { this.c(name).write(b); await sleep(5); } });
  }
  async drop(name) { return this.step({ do: 'tcp-close', conn: name }, () => this.c(name).destroy()); }
  async closeWs(name, code = 1000, reason = '') {
    const p = Buffer.alloc(2); p.writeUInt16BE(code);
    return this.tf(name, Buffer.concat([p, Buffer.from(reason)]), { op: 8 }, `close ${code} ${reason}`);
  }
  async wait(ms, label) { return this.step({ do: 'wait', ms, ...(label ? { label } : {}) }, () => sleep(ms)); }
  // channel auth
  auth(name, channel, data, { app = 1, secret, key } = {}) {
    const a = this.app(app);
    const sig = hmac(secret ?? a.secret, data !== undefined && data !== null ? `${this.sid(name)}:${channel}:${data}` : `${this.sid(name)}:${channel}`);
    this.addRepl(sig, `<hmac(${secret && secret !== a.secret ? 'WRONG' : 'secret'}, "<sid:${name}>:${channel.length > 80 ? channel.slice(0, 40) + '...' : channel}${data !== undefined && data !== null ? ':' + data : ''}")>`);
    return `${key ?? a.key}:${sig}`;
  }
  async sub(name, channel, { data, auth, app = 1, quiet } = {}) {
    const needs = /^(private|presence)/.test(channel);
    const d = data === undefined ? undefined : typeof data === 'string' ? data : JSON.stringify(data);
    const m = { channel };
    if (auth !== undefined) { if (auth !== null) m.auth = auth; } else if (needs) m.auth = this.auth(name, channel, d, { app });
    if (d !== undefined) m.channel_data = d;
    return this.tx(name, { event: 'pusher:subscribe', data: m }, { quiet });
  }
  async unsub(name, channel) { return this.tx(name, { event: 'pusher:unsubscribe', data: { channel } }); }
  now() { const ts = String(Math.floor(Date.now() / 1000)); this.addRepl(ts, '<ts>'); return ts; }
  // ---- http --------------------------------------------------------------
  async rawHttp(bytes, { wait = this.cfg.httpWait, pieces, halfClose } = {}) {
    const chunks = []; let fin = null; let last = Date.now();
    const sock = net.createConnection({ host: this.cfg.host, port: this.cfg.port, allowHalfOpen: true, noDelay: true });
    await new Promise((r) => { sock.once('connect', r); sock.once('error', r); });
    sock.on('data', (d) => { chunks.push(d); last = Date.now(); });
    sock.on('end', () => { fin = 'fin'; });
    sock.on('error', (e) => { fin ??= e.code === 'ECONNRESET' ? 'rst' : e.code; });
    if (pieces) for (const p of pieces) { sock.write(p); await sleep(15); } else sock.write(bytes);
    if (halfClose) sock.end();
    last = Date.now();
    const head = /^HEAD /i.test(Buffer.isBuffer(bytes) ? bytes.toString('latin1', 0, 5) : bytes);
    const done = () => { const rs = splitResponses(Buffer.concat(chunks), head); return rs.some((r) => r.status >= 200) && rs.every((r) => !r.junk && r.length === 'ok'); };
    while (!fin && Date.now() - last < wait) { await sleep(5); if (chunks.length && Date.now() - last >= this.cfg.grace && done()) break; }
    await sleep(5);
    sock.on('error', () => {});
    sock.destroy();
    const buf = Buffer.concat(chunks);
    const o = isUtf8(buf) ? { raw: this.norm(buf.toString('utf8')) } : { rawHex: buf.toString('hex') };
    o.responses = splitResponses(buf, head).map((r) => r.junk ? { junk: this.text(r.junk) } : { status: r.status, headers: Object.fromEntries(Object.entries(r.headers).map(([k, v]) => [k, k === 'date' ? '<date>' : this.norm(v)])), body: isUtf8(r.body) ? this.norm(r.body.toString('utf8')) : { hex: r.body.toString('hex') }, length: r.length });
    o.connection = fin ?? 'open';
    return o;
  }
  async http(reqText, o = {}) {
    const bytes = Buffer.isBuffer(reqText) ? reqText : Buffer.from(reqText, 'utf8');
    const nrm = this.norm(bytes.toString('utf8'));
    let display = nrm.includes('<sid:') ? nrm.replace(/(Content-Length: )\d+/, '$1<len>') : null; // socket ids vary in length
    if (display && display.length > 3000) display = null;
    const shown = display ?? (bytes.length > 3000 ? `${bytes.subarray(0, 600).toString('utf8')}...(${bytes.length} bytes)` : bytes.toString('utf8'));
    let response;
    await this.step({ do: 'http', ...(o.label ? { label: o.label } : {}), request: shown }, async () => { response = await this.rawHttp(bytes, o); return { response }; }, o.quiet);
    return response;
  }
  // signed query. q: extra params (object, plain values); opts mutate the defaults
  sign(method, path, { app = 1, query = {}, body = '', ts, authKey, version = '1.0', omit = [], md5: md5v, secret, sig, shuffle, signExtra = {}, unsigned = {}, enc = encodeURIComponent, signPath } = {}) {
    const a = this.app(app);
    const now = String(ts ?? Math.floor(Date.now() / 1000));
    const p = { auth_key: authKey ?? a.key, auth_timestamp: now, auth_version: version, ...query };
    if (body !== '' && body !== null) p.body_md5 = md5v ?? md5(body);
    for (const k of omit) delete p[k];
    const signed = { ...p, ...signExtra };
    const str = `${method}\n${signPath ?? path}\n${Object.keys(signed).sort().map((k) => `${k}=${signed[k]}`).join('&')}`;
    const s = sig ?? hmac(secret ?? a.secret, str);
    this.addRepl(now, '<ts>');
    if (s.length > 20) this.addRepl(s, '<auth_signature>');
    if (p.body_md5 && this.norm(body) !== body) this.addRepl(p.body_md5, '<md5(body)>');
    const all = { ...p, ...unsigned };
    if (!omit.includes('auth_signature')) all.auth_signature = s;
    let keys = Object.keys(all);
    if (shuffle) keys = keys.reverse();
    return keys.map((k) => `${k}=${enc(String(all[k]))}`).join('&');
  }
  async rest(method, path, o = {}) {
    const a = this.app(o.app ?? 1);
    const full = path.startsWith('/') && !path.startsWith('/channels') && !path.startsWith('/events') && !path.startsWith('/batch') && !path.startsWith('/conn') && !path.startsWith('/users') ? path : `/apps/${o.appId ?? a.id}${path}`;
    const prefix = this.cfg.prefix ?? '';
    const body = o.body === undefined ? '' : typeof o.body === 'string' ? o.body : JSON.stringify(o.body);
    const qs = this.sign(method, full, { ...o, body });
    const h = { Host: `${this.cfg.host}:${this.cfg.port}`, ...(body !== '' ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } : {}), ...(o.headers ?? {}) };
    const req = [`${method} ${prefix}${o.urlPath ?? full}?${qs} HTTP/1.1`, ...Object.entries(h).map(([k, v]) => `${k}: ${v}`), '', ''].join('\r\n') + body;
    return this.http(req, o);
  }
  event(body, o = {}) { return this.rest('POST', '/events', { body, ...o }); }
  // What became of every connection: a last pusher:ping tells an open WebSocket from a dead one.
  async probe() {
    const end = {};
    const left = [...this.conns.values()].filter((c) => !c.selfClosed);
    for (const c of left) if (!c.ended && !c.closeSeen) c.write(frame('{"event":"pusher:ping"}'));
    if (left.some((c) => !c.ended && !c.closeSeen)) await this.settle();
    for (const c of left) {
      const answered = c.events.some((e) => e.frame && e.frame.op === 1);
      end[c.name] = c.ended || c.closeSeen ? 'closed' : answered ? 'open' : 'silent';
    }
    return end;
  }
  async cleanup() {
    for (const c of this.conns.values()) c.destroy();
    await sleep(40);
  }
  result(end) { return { scenario: this.meta.name, title: this.meta.title, ...(this.meta.needs ? { needs: this.meta.needs } : {}), steps: this.steps, ...(end ? { end } : {}) }; }
}
