import {
  type Invitation,
  type Message,
  type Session,
  type SessionDescriptionHandler,
  type Transport,
  URI,
  UserAgent,
} from "sip.js";
import { Connection } from "./connection";
import type { ContactIdentity } from "./contact-identity";
import type { Credential } from "./credential-source";
import { waitingVoiceMessages } from "./message-waiting";
import type { Account, SignInProblem } from "./phone-engine";
import { quietly } from "./quietly";
import { Registration } from "./registration";
import type { ServerAddress } from "./server-address";

/** The server refused although it knew us before; asked again this often. */
const ASK_AGAIN_MS = 60_000;
/** A server heard of this recently needs no probe. */
const FRESH_MS = 3_000;
const NO_ANSWER_SECONDS = 180;

export interface LineEvents {
  /** It has never worked; nothing further is tried. */
  onSignInFailed(problem: SignInProblem): void;
  onRegistered(): void;
  /** It worked before and is being made to work again. */
  onLost(): void;
  /** The server that was lost is back and knows us. Comes after `onRegistered`. */
  onRestored(): void;
  onRefused(problem: SignInProblem): void;
  onInvite(invitation: Invitation): void;
  onMessage(message: Message): void;
  onVoicemail(count: number): void;
  mediaFor(session: Session): SessionDescriptionHandler;
  /** Every SIP message that passes. */
  onSip(direction: "sent" | "received", message: string): void;
}

/** One extension at one server, from sign-in to sign-out: user agent, connection and registration in step. */
export class Line {
  readonly userAgent: UserAgent;
  readonly domain: string;
  readonly #events: LineEvents;
  readonly #hasCredential: boolean;
  readonly #connection: Connection;
  readonly #registration: Registration;
  /** Calls that were ended while the connection was down. */
  readonly #pendingByes: Session[] = [];
  #everRegistered = false;
  #refused = false;
  /** Dialogs have to be told of the new connection. */
  #wasLost = false;
  #closed = false;
  #askAgain: ReturnType<typeof setTimeout> | undefined;

  /** With a credential the account's password is not used. */
  constructor(
    account: Account,
    server: ServerAddress,
    contact: ContactIdentity,
    events: LineEvents,
    credential?: Credential,
  ) {
    this.#events = events;
    this.#hasCredential = credential !== undefined;
    this.domain = server.domain;
    this.userAgent = makeUserAgent(account, server, contact, events);
    if (credential) this.renew(credential);
    this.userAgent.delegate = {
      onDisconnect: () => this.#connection.lost(),
      onInvite: (invitation) => events.onInvite(invitation),
      onMessage: (message) => events.onMessage(message),
      onNotify: (notification) => {
        void notification.accept();
        const event = notification.request.getHeader("event") ?? "";
        if (/message-summary/i.test(event)) events.onVoicemail(waitingVoiceMessages(notification.request.body));
      },
      onReferRequest: (request) => void request.reject({ statusCode: 603 }),
    };
    this.#connection = new Connection(this.userAgent, {
      onUp: () => this.#register(),
      onDown: () => this.#lost(),
      onUnreachable: () => this.#signInFailed("server-unreachable"),
    });
    this.#registration = new Registration(this.userAgent, {
      onRegistered: () => this.#registered(),
      onRefused: (status) => this.#refuse(status),
      onSilence: () => this.#silent(),
    });
  }

  get connected(): boolean {
    return this.#connection.up;
  }

  open(): void {
    this.#connection.open();
  }

  /** Finds out whether the server is still there; a connection that is lost is made again without waiting. */
  check(): void {
    if (!this.#connection.up) this.#connection.retryNow();
    else if (this.#connection.silentFor > FRESH_MS || this.#refused) this.#register();
  }

  /** From the next challenge on. */
  renew({ username, password }: Credential): void {
    const { configuration } = this.userAgent;
    configuration.authorizationUsername = username;
    configuration.authorizationPassword = password;
  }

  byeLater(session: Session): void {
    this.#pendingByes.push(session);
  }

  /** Unregisters and disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#askAgain);
    await this.#registration.unregister();
    this.#disconnect();
  }

  /** The same in this very moment: there will be no other to wait for the answer. */
  leave(): void {
    this.#closed = true;
    clearTimeout(this.#askAgain);
    void this.#registration.unregister();
    this.#disconnect();
  }

  #disconnect(): void {
    this.#connection.close();
    quietly(() => this.userAgent.stop());
  }

  #register(): void {
    clearTimeout(this.#askAgain);
    this.#registration.register();
  }

  #registered(): void {
    const restored = this.#wasLost;
    this.#everRegistered = true;
    this.#wasLost = false;
    this.#refused = false;
    this.#connection.proved();
    for (const session of this.#pendingByes.splice(0)) quietly(() => session.bye());
    this.#events.onRegistered();
    if (restored) this.#events.onRestored();
  }

  #refuse(status: number): void {
    // SIP.js reports a lost connection as 503; that is told by the connection itself.
    if (!this.#connection.up) return;
    const refused = this.#hasCredential ? "session-ended" : "wrong-password";
    const problem = [401, 403, 407].includes(status) ? refused : "server-error";
    if (!this.#everRegistered) {
      this.#signInFailed(problem);
      return;
    }
    this.#refused = true;
    this.#askAgain = setTimeout(() => this.#register(), ASK_AGAIN_MS);
    this.#events.onRefused(problem);
  }

  #silent(): void {
    if (this.#everRegistered) this.#connection.giveUpSocket();
    else this.#signInFailed("server-error");
  }

  #lost(): void {
    clearTimeout(this.#askAgain);
    this.#registration.connectionLost();
    if (!this.#everRegistered) {
      this.#signInFailed("server-unreachable");
      return;
    }
    this.#wasLost = true;
    this.#events.onLost();
  }

  #signInFailed(problem: SignInProblem): void {
    if (this.#closed) return;
    void this.close();
    this.#events.onSignInFailed(problem);
  }
}

function makeUserAgent(
  account: Account,
  server: ServerAddress,
  contact: ContactIdentity,
  events: LineEvents,
): UserAgent {
  const userAgent = new UserAgent({
    uri: new URI("sip", account.extension, server.domain),
    authorizationUsername: account.extension,
    authorizationPassword: account.password,
    displayName: account.extension,
    contactName: contact.user,
    viaHost: contact.host,
    noAnswerTimeout: NO_ANSWER_SECONDS,
    // A call that is refused as busy must not ring first.
    sendInitialProvisionalResponse: false,
    // Its own farewell waits for answers one after the other; `Line` says goodbye itself.
    gracefulShutdown: false,
    logBuiltinEnabled: false,
    logConfiguration: false,
    transportOptions: { server: server.url, traceSip: false },
    sessionDescriptionHandlerFactory: (session) => events.mediaFor(session),
  });
  listenTo(userAgent.transport, events);
  return userAgent;
}

function listenTo(transport: Transport, events: LineEvents): void {
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    events.onSip("sent", message);
    return send(message);
  };
  const receive = transport.onMessage;
  transport.onMessage = (message) => {
    events.onSip("received", message);
    receive?.(message);
  };
}
