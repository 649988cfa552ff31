// SPDX-FileCopyrightText: The Resonate authors
// SPDX-License-Identifier: LGPL-2.1-or-later
// Raw TCP WebSocket/HTTP client with byte-exact capture. No dependencies.
import net from 'node:net';
import crypto from 'node:crypto';

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
export const OPN = { 0: 'cont', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

// build a client frame. opts: op, fin, rsv (0-7), mask (default true), lenEnc: 7|16|64 (force), len (force claimed length)
export function frame(payload, { op = 1, fin = true, rsv = 0, mask = true, lenEnc, len, key } = {}) {
  const p = Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload), 'utf8');
  const L = len ?? p.length;
  const enc = lenEnc ?? (L < 126 ? 7 : L < 65536 ? 16 : 64);
  const h = [(fin ? 0x80 : 0) | (rsv << 4) | op];
  const m = mask ? 0x80 : 0;
  let hb;
  if (enc === 7) hb = Buffer.from([h[0], m | Number(L)]);
  else if (enc === 16) { hb = Buffer.alloc(4); hb[0] = h[0]; hb[1] = m | 126; hb.writeUInt16BE(Number(L), 2); }
  else { hb = Buffer.alloc(10); hb[0] = h[0]; hb[1] = m | 127; hb.writeBigUInt64BE(BigInt.asUintN(64, BigInt(L)), 2); }
  if (!mask) return Buffer.concat([hb, p]);
  const k = key ?? Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const q = Buffer.alloc(p.length);
  for (let i = 0; i < p.length; i++) q[i] = p[i] ^ k[i & 3];
  return Buffer.concat([hb, k, q]);
}

// One TCP connection; collects raw bytes; in ws mode parses the HTTP response head then frames.
export class Conn {
  constructor(name, host, port) {
    this.name = name; this.buf = Buffer.alloc(0); this.events = []; this.mode = 'raw'; this.raw = [];
    this.lastData = Date.now(); this.ended = false; this.sid = null;
    this.sock = net.createConnection({ host, port, allowHalfOpen: true, noDelay: true });
    this.ready = new Promise((res) => { this.sock.once('connect', () => res(true)); this.sock.once('error', () => res(false)); });
    this.sock.on('data', (d) => { this.lastData = Date.now(); this.onData(d); });
    this.sock.on('end', () => { this.lastData = Date.now(); this.flush(); this.ended = true; this.events.push({ tcp: 'fin' }); });
    this.sock.on('error', (e) => { this.lastData = Date.now(); if (!this.selfClosed && !this.ended) { this.flush(); this.events.push({ tcp: e.code === 'ECONNRESET' ? 'rst' : e.code }); } this.ended = true; });
  }
  flush() { if (this.buf.length) { this.events.push({ trailing: this.buf }); this.buf = Buffer.alloc(0); } }
  onData(d) {
    if (this.mode === 'raw') { this.raw.push(d); return; }
    this.buf = Buffer.concat([this.buf, d]);
    if (this.mode === 'head') {
      const i = this.buf.indexOf('\r\n\r\n');
      if (i < 0) return;
      const head = this.buf.subarray(0, i + 4);
      this.buf = this.buf.subarray(i + 4);
      this.events.push({ head });
      const st = head.toString('latin1');
      // a server may go on speaking frames even after a non-101 answer: look at the next byte
      if (/^HTTP\/1\.1 101 /.test(st) || (this.buf.length && this.buf[0] >= 0x80)) this.mode = 'frames';
      else this.mode = 'body';
    }
    if (this.mode === 'body' && this.buf.length && this.buf[0] >= 0x80) this.mode = 'frames';
    if (this.mode === 'frames') this.parseFrames();
  }
  parseFrames() {
    for (;;) {
      const b = this.buf;
      if (b.length < 2) return;
      let len = b[1] & 0x7f, off = 2, enc = 7;
      if (len === 126) { if (b.length < 4) return; len = b.readUInt16BE(2); off = 4; enc = 16; }
      else if (len === 127) { if (b.length < 10) return; len = Number(b.readBigUInt64BE(2)); off = 10; enc = 64; }
      const masked = !!(b[1] & 0x80);
      if (masked) off += 4;
      if (b.length < off + len) return;
      const payload = Buffer.from(b.subarray(off, off + len));
      this.buf = b.subarray(off + len);
      if ((b[0] & 15) === 8) this.closeSeen = true;
      this.events.push({ frame: { op: b[0] & 15, fin: !!(b[0] & 0x80), rsv: (b[0] >> 4) & 7, masked, enc, payload } });
    }
  }
  write(d) { try { this.sock.write(d); } catch {} }
  destroy() { this.selfClosed = true; this.sock.destroy(); }
  end() { this.selfClosed = true; this.sock.end(); }
}

export const wsKey = 'dGhlIHNhbXBsZSBub25jZQ==';
export const wsAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
export const md5 = (s) => crypto.createHash('md5').update(s).digest('hex');
export const hmac = (secret, s) => crypto.createHmac('sha256', secret).update(s).digest('hex');
