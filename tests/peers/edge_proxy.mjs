// The smallest edge proxy that does what RFC 3327 and RFC 5626 ask of one: it stands between phones and the server on UDP,
// puts itself into Path and Record-Route, and finds the way back to each phone by a token in its own Route.
// @ts-check
import dgram from 'node:dgram';
import { SipMessage, token } from './sip_message.mjs';

export class EdgeProxy {
  port = 0;
  /** Requests that the server sent through it. @type {SipMessage[]} */
  passedOn = [];
  #socket = dgram.createSocket('udp4');
  #server;
  /** Which phone a token means. @type {Map<string, import('node:dgram').RemoteInfo>} */
  #phones = new Map();

  /** @param {number} server its port */
  constructor(server) {
    this.#server = server;
  }

  /** @param {number} server */
  static async start(server) {
    const proxy = new EdgeProxy(server);
    await new Promise((resolve) => proxy.#socket.bind(0, '127.0.0.1', () => resolve(undefined)));
    proxy.port = proxy.#socket.address().port;
    proxy.#socket.on('message', (datagram, from) => proxy.#receive(datagram.toString('utf8'), from));
    return proxy;
  }

  /** @param {string} text @param {import('node:dgram').RemoteInfo} from */
  #receive(text, from) {
    if (text.trim() === '') return;
    const message = SipMessage.parse(text);
    if (!message.isRequest) this.#passResponse(message);
    else if (from.port === this.#server) this.#passToPhone(message);
    else this.#passToServer(message, from);
  }

  /** The Via that we have put on top goes, the next one says where to. @param {SipMessage} response */
  #passResponse(response) {
    const own = response.headers.findIndex(([name]) => name.toLowerCase() === 'via');
    response.headers.splice(own, 1);
    const next = /SIP\/2\.0\/UDP ([\d.]+):?(\d+)?(.*)/i.exec(response.header('Via') ?? '');
    if (!next) return;
    const [, host, port = '5060', parameters] = next;
    this.#send(response, Number(/rport=(\d+)/.exec(parameters)?.[1] ?? port), /received=([\d.]+)/.exec(parameters)?.[1] ?? host);
  }

  /** @param {SipMessage} request @param {import('node:dgram').RemoteInfo} from */
  #passToServer(request, from) {
    const own = `flow${from.port}`;
    this.#phones.set(own, from);
    const uri = `sip:${own}@127.0.0.1:${this.port};lr;ob`;
    this.#dropOwnRoutes(request);
    // RFC 3581: the phone's Via says where its responses go.
    const via = request.headers.find(([name]) => name.toLowerCase() === 'via');
    if (via) via[1] = `${via[1].replace(/;rport(=\d+)?/, '')};received=${from.address};rport=${from.port}`;
    if (request.method === 'REGISTER') request.headers.push(['Path', `<${uri}>`]);
    else if (request.method === 'INVITE') request.headers.push(['Record-Route', `<${uri}>`]);
    this.#addVia(request);
    this.#send(request, this.#server, '127.0.0.1');
  }

  /** @param {SipMessage} request */
  #passToPhone(request) {
    this.passedOn.push(SipMessage.parse(String(request)));
    const own = this.#dropOwnRoutes(request);
    const phone = this.#phones.get(own ?? '');
    if (!phone) return;
    if (request.method === 'INVITE') request.headers.push(['Record-Route', `<sip:${own}@127.0.0.1:${this.port};lr;ob>`]);
    this.#addVia(request);
    this.#send(request, phone.port, phone.address);
  }

  /** The token of the first Route that names us, all of which go. @param {SipMessage} request @returns {string | undefined} */
  #dropOwnRoutes(request) {
    let own;
    request.headers = request.headers.filter(([name, value]) => {
      const is = name.toLowerCase() === 'route' && value.includes(`127.0.0.1:${this.port}`);
      if (is) own ??= /sips?:([^@>;]+)@/.exec(value)?.[1];
      return !is;
    });
    return own;
  }

  /** @param {SipMessage} request */
  #addVia(request) {
    // An ACK to a refusal and a CANCEL share the branch of their INVITE (RFC 3261 section 16.11): it is made of theirs.
    const branch = /branch=([^;\s]+)/.exec(request.header('Via') ?? '')?.[1] ?? token();
    request.headers.unshift(['Via', `SIP/2.0/UDP 127.0.0.1:${this.port};branch=${branch}.proxy;rport`]);
  }

  /** @param {SipMessage} message @param {number} port @param {string} host */
  #send(message, port, host) {
    this.#socket.send(String(message), port, host);
  }

  async stop() {
    this.#socket.close();
  }

  tail() {
    return this.passedOn.map((message) => message.start).join('\n');
  }
}
