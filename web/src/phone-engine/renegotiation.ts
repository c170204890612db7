import type { Session } from "sip.js";

const GLARE = 491;
const ATTEMPTS = 3;

/** What a re-INVITE needs of the call's media. */
interface Media {
  readonly stable: boolean;
  rollbackDescription(): Promise<void>;
}

/** What SIP.js keeps to itself of a re-INVITE's client. */
interface StuckClient {
  /** Accepted, or over already, once a 2xx is there. */
  readonly transaction: { readonly state: string };
  onTransportError(error: Error): void;
  dispose(): void;
}

/**
 * Sends re-INVITEs one after the other. Resolves with the final status; a re-INVITE that meets one of the other side
 * is repeated after the wait of RFC 3261 section 14.1.
 */
export class Renegotiation {
  readonly #session: Session;
  readonly #media: Media;
  /** Whether we made the dialog's Call-ID. */
  readonly #owner: boolean;
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: Session, media: Media, owner: boolean) {
    this.#session = session;
    this.#media = media;
    this.#owner = owner;
  }

  /** `prepare` is called when it is this one's turn; false means that it is no longer wanted, and resolves with 0. */
  offer(prepare: () => boolean): Promise<number> {
    const turn = this.#last.then(() => this.#attempts(prepare));
    this.#last = turn;
    return turn;
  }

  /**
   * The answer to a re-INVITE under way will never come. SIP.js would wait for it for ever (once it has seen a 100), or end
   * the call by a 408 of its own making after 32 seconds; so its transaction is told of the loss, and put away. One that
   * is there already is being applied: to take that back would end the call.
   */
  connectionLost(): void {
    const { reinviteUserAgentClient } = this.#session.dialog as unknown as { reinviteUserAgentClient?: StuckClient };
    const isAnswered = /^(Accepted|Terminated)$/.test(reinviteUserAgentClient?.transaction.state ?? "");
    if (isAnswered) return;
    reinviteUserAgentClient?.onTransportError(new Error("The connection was lost."));
    reinviteUserAgentClient?.dispose();
  }

  async #attempts(prepare: () => boolean): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      if (!prepare()) return 0;
      const status = await this.#reinvite();
      if (status !== GLARE || attempt === ATTEMPTS) return status;
      await new Promise((resolve) => setTimeout(resolve, this.#glareDelay()));
    }
  }

  #reinvite(): Promise<number> {
    if (!this.#media.stable) return Promise.resolve(GLARE);
    return new Promise((resolve) => {
      const requestDelegate = {
        onAccept: () => resolve(200),
        onReject: ({ message }: { message: { statusCode?: number } }) => resolve(message.statusCode ?? 500),
      };
      this.#session.invite({ requestDelegate }).catch(() => {
        // SIP.js made the offer but found the dialog busy: it must not stay half applied.
        this.#media.rollbackDescription().then(
          () => resolve(GLARE),
          () => resolve(500),
        );
      });
    });
  }

  #glareDelay(): number {
    return this.#owner ? 2100 + Math.random() * 1900 : Math.random() * 2000;
  }
}
