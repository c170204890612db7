// A SIP client whose every message a test can shape. It knows requests, digest and dialogs, but no media.
// @ts-check
import { SipMessage, credentials, token } from './sip_message.mjs';
import { Events } from './until.mjs';

/** @typedef {import('./wire.mjs').Wire} Wire */
/**
 * @typedef {object} Identity
 * @property {string} user
 * @property {string} password
 * @property {string} domain host and port of the server, as the client's URIs name them
 */
/** @typedef {{to?: string, headers?: Record<string, string>, body?: string, callId?: string, cseq?: number, fromTag?: string, toTag?: string, branch?: string}} Details */

const kOffer = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';

export class SipClient {
  wire;
  identity;
  /** Responses and requests that came. @type {Events<SipMessage>} */
  received;
  contactUser = token(8);
  /** What it answers by itself; anything else stays unanswered until the test answers. @type {Set<string>} */
  answers = new Set(['NOTIFY', 'OPTIONS', 'BYE']);
  #stopped = false;

  /** @param {Wire} wire @param {Identity} identity */
  constructor(wire, identity) {
    this.wire = wire;
    this.identity = identity;
    this.received = new Events(`client ${identity.user}`);
    wire.onMessage = (text) => this.#receive(text);
  }

  get aor() {
    return `sip:${this.identity.user}@${this.identity.domain}`;
  }

  get contact() {
    // RFC 7118 section 5.2: a URI calls both WebSockets "ws".
    const transport = this.wire.transport === 'WSS' ? 'ws' : this.wire.transport.toLowerCase();
    return `<sip:${this.contactUser}@${this.wire.host}${transport === 'udp' ? '' : `;transport=${transport}`}>`;
  }

