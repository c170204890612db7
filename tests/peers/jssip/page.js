// Runs in the browser: a telephone as an application developer would write it with JsSIP, and its state in words of the web phone.
// @ts-check
// @ts-ignore JsSIP is a CommonJS module, which esbuild makes out.
import * as JsSIP from 'jssip';

/** @typedef {{server: string, uri: string, password: string}} Account */
/** @typedef {any} Session an RTCSession of JsSIP */

// Candidates of this machine are all that is needed; who looks for more waits before the call.
const kMedia = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

/** How a call ended, as the web phone calls it. @type {Record<string, string>} */
const kReasons = {
  'local Canceled': 'cancelled',
  'remote Canceled': 'missed',
  'local Rejected': 'rejected',
  'local Terminated': 'hung-up',
  'remote Terminated': 'remote-hung-up',
  'remote Busy': 'busy',
  'remote Unavailable': 'unavailable',
  'remote Not Found': 'unknown-number',
};

class Phone {
  registration = 'signed-out';
  call = 'idle';
  reason = '';
  /** Responses before the answer, as they came. @type {number[]} */
  progress = [];
  /** @type {any} */
  #agent;
  /** @type {Session} */
  #session;

  /** @param {Account} account */
  signIn({ server, uri, password }) {
    this.registration = 'connecting';
    this.#agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(server)], uri, password });
    this.#agent.on('registered', () => (this.registration = 'registered'));
    this.#agent.on('unregistered', () => (this.registration = 'signed-out'));
    this.#agent.on('registrationFailed', (/** @type {any} */ event) => (this.registration = `failed: ${event.cause}`));
    this.#agent.on('newRTCSession', (/** @type {any} */ event) => this.#begin(event.session, event.originator));
    this.#agent.start();
  }

  /** @param {string} uri */
  dial(uri) {
    this.#agent.call(uri, kMedia);
  }

  /** @param {Session} session @param {string} originator */
  #begin(session, originator) {
    this.#session = session;
    this.call = originator === 'remote' ? 'incoming' : 'calling';
    this.progress = [];
    // Of our own call there is a connection already.
    if (session.connection) this.#hear(session.connection);
    session.on('peerconnection', (/** @type {any} */ event) => this.#hear(event.peerconnection));
    session.on('progress', (/** @type {any} */ event) => {
      if (event.originator !== 'remote') return;
      this.progress.push(event.response.status_code);
      this.call = event.response.body ? 'early-media' : 'ringing';
    });
    session.on('confirmed', () => (this.call = 'active'));
    session.on('ended', (/** @type {any} */ event) => this.#end(event));
    session.on('failed', (/** @type {any} */ event) => this.#end(event));
  }

  /** @param {RTCPeerConnection} connection */
  #hear(connection) {
    connection.addEventListener('track', (event) => {
      const audio = /** @type {HTMLAudioElement} */ (document.querySelector('#remoteAudio'));
      audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
    });
  }

  /** @param {{originator: string, cause: string, message?: any}} event */
  #end({ originator, cause, message }) {
    this.call = 'ended';
    const elsewhere = /Call completed elsewhere/.test(message?.getHeader?.('Reason') ?? '');
    this.reason = elsewhere ? 'answered-elsewhere' : (kReasons[`${originator} ${cause}`] ?? `${originator} ${cause}`);
  }

  answer() {
    this.#session.answer(kMedia);
  }

  hangup() {
    this.#session.terminate();
  }

  /** @param {boolean} update by UPDATE instead of re-INVITE */
  hold(update) {
    return this.#session.hold({ useUpdate: update }, () => (this.call = 'held'));
  }

  /** @param {boolean} update */
  resume(update) {
    return this.#session.unhold({ useUpdate: update }, () => (this.call = 'active'));
  }

  toggleMute() {
    if (this.#session.isMuted().audio) this.#session.unmute({ audio: true });
    else this.#session.mute({ audio: true });
  }

  /** False until the media path is up. */
  get takesDigits() {
    return this.#session?.connection?.getSenders()[0]?.dtmf?.canInsertDTMF ?? false;
  }

  /** @param {string} digits @param {'INFO' | 'RFC2833'} transportType */
  sendDigits(digits, transportType) {
    // Left alone it pauses for half a second after each.
    this.#session.sendDTMF(digits, { transportType, interToneGap: 100 });
  }
}

Object.assign(window, { phone: new Phone() });
