// SIP messages as a test needs them: every header can be seen, every rule can be broken.
// @ts-check
import crypto from 'node:crypto';

/** @param {number} [length] */
export function token(length = 10) {
  return crypto.randomBytes(length).toString('hex').slice(0, length);
}

export class SipMessage {
  start;
  /** @type {[string, string][]} */
  headers;
  body;

  /** @param {string} start @param {[string, string][]} headers @param {string} [body] */
  constructor(start, headers, body = '') {
    this.start = start;
    this.headers = headers;
    this.body = body;
  }

  /** @param {string} text */
  static parse(text) {
    const end = text.indexOf('\r\n\r\n');
    const [start, ...lines] = text.slice(0, end < 0 ? text.length : end).split('\r\n');
    const headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return /** @type {[string, string]} */ ([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    });
    return new SipMessage(start, headers, end < 0 ? '' : text.slice(end + 4));
  }

  /** Content-Length is counted here unless a header says otherwise. */
  toString() {
    const counted = this.header('Content-Length') === undefined;
    const headers = counted ? [...this.headers, ['Content-Length', String(Buffer.byteLength(this.body))]] : this.headers;
    return `${[this.start, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n${this.body}`;
  }

  /** The first header of this name. @param {string} name @returns {string | undefined} */
  header(name) {
    return this.all(name)[0];
  }

  /** @param {string} name */
  all(name) {
    const wanted = name.toLowerCase();
    return this.headers.filter(([other]) => other.toLowerCase() === wanted).map(([, value]) => value);
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.headers = this.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
    this.headers.push([name, value]);
    return this;
  }

  get isRequest() {
    return !this.start.startsWith('SIP/2.0 ');
  }

  /** Of a response. */
  get status() {
    return this.isRequest ? 0 : Number(this.start.split(' ')[1]);
  }

  get method() {
    return this.isRequest ? this.start.split(' ')[0] : (this.header('CSeq') ?? '').split(' ')[1];
  }

  get callId() {
    return this.header('Call-ID') ?? '';
  }

  get cseq() {
    return Number.parseInt(this.header('CSeq') ?? '0', 10);
  }

  /** @param {'From' | 'To'} name */
  tag(name) {
    return this.header(name)?.match(/;tag=([^;\s>]+)/)?.[1];
  }

  /** The URI of the first Contact. */
  get contactUri() {
    return this.header('Contact')?.match(/<([^>]+)>/)?.[1];
  }
}

/**
 * The parameters of a challenge or of credentials.
 * @param {string} value e.g. 'Digest realm="office", nonce="1"'
 * @returns {Record<string, string>}
 */
export function parameters(value) {
  return Object.fromEntries([...value.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map((match) => [match[1].toLowerCase(), match[2] ?? match[3]]));
}

/**
 * RFC 7616 section 3.4: the credentials that answer a challenge.
 * @param {string} challenge the value of WWW-Authenticate or Proxy-Authenticate
 * @param {{method: string, uri: string, username: string, password: string, count?: number, cnonce?: string}} request
 */
export function credentials(challenge, { method, uri, username, password, count = 1, cnonce = token(12) }) {
  const { realm, nonce, algorithm = 'MD5', opaque } = parameters(challenge);
  const name = algorithm.toUpperCase() === 'SHA-256' ? 'sha256' : 'md5';
  const hash = (/** @type {string} */ text) => crypto.createHash(name).update(text).digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const response = hash(`${hash(`${username}:${realm}:${password}`)}:${nonce}:${nc}:${cnonce}:auth:${hash(`${method}:${uri}`)}`);
  return (
    `Digest algorithm=${algorithm}, username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", qop=auth, cnonce="${cnonce}", nc=${nc}${opaque === undefined ? '' : `, opaque="${opaque}"`}`
  );
}