  /** @param {string} text */
  #receive(text) {
    if (text.trim() === '') return; // keep-alive
    const message = SipMessage.parse(text);
    if (message.isRequest && this.answers.has(message.method)) this.respond(message, 200, 'OK');
    this.received.add(message);
  }

  /** @param {string} method @param {string} uri @param {Details} [details] @returns {SipMessage} */
  request(method, uri, { to = uri, headers = {}, body = '', callId = token(20), cseq = 1, fromTag = token(), toTag, branch } = {}) {
    const message = new SipMessage(
      `${method} ${uri} SIP/2.0`,
      [
        ['Via', `SIP/2.0/${this.wire.transport} ${this.wire.host};branch=${branch ?? `z9hG4bK${token(7)}`}`],
        ['To', `<${to}>${toTag ? `;tag=${toTag}` : ''}`],
        ['From', `"${this.identity.user}" <${this.aor}>;tag=${fromTag}`],
        ['CSeq', `${cseq} ${method}`],
        ['Call-ID', callId],
        ['Max-Forwards', '70'],
        ...Object.entries(headers),
      ],
      body,
    );
    return message;
  }

  /** @param {SipMessage | string} message */
  send(message) {
    this.wire.send(String(message));
  }

  /**
   * The next response to this request.
   * @param {SipMessage} request
   * @param {(status: number) => boolean} [matches]
   * @param {number} [within]
   */
  async response(request, matches = (status) => status >= 200, within = 5000) {
    return this.received.take(
      `the response to ${request.start}`,
      (message) =>
        !message.isRequest &&
        message.callId === request.callId &&
        message.cseq === request.cseq &&
        message.method === request.method &&
        matches(message.status),
      within,
    );
  }

  /** Sends and waits for the final response. @param {SipMessage} request */
  async transact(request) {
    this.send(request);
    return this.response(request);
  }

  /**
   * Sends, answers a challenge as SIP.js does (the last one that it offers), and returns the final response and the request
   * that got it. A refused INVITE is acknowledged.
   * @param {SipMessage} request
   * @param {{password?: string, algorithm?: string}} [options]
   */
  async authenticated(request, { password = this.identity.password, algorithm } = {}) {
    const first = await this.transact(request);
    if (first.status !== 401 && first.status !== 407) return { response: first, request };
    if (request.method === 'INVITE') this.acknowledge(request, first);
    const second = this.withCredentials(request, first, { password, algorithm });
    return { response: await this.transact(second), request: second };
  }

  /**
   * The same request with credentials: next CSeq, new branch.
   * @param {SipMessage} request
   * @param {SipMessage} challenged
   * @param {{password?: string, algorithm?: string, username?: string}} [options]
   */
  withCredentials(request, challenged, { password = this.identity.password, algorithm, username = this.identity.user } = {}) {
    const proxy = challenged.status === 407;
    const challenges = challenged.all(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate');
    const challenge = algorithm ? challenges.find((value) => value.includes(`algorithm=${algorithm}`)) : challenges.at(-1);
    if (!challenge) throw new Error(`no challenge${algorithm ? ` with ${algorithm}` : ''} in ${challenged.start}`);
    const [method, uri] = request.start.split(' ');
    const copy = SipMessage.parse(String(request));
    copy.set('CSeq', `${request.cseq + 1} ${method}`);
    copy.headers = copy.headers.filter(([name]) => name !== 'Content-Length');
    copy.headers[0] = ['Via', `SIP/2.0/${this.wire.transport} ${this.wire.host};branch=z9hG4bK${token(7)}`];
    return copy.set(proxy ? 'Proxy-Authorization' : 'Authorization', credentials(challenge, { method, uri, username, password }));
  }

  /** The ACK to a refusal belongs to its transaction (RFC 3261 section 17.1.1.3). @param {SipMessage} invite @param {SipMessage} response */
  acknowledge(invite, response) {
    const uri = invite.start.split(' ')[1];
    const ack = this.request('ACK', uri, { callId: invite.callId, cseq: invite.cseq });
    ack.set('Via', invite.header('Via') ?? '').set('From', invite.header('From') ?? '').set('To', response.header('To') ?? '');
    this.send(ack);
  }

  /**
   * @param {{expires?: number, contact?: string, callId?: string, cseq?: number, password?: string, algorithm?: string}} [options]
   */
  async register({ expires = 600, contact = `${this.contact};expires=${expires}`, callId, cseq, ...options } = {}) {
    const headers = { Contact: contact, Supported: 'outbound, path, gruu', ...(contact === '*' ? { Expires: '0' } : {}) };
    const request = this.request('REGISTER', `sip:${this.identity.domain}`, { to: this.aor, headers, callId, cseq });
    return (await this.authenticated(request, options)).response;
  }

  /** The bindings of the extension as the server lists them: a REGISTER without Contact only asks. */
  async bindings() {
    const request = this.request('REGISTER', `sip:${this.identity.domain}`, { to: this.aor });
    return (await this.authenticated(request)).response.all('Contact');
  }

  /** Calls somebody, but has no ear for the answer. @param {string} uri @returns {Promise<SipMessage>} the final response */
  async call(uri) {
    const headers = { Contact: this.contact, 'Content-Type': 'application/sdp' };
    const { response, request } = await this.authenticated(this.request('INVITE', uri, { headers, body: kOffer }));
    this.acknowledge(request, response);
    return response;
  }

  /**
   * Writes to an extension. @param {string} number @param {string} body @param {Record<string, string>} [headers]
   * @returns {Promise<SipMessage>} the final response
   */
  async write(number, body, headers = {}) {
    const uri = `sip:${number}@${this.identity.domain}`;
    const request = this.request('MESSAGE', uri, { headers: { 'Content-Type': 'text/plain;charset=utf-8', ...headers }, body });
    return (await this.authenticated(request)).response;
  }

  /** The next message that comes in, unanswered unless MESSAGE is among `answers`. @param {number} [within] */
  async message(within) {
    return this.received.take('MESSAGE', (message) => message.isRequest && message.method === 'MESSAGE', within);
  }

  /** The INVITE of a call that comes in. @param {number} [within] */
  async incoming(within) {
    return this.received.take('INVITE', (message) => message.isRequest && message.method === 'INVITE', within);
  }

  get wasCalled() {
    return this.received.some((message) => message.isRequest && message.method === 'INVITE');
  }

  /** Is the server alive? It answers OPTIONS. */
  async options() {
    return this.transact(this.request('OPTIONS', `sip:${this.identity.domain}`));
  }

  /**
   * @param {SipMessage} request
   * @param {number} status
   * @param {string} reason
   * @param {{toTag?: string, headers?: Record<string, string>, body?: string}} [options]
   */
  respond(request, status, reason, { toTag = token(), headers = {}, body = '' } = {}) {
    const to = request.header('To') ?? '';
    const copied = request.headers.filter(([name]) => ['via', 'from', 'call-id', 'cseq', 'record-route'].includes(name.toLowerCase()));
    const response = new SipMessage(
      `SIP/2.0 ${status} ${reason}`,
      [...copied, ['To', to.includes(';tag=') ? to : `${to};tag=${toTag}`], ...Object.entries(headers)],
      body,
    );
    this.send(response);
    return response;
  }

  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.wire.close();
  }
}
