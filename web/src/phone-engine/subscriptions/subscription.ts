import { Subscriber, type SubscriberSubscribeOptions, SubscriptionState, URI, type UserAgent } from "sip.js";
import { quietly } from "../quietly";

const EXPIRES_SECONDS = 900;
/** For a server that ends a subscription and does not say for how long. */
const RETRY_SECONDS = 30;

/** How the server is reached at present. */
export interface ServerLine {
  readonly userAgent: UserAgent;
  readonly domain: string;
}

/** An event package (RFC 6665 section 7) and the documents in which it tells. */
export interface EventPackage {
  event: string;
  accept: string;
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

/** Watches one number on one connection (RFC 6665), and asks again when a server that has ended it wants to be asked. */
export class Subscription {
  readonly #line: ServerLine;
  readonly #number: string;
  readonly #package: EventPackage;
  readonly #tell: (document: string | undefined) => void;
  #subscriber: EndingSubscriber | undefined;
  /** The server has ended it, and wants to be left alone for a while. */
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** Tells every document that comes, and undefined when nothing is known any more. */
  constructor(line: ServerLine, number: string, what: EventPackage, tell: (document: string | undefined) => void) {
    this.#line = line;
    this.#number = number;
    this.#package = what;
    this.#tell = tell;
    this.#subscribe();
  }

  /** Refused, or lost: nothing comes any more. */
  get isOver(): boolean {
    return !this.#subscriber && this.#retry === undefined;
  }

  /** Tells the server. */
  end(): void {
    const subscriber = this.#subscriber;
    this.forget();
    if (subscriber) quietly(() => subscriber.unsubscribe());
  }

  /** The connection is gone. */
  forget(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#subscriber) return;
    this.#subscriber = undefined;
    this.#tell(undefined);
  }

  #subscribe(): void {
    const { userAgent, domain } = this.#line;
    const { event, accept } = this.#package;
    const subscriber = new EndingSubscriber(userAgent, new URI("sip", this.#number, domain), event, {
      expires: EXPIRES_SECONDS,
      extraHeaders: [`Accept: ${accept}`],
    });
    subscriber.delegate = {
      onNotify: (notification) => {
        quietly(() => notification.accept());
        if (this.#subscriber !== subscriber) return;
        const { body } = notification.request;
        const state = notification.request.getHeader("Subscription-State") ?? "";
        if (/^terminated/i.test(state)) this.#ended(subscriber, state);
        else if (body) this.#tell(body);
      },
    };
    subscriber.stateChange.addListener((state) => {
      if (state === SubscriptionState.Terminated && this.#subscriber === subscriber) this.forget();
    });
    this.#subscriber = subscriber;
    quietly(() => subscriber.subscribe());
  }

  /** RFC 6665 section 4.1.3. */
  #ended(subscriber: EndingSubscriber, state: string): void {
    subscriber.hasEnded = true;
    this.forget();
    quietly(() => subscriber.dispose());
    if (/reason=(rejected|noresource|invariant)/i.test(state)) return;
    const seconds = Math.max(1, Number(/retry-after=(\d{1,6})/i.exec(state)?.[1] ?? RETRY_SECONDS));
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#subscribe();
    }, seconds * 1000);
  }
}
