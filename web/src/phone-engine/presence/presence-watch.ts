import { Subscriber, SubscriptionState, URI, type UserAgent } from "sip.js";
import { quietly } from "../quietly";
import { type Presence, readPresence } from "./pidf";

export type PresenceListener = (number: string, presence: Presence | undefined) => void;

/** Each is a dialog at the server; whoever has more extensions in sight sees some of them without their state. */
const MOST = 300;
const EXPIRES_SECONDS = 900;

/** How the server is reached at present. */
interface Line {
  readonly userAgent: UserAgent;
  readonly domain: string;
}

/**
 * Watches how others stand (RFC 3856): one subscription (RFC 6665) for each that is in sight. They end with the connection,
 * and are made anew when the phone is registered again.
 */
export class PresenceWatch {
  readonly #tell: PresenceListener;
  readonly #subscribers = new Map<string, Subscriber>();
  #wanted: ReadonlySet<string> = new Set();
  #line: Line | undefined;

  /** undefined for the presence of somebody: nothing is known any more. */
  constructor(tell: PresenceListener) {
    this.#tell = tell;
  }

  /** These are in sight from now on, and no others. */
  watch(numbers: readonly string[]): void {
    this.#wanted = new Set(numbers.slice(0, MOST));
    for (const number of [...this.#subscribers.keys()]) if (!this.#wanted.has(number)) this.#end(number);
    this.#begin();
  }

  /** Registered: for the first time, or again after the connection was lost. */
  connected(line: Line): void {
    if (this.#line === line) return;
    this.disconnected();
    this.#line = line;
    this.#begin();
  }

  disconnected(): void {
    this.#line = undefined;
    for (const number of [...this.#subscribers.keys()]) this.#forget(number);
  }

  #begin(): void {
    for (const number of this.#wanted) if (!this.#subscribers.has(number)) this.#subscribe(number);
  }

  #subscribe(number: string): void {
    const line = this.#line;
    if (!line) return;
    const subscriber = new Subscriber(line.userAgent, new URI("sip", number, line.domain), "presence", {
      expires: EXPIRES_SECONDS,
      extraHeaders: ["Accept: application/pidf+xml"],
    });
    subscriber.delegate = {
      onNotify: (notification) => {
        quietly(() => notification.accept());
        if (this.#subscribers.get(number) !== subscriber) return;
        const { body } = notification.request;
        // The last NOTIFY of a subscription may have none.
        if (body) this.#tell(number, readPresence(body));
      },
    };
    subscriber.stateChange.addListener((state) => {
      if (state !== SubscriptionState.Terminated || this.#subscribers.get(number) !== subscriber) return;
      this.#subscribers.delete(number);
      this.#tell(number, undefined);
    });
    this.#subscribers.set(number, subscriber);
    quietly(() => subscriber.subscribe());
  }

  /** Tells the server. */
  #end(number: string): void {
    const subscriber = this.#subscribers.get(number);
    this.#forget(number);
    if (subscriber) quietly(() => subscriber.unsubscribe());
  }

  #forget(number: string): void {
    if (this.#subscribers.delete(number)) this.#tell(number, undefined);
  }
}
