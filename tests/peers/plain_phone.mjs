// A phone of our own making, for what baresip cannot show: every offer and every packet is in the hands of the test.
// @ts-check
import { RtpPeer } from './rtp_peer.mjs';
import { SipClient } from './sip_client.mjs';
import { token } from './sip_message.mjs';
import { hostPort, tcpWire, udpWire } from './wire.mjs';

/** @typedef {import('./sip_message.mjs').SipMessage} SipMessage */
/** @typedef {Parameters<RtpPeer['sdp']>[0]} Description */

/** One call of the plain phone: the dialog, and the media beside it. */
class PlainCall {
  /** @type {SipMessage} */
  response;
  #phone;
  #target = '';
  #cseq;
  #dialog;

  /**
   * @param {PlainPhone} phone
   * @param {{callId: string, fromTag: string, toTag: string, to: string, cseq: number, target: string}} dialog
   * @param {SipMessage} response
   */
  constructor(phone, dialog, response) {
    this.#phone = phone;
    this.#dialog = dialog;
    this.#cseq = dialog.cseq;
    this.#target = dialog.target;
    this.response = response;
  }

  /** @param {string} method @param {{headers?: Record<string, string>, body?: string, cseq?: number}} [details] */
  request(method, { headers, body, cseq = ++this.#cseq } = {}) {
    const { to, callId, fromTag, toTag } = this.#dialog;
    return this.#phone.client.request(method, this.#target, { to, callId, fromTag, toTag, cseq, headers, body });
  }

  /** A new offer in the call: hold, resume. @param {Description} description */
  async offer(description) {
    const { client, media } = this.#phone;
    const headers = { Contact: client.contact, 'Content-Type': 'application/sdp' };
    const invite = this.request('INVITE', { headers, body: media.sdp(description) });
    const response = await client.transact(invite);
    this.acknowledge(invite.cseq);
    if (response.status === 200 && /^m=audio [1-9]/m.test(response.body)) media.speakTo(response.body);
    return response;
  }

  /** @param {number} cseq of the INVITE */
  acknowledge(cseq) {
    this.#phone.client.send(this.request('ACK', { cseq }));
  }

  /** A key press by INFO; the final response. @param {string} digit @param {number} [milliseconds] */
  async sendInfo(digit, milliseconds = 160) {
    const headers = { 'Content-Type': 'application/dtmf-relay' };
    return this.#phone.client.transact(this.request('INFO', { headers, body: `Signal=${digit}\r\nDuration=${milliseconds}\r\n` }));
  }

  async hangup() {
    return this.#phone.client.transact(this.request('BYE'));
  }
}

export class PlainPhone {
  client;
  media;
  extension;
  /** The methods that it says it knows; INFO comes on top with takeInfo(). */
  allow = 'INVITE, ACK, BYE, CANCEL, OPTIONS';

  /** @param {SipClient} client @param {RtpPeer} media */
  constructor(client, media) {
    this.client = client;
    this.media = media;
    this.extension = client.identity.user;
  }

  /**
   * @param {{server: number, address?: string, port?: number, extension: string, password: string, hz: number,
   *   transport?: 'udp' | 'tcp', register?: boolean, encryption?: import('./rtp_peer.mjs').Encryption}} options port: the own one
   *   for UDP, without it any
   */
  static async start(options) {
    const { server, address = '127.0.0.1', port, extension, password, hz, transport = 'udp', register = true, encryption } = options;
    const wire = await (transport === 'tcp' ? tcpWire(server, address) : udpWire(server, { address, port }));
    const client = new SipClient(wire, { user: extension, password, domain: hostPort(address, server) });
    const media = await RtpPeer.open({ hz, name: `plain phone ${extension}`, address, encryption });
    if (register) {
      const response = await client.register();
      if (response.status !== 200) throw new Error(`plain phone ${extension}: ${response.start}`);
    }
    return new PlainPhone(client, media);
  }

  get hz() {
    return this.media.hz;
  }

