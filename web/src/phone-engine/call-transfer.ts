import { type Notification, type Session, SessionState, type URI } from "sip.js";
import { reasonOfStatus } from "./end-reason";
import type { Peer, Transfer, TransferFailure } from "./phone-engine";

/**
 * How long a blind transfer is held back for an Undo. It is the page that waits, with the call on hold: a REFER that has
 * been sent cannot be taken back (RFC 3515 knows no cancelling), and once the target has answered, this phone is out of
 * the call and could only call again.
 */
export const UNDO_MS = 10_000;
/** The target may ring for a minute; a server that has said nothing by then has lost the transfer. */
const NEWS_PATIENCE_MS = 120_000;

export interface TransferEvents {
  /** Undefined: there is no transfer any more, and the call is as before. */
  onChange(transfer: Transfer | undefined): void;
  /** The two others talk; this phone is no longer needed. */
  onDone(): void;
}

/** The transfer of one call to somebody else: held back, asked for by REFER, followed by its NOTIFYs (RFC 3515). */
export class CallTransfer {
  readonly #events: TransferEvents;
  #state: Transfer | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #send: () => void = () => {};

  constructor(events: TransferEvents) {
    this.#events = events;
  }

  /** Whether it has been asked for and nobody knows yet what becomes of it. */
  get underWay(): boolean {
    return this.#state?.kind === "transferring";
  }

  get heldBack(): boolean {
    return this.#state?.kind === "pending";
  }

  /** Sends it in ten seconds, if it is not undone. */
  holdBack(session: Session, target: Peer, referTo: URI): void {
    this.#send = () => this.send(session, target, referTo);
    this.#set({ kind: "pending", target, sendsAt: Date.now() + UNDO_MS }, () => this.#send(), UNDO_MS);
  }

  sendNow(): void {
    if (this.heldBack) this.#send();
  }

  /** Takes back what is held back, or forgets a failure that has been read. */
  clear(): void {
    if (this.#state && !this.underWay) this.#set(undefined);
  }

  /** `referTo` a call instead of an address: whoever is connected there takes this phone's place (RFC 3891). */
  send(session: Session, target: Peer, referTo: URI | Session): void {
    const fail = (reason: TransferFailure) => this.#fail(target, reason);
    if (session.state !== SessionState.Established) return;
    this.#set({ kind: "transferring", target, ringing: false }, () => fail("unknown"), NEWS_PATIENCE_MS);
    const requestDelegate = {
      onReject: ({ message }: { message: { statusCode?: number } }) => fail(reasonOfRefusal(message.statusCode ?? 500)),
    };
    const onNotify = (notification: Notification) => this.#told(target, notification);
    session.refer(referTo, { requestDelegate, onNotify }).catch(() => fail("failed"));
  }

  /** The call is over; so is this. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #told(target: Peer, notification: Notification): void {
    void notification.accept();
    const { request } = notification;
    if (!this.underWay || !/^refer\b/i.test(request.getHeader("event") ?? "refer")) return;
    // RFC 3515 section 2.4.5: the body is the beginning of a SIP response.
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(request.body)?.[1] ?? 0);
    const finished = /^\s*terminated/i.test(request.getHeader("subscription-state") ?? "");
    if (status >= 300) this.#fail(target, reasonOfTarget(status));
    else if (status >= 200) this.#done();
    else if (finished) this.#fail(target, "unknown");
    else if (status === 180 || status === 183) this.#rings(target);
  }

  #rings(target: Peer): void {
    this.#state = { kind: "transferring", target, ringing: true };
    this.#events.onChange(this.#state);
  }

  #done(): void {
    clearTimeout(this.#timer);
    this.#events.onDone();
  }

  #fail(target: Peer, reason: TransferFailure): void {
    if (this.underWay) this.#set({ kind: "failed", target, reason });
  }

  #set(state: Transfer | undefined, later: () => void = () => {}, delay?: number): void {
    clearTimeout(this.#timer);
    this.#timer = delay === undefined ? undefined : setTimeout(later, delay);
    this.#state = state;
    this.#events.onChange(state);
  }
}

/** What a final response to the REFER itself means: nobody has been called. */
function reasonOfRefusal(status: number): TransferFailure {
  switch (status) {
    case 403:
    case 405:
    case 501:
    case 603:
      return "refused";
    case 408:
    case 503:
      return "connection";
    default:
      return "failed";
  }
}

/** What the target's final response means, as a NOTIFY tells it. */
function reasonOfTarget(status: number): TransferFailure {
  const reason = reasonOfStatus(status, true);
  switch (reason) {
    case "busy":
    case "no-answer":
    case "unknown-number":
    case "declined":
      return reason;
    case "forbidden":
      return "refused";
    default:
      return status === 480 || status === 410 ? "no-answer" : "failed";
  }
}
