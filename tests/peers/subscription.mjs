// One subscription of a SIP client (RFC 6665): SUBSCRIBE, and the NOTIFYs that follow.
// @ts-check

/** @typedef {import('./sip_client.mjs').SipClient} SipClient */
/** @typedef {import('./sip_message.mjs').SipMessage} SipMessage */

export class Subscription {
  #client;
  #event;
  #uri;
  #accept;
  /** The SUBSCRIBE that was accepted or refused last. @type {SipMessage} */
  // @ts-ignore set by open()
  request;
  /** @type {SipMessage} */
  // @ts-ignore set by open()
  response;

  /** @param {SipClient} client @param {string} number @param {string} event @param {string} [accept] */
  constructor(client, number, event, accept) {
    this.#client = client;
    this.#event = event;
    this.#uri = `sip:${number}@${client.identity.domain}`;
    this.#accept = accept;
  }

  /**
   * @param {SipClient} client
   * @param {string} number
   * @param {string} event
   * @param {{expires?: number, accept?: string}} [options]
   */
  static async open(client, number, event, { expires = 600, accept } = {}) {
    const subscription = new Subscription(client, number, event, accept);
    const request = client.request('SUBSCRIBE', subscription.#uri, { headers: subscription.#headers(expires) });
    Object.assign(subscription, await client.authenticated(request));
    return subscription;
  }

  /** @param {number} expires */
  #headers(expires) {
    return {
      Contact: this.#client.contact,
      Event: this.#event,
      Expires: String(expires),
      ...(this.#accept ? { Accept: this.#accept } : {}),
    };
  }

  get status() {
    return this.response.status;
  }

  /** Refreshes it in its dialog; zero ends it. @param {number} expires @returns {Promise<SipMessage>} */
  async refresh(expires) {
    const request = this.#client.request('SUBSCRIBE', this.response.contactUri ?? this.#uri, {
      to: this.#uri,
      callId: this.request.callId,
      cseq: this.request.cseq + 1,
      fromTag: this.request.tag('From'),
      toTag: this.response.tag('To'),
      headers: this.#headers(expires),
    });
    const response = await this.#client.transact(request);
    this.request = request;
    return response;
  }

  /**
   * The next NOTIFY of this subscription that says so in its body.
   * @param {string} what for the error
   * @param {RegExp} [says]
   * @param {number} [within]
   */
  notify(what, says = /(?:)/, within = 12_000) {
    return this.#client.received.take(
      `NOTIFY of ${this.#event}: ${what}`,
      (message) => message.isRequest && message.method === 'NOTIFY' && message.callId === this.request.callId && says.test(message.body),
      within,
    );
  }

  /** The last NOTIFY of all. @param {number} [within] @returns {Promise<string>} why it is the last */
  async ended(within = 8000) {
    const state = (/** @type {SipMessage} */ message) => message.header('Subscription-State') ?? '';
    const last = await this.#client.received.take(
      `the last NOTIFY of ${this.#event}`,
      (message) => message.isRequest && message.callId === this.request.callId && state(message).startsWith('terminated'),
      within,
    );
    return state(last);
  }
}
