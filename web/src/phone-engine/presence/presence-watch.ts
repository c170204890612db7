import { Subscriber, type SubscriberSubscribeOptions, SubscriptionState, URI, type UserAgent } from "sip.js";
import { quietly } from "../quietly";
import { type Presence, readPresence } from "./pidf";

export type PresenceListener = (number: string, presence: Presence | undefined) => void;

/**
 * Each is a dialog at the server, which keeps 300 for all phones of an extension together; whoever has more people in sight
 * sees the others without their state.
 */
const MOST = 100;
const EXPIRES_SECONDS = 900;
/** For a server that ends a subscription and does not say for how long. */
const RETRY_SECONDS = 30;

/** How the server is reached at present. */
interface Line {
  readonly userAgent: UserAgent;
  readonly domain: string;
}

/**
 * Once it has been ended, SIP.js's would ask again by itself: at once, or after as many milliseconds as the server has said
 * seconds.
 */
class EndingSubscriber extends Subscriber {
  hasEnded = false;

  override subscribe(options?: SubscriberSubscribeOptions): Promise<void> {
    return this.hasEnded ? new Promise(() => {}) : super.subscribe(options);
  }
}

/**
 * Watches how others stand (RFC 3856): one subscription (RFC 6665) for each that is in sight. They end with the connection,
 * and are made anew when the phone is registered again.
 */
export class PresenceWatch {
  readonly #tell: PresenceListener;
  readonly #subscribers = new Map<string, EndingSubscriber>();
  /** The server has ended these, and wants to be left alone for a while. */
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();
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
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    for (const number of [...this.#subscribers.keys()]) this.#forget(number);
  }

  #begin(): void {
    for (const number of this.#wanted) {
      if (!this.#subscribers.has(number) && !this.#waiting.has(number)) this.#subscribe(number);
    }
  }

  #subscribe(number: string): void {
    const line = this.#line;
    if (!line) return;
    const subscriber = new EndingSubscriber(line.userAgent, new URI("sip", number, line.domain), "presence", {
      expires: EXPIRES_SECONDS,
      extraHeaders: ["Accept: application/pidf+xml"],
    });
    subscriber.delegate = {
      onNotify: (notification) => {
        quietly(() => notification.accept());
        if (this.#subscribers.get(number) !== subscriber) return;
        const { body } = notification.request;
        const state = notification.request.getHeader("Subscription-State") ?? "";
        if (/^terminated/i.test(state)) this.#ended(number, subscriber, state);
        else if (body) this.#tell(number, readPresence(body));
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

  /** RFC 6665 section 4.1.3. */
  #ended(number: string, subscriber: EndingSubscriber, state: string): void {
    subscriber.hasEnded = true;
    this.#forget(number);
    quietly(() => subscriber.dispose());
    if (/reason=(rejected|noresource|invariant)/i.test(state)) return;
    const seconds = Math.max(1, Number(/retry-after=(\d{1,6})/i.exec(state)?.[1] ?? RETRY_SECONDS));
    const retry = () => {
      this.#waiting.delete(number);
      this.#begin();
    };
    this.#waiting.set(number, setTimeout(retry, seconds * 1000));
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
