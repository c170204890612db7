import { Registerer, RegistererState, type UserAgent } from "sip.js";

const EXPIRES_SECONDS = 120;
const SHORTEST_SECONDS = 10;
/** Long for a server, short for a person who waits. */
const ANSWER_WITHIN_MS = 5_000;
const FAREWELL_WITHIN_MS = 1_500;

export interface RegistrationEvents {
  onRegistered(): void;
  onRefused(status: number): void;
  /** No answer, or one that makes no sense. */
  onSilence(): void;
}

/**
 * Keeps our binding at the registrar. SIP.js's Registerer refreshes at the last second, cannot be used while it waits for
 * an answer that will never come, and waits for ever after a 200 without our Contact; so it is watched and replaced.
 */
export class Registration {
  readonly #userAgent: UserAgent;
  readonly #events: RegistrationEvents;
  #registerer: Registerer | undefined;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(userAgent: UserAgent, events: RegistrationEvents) {
    this.#userAgent = userAgent;
    this.#events = events;
  }

  /** Registers or refreshes, now. */
  register(): void {
    clearTimeout(this.#refresh);
    if (this.#watchdog !== undefined) return;
    const registerer = this.#usableRegisterer();
    this.#watchdog = setTimeout(() => this.#settle(registerer, () => this.#events.onSilence()), ANSWER_WITHIN_MS);
    registerer
      .register({
        requestDelegate: {
          onAccept: () => this.#accepted(registerer),
          onReject: ({ message }) => this.#settle(registerer, () => this.#events.onRefused(message.statusCode ?? 0)),
          onRedirect: () => this.#settle(registerer, () => this.#events.onRefused(300)),
        },
      })
      .catch(() => {});
  }

  /** The connection is gone, and with it the answer that may be awaited. */
  connectionLost(): void {
    clearTimeout(this.#refresh);
    this.#stopWatchdog();
  }

  /** Takes our binding away; resolves when the server has said yes or has had its time. */
  async unregister(): Promise<void> {
    this.connectionLost();
    const registerer = this.#registerer;
    this.#registerer = undefined;
    if (!registerer || registerer.state !== RegistererState.Registered) return;
    const answered = new Promise<void>((resolve) => {
      const requestDelegate = { onAccept: () => resolve(), onReject: () => resolve() };
      registerer.unregister({ requestDelegate }).catch(() => resolve());
    });
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, FAREWELL_WITHIN_MS))]);
  }

  #accepted(registerer: Registerer): void {
    this.#settle(registerer, () => {
      const seconds = Math.max(SHORTEST_SECONDS, this.#grantedSeconds(registerer.contacts));
      this.#refresh = setTimeout(() => this.register(), seconds * 1000 * refreshShare());
      this.#events.onRegistered();
    });
  }

  /** Our own Contact's expires among all bindings of the address (RFC 3261 section 10.2.4). */
  #grantedSeconds(contacts: readonly string[]): number {
    const own = contacts.find((contact) => contact.includes(`sip:${this.#userAgent.contact.uri.user}@`));
    return Number(/;\s*expires\s*=\s*"?(\d+)/i.exec(own ?? "")?.[1] ?? EXPIRES_SECONDS);
  }

  /** Ends the wait for an answer; an answer to a registerer that was replaced meanwhile is nothing. */
  #settle(registerer: Registerer, then: () => void): void {
    if (registerer !== this.#registerer || this.#watchdog === undefined) return;
    this.#stopWatchdog();
    then();
  }

  #usableRegisterer(): Registerer {
    const current = this.#registerer;
    // `waiting` is private; a registerer that waits refuses to register.
    if (current && !(current as unknown as { waiting: boolean }).waiting) return current;
    // Disposing waits for the old answer by itself; before the answer it sends nothing.
    current?.dispose().catch(() => {});
    const registerer = new Registerer(this.#userAgent, {
      expires: EXPIRES_SECONDS,
      refreshFrequency: 99,
      logConfiguration: false,
    });
    registerer.stateChange.addListener((state) => queueMicrotask(() => this.#stateChanged(registerer, state)));
    this.#registerer = registerer;
    return registerer;
  }

  /** Answers of which SIP.js tells no delegate: a second attempt after 423, and a 200 without our Contact. */
  #stateChanged(registerer: Registerer, state: RegistererState): void {
    if (state === RegistererState.Registered) this.#accepted(registerer);
    if (state === RegistererState.Unregistered) this.#settle(registerer, () => this.#events.onSilence());
  }

  #stopWatchdog(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }
}

/**
 * After which part of the granted time to refresh. Browsers let timers of a hidden page run once a minute only, so that
 * there a refresh has to be asked for a minute earlier.
 */
function refreshShare(): number {
  const earliest = document.visibilityState === "hidden" ? 0.2 : 0.5;
  return earliest + Math.random() * 0.3;
}