  get ear() {
    return this.media.ear;
  }

  /** From now on it says that it knows INFO, and answers it. */
  takeInfo() {
    this.allow += ', INFO';
    this.client.answers.add('INFO');
  }

  /** The keys that came by INFO, in their order. */
  get digitsByInfo() {
    const infos = this.client.received.all.filter((message) => message.isRequest && message.method === 'INFO');
    return infos.map((info) => /^Signal=(.)\r\nDuration=\d+\r\n$/.exec(info.body)?.[1] ?? '?').join('');
  }

  /** @param {string} number one of the server's, or an address with its domain @param {Description} [description] */
  invite(number, description) {
    const { client, media } = this;
    const uri = number.includes('@') ? `sip:${number}` : `sip:${number}@${client.identity.domain}`;
    const headers = { Contact: client.contact, Allow: this.allow, 'Content-Type': 'application/sdp' };
    return client.request('INVITE', uri, { headers, body: media.sdp(description) });
  }

  /** Calls and returns the final response, whatever it is. @param {string} number @param {Description} [description] */
  async attempt(number, description) {
    const { response, request } = await this.client.authenticated(this.invite(number, description));
    if (response.status >= 300) this.client.acknowledge(request, response);
    return response;
  }

  /** Calls, is answered, and speaks. @param {string} number @param {Description} [description] @returns {Promise<PlainCall>} */
  async call(number, description) {
    const { response, request } = await this.client.authenticated(this.invite(number, description));
    if (response.status !== 200) throw new Error(`plain phone ${this.extension} calls ${number}: ${response.start}`);
    const call = this.#dialog(response, request);
    call.acknowledge(request.cseq);
    this.media.speakTo(response.body);
    return call;
  }

  /** @param {SipMessage} response @param {SipMessage} request */
  #dialog(response, request) {
    const target = response.contactUri;
    if (!target) throw new Error(`the 200 has no Contact:\n${response}`);
    return new PlainCall(
      this,
      {
        callId: request.callId,
        fromTag: request.tag('From') ?? '',
        toTag: response.tag('To') ?? '',
        to: request.start.split(' ')[1],
        cseq: request.cseq,
        target,
      },
      response,
    );
  }

  /** Waits for a call. @param {number} [within] */
  async incoming(within = 5000) {
    return this.client.received.take('an INVITE', (message) => message.method === 'INVITE' && message.isRequest, within);
  }

  /** Rings. @param {SipMessage} invite @param {string} [toTag] */
  ring(invite, toTag = token()) {
    this.client.respond(invite, 180, 'Ringing', { toTag, headers: { Contact: this.client.contact } });
    return toTag;
  }

  /** Answers a call, and speaks. @param {SipMessage} invite @param {{toTag?: string, description?: Description}} [options] */
  async answer(invite, { toTag = token(), description } = {}) {
    const headers = { Contact: this.client.contact, Allow: this.allow, 'Content-Type': 'application/sdp' };
    const ok = this.client.respond(invite, 200, 'OK', { toTag, headers, body: this.media.sdp(description) });
    // RFC 3261 section 13.3.1.4: again until the ACK is there. In a flood, datagrams are lost.
    const again = setInterval(() => this.client.send(ok), 500);
    try {
      await this.client.received.take('the ACK', (message) => message.method === 'ACK' && message.callId === invite.callId);
    } finally {
      clearInterval(again);
    }
    this.media.speakTo(invite.body);
    return toTag;
  }

  /** The call that it has answered. @param {SipMessage} invite @param {string} ownTag what answer() returned */
  callOf(invite, ownTag) {
    const target = invite.contactUri;
    if (!target) throw new Error(`the INVITE has no Contact:\n${invite}`);
    const dialog = { callId: invite.callId, fromTag: ownTag, toTag: invite.tag('From') ?? '', to: target, cseq: 0, target };
    return new PlainCall(this, dialog, invite);
  }

  async stop() {
    await this.media.stop();
    await this.client.stop();
  }
}
