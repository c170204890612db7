import type { Credential, CredentialSource, NoCredential, Signed } from "./credential-source";

/** A new credential is asked for when so much of the time of the old one is over. */
const RENEW_AFTER = 0.75;
/** After a failure, and at the earliest: where the clocks differ, a credential seems to be over as soon as it comes. */
const RENEW_AGAIN_MS = 60_000;

export interface SessionEvents {
  onRenewed(credential: Credential): void;
  /** The server knows it no longer. */
  onEnded(): void;
}

/** Our session at a server that gives credentials, while this page uses it; the browser has it over a reload. */
export class OpenSession {
  readonly #source: CredentialSource;
  readonly #events: SessionEvents;
  #isOpen = false;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  /** There is one session in a browser: the next is not asked for before the last one is gone. */
  #closed: Promise<void> = Promise.resolve();

  constructor(source: CredentialSource, events: SessionEvents) {
    this.#source = source;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async open(extension: string, password: string): Promise<Signed | NoCredential> {
    await this.#closed;
    return this.#source.open(extension, password);
  }

  /** The one that the browser has. */
  async resume(): Promise<Signed | NoCredential> {
    await this.#closed;
    return this.#source.renew();
  }

  /** The credential is in use from now on, and renewed in time. */
  keep({ expires }: Credential): void {
    this.#isOpen = true;
    this.#renewIn((expires - Date.now()) * RENEW_AFTER);
  }

  /** This page uses it no more. */
  leave(): void {
    clearTimeout(this.#renewal);
    this.#isOpen = false;
  }

  /** Ends it at the server as well, after what still needs its credential. */
  close(farewell: Promise<void> | undefined): Promise<void> {
    this.leave();
    this.#closed = (async () => {
      await farewell;
      await this.#source.close();
    })();
    return this.#closed;
  }

  #renewIn(milliseconds: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(milliseconds, RENEW_AGAIN_MS));
  }

  async #renew(): Promise<void> {
    const renewal = this.#renewal;
    const answer = await this.#source.renew();
    if (!this.#isOpen || renewal !== this.#renewal) return;
    if (typeof answer !== "string") {
      this.keep(answer.credential);
      this.#events.onRenewed(answer.credential);
    } else if (answer === "session-ended") this.#events.onEnded();
    else this.#renewIn(RENEW_AGAIN_MS);
  }
}
