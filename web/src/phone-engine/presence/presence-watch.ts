import { type EventPackage, type ServerLine, Subscription } from "../subscriptions/subscription";
import { type Presence, readPresence } from "./pidf";

export type PresenceListener = (number: string, presence: Presence | undefined) => void;

/** RFC 3856. */
const PRESENCE: EventPackage = { event: "presence", accept: "application/pidf+xml" };
/**
 * Each is a dialog at the server, which keeps 300 for all phones of an extension together; whoever has more people in sight
 * sees the others without their state.
 */
const MOST = 100;

/**
 * Watches how others stand (RFC 3856): one subscription for each that is in sight. They end with the connection, and are
 * made anew when the phone is registered again.
 */
export class PresenceWatch {
  readonly #tell: PresenceListener;
  readonly #subscriptions = new Map<string, Subscription>();
  #wanted: ReadonlySet<string> = new Set();
  #line: ServerLine | undefined;

  /** undefined for the presence of somebody: nothing is known any more. */
  constructor(tell: PresenceListener) {
    this.#tell = tell;
  }

  /** These are in sight from now on, and no others. */
  watch(numbers: readonly string[]): void {
    this.#wanted = new Set(numbers.slice(0, MOST));
    for (const [number, subscription] of [...this.#subscriptions]) {
      if (this.#wanted.has(number)) continue;
      this.#subscriptions.delete(number);
      subscription.end();
    }
    this.#begin();
  }

  /** Registered: for the first time, or again after the connection was lost. */
  connected(line: ServerLine): void {
    if (this.#line === line) return;
    this.disconnected();
    this.#line = line;
    this.#begin();
  }

  disconnected(): void {
    this.#line = undefined;
    for (const subscription of this.#subscriptions.values()) subscription.forget();
    this.#subscriptions.clear();
  }

  #begin(): void {
    const line = this.#line;
    if (!line) return;
    for (const number of this.#wanted) {
      if (!(this.#subscriptions.get(number)?.isOver ?? true)) continue;
      const tell = (document: string | undefined) => this.#tell(number, document ? readPresence(document) : undefined);
      this.#subscriptions.set(number, new Subscription(line, number, PRESENCE, tell));
    }
  }
}
