import type { UserAgent } from "sip.js";
import { Backoff } from "./backoff";

const PING_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 5_000;

export interface ConnectionEvents {
  onUp(): void;
  /** Told once for each time it was up. It is already being made again. */
  onDown(): void;
  /** The very first attempt failed; nothing further is tried. */
  onUnreachable(): void;
}

/**
 * The WebSocket to the server: kept open, watched, made again when lost. SIP.js's own reconnecting gives up after a few
 * attempts and cannot see a connection that is dead but not closed.
 */
export class Connection {
  readonly #userAgent: UserAgent;
  readonly #events: ConnectionEvents;
  readonly #backoff = new Backoff();
  #state: "idle" | "opening" | "up" | "down" | "closed" = "idle";
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setTimeout> | undefined;
  #pong: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  /** Some servers never answer a ping; silence proves something only where answers have been seen. */
  #answersPings = false;

  constructor(userAgent: UserAgent, events: ConnectionEvents) {
    this.#userAgent = userAgent;
    this.#events = events;
  }

  get up(): boolean {
    return this.#state === "up";
  }

  /** Milliseconds since the server last said anything. */
  get silentFor(): number {
    return performance.now() - this.#heardAt;
  }

  open(): void {
    if (this.#state !== "idle") return;
    this.#state = "opening";
    this.#userAgent.start().then(
      () => this.#opened(),
      () => {
        if (this.#state === "opening") this.#events.onUnreachable();
      },
    );
  }

  /** SIP.js's transport says that the socket has closed. */
  lost(): void {
    if (this.#state !== "up") return;
    this.#state = "down";
    this.#stopWatching();
    this.#events.onDown();
    this.#scheduleRetry();
  }

  /** The server is silent on an open socket: such a socket is dead, whatever the browser believes. */
  giveUpSocket(): void {
    if (this.#state !== "up") return;
    // Fails when the next connect overtakes the close, which is what we want.
    this.#userAgent.transport.disconnect().catch(() => {});
    this.lost();
  }

  /** It has proved useful: the next loss begins with short waits again. */
  proved(): void {
    this.#backoff.reset();
  }

  retryNow(): void {
    if (this.#state !== "down") return;
    this.#backoff.reset();
    this.#reconnect();
  }

  close(): void {
    this.#state = "closed";
    clearTimeout(this.#retry);
    this.#stopWatching();
  }

  #opened(): void {
    if (this.#state === "closed" || this.#state === "up") return;
    this.#state = "up";
    this.#watch();
    this.#events.onUp();
  }

  #scheduleRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#reconnect(), this.#backoff.next());
  }

  #reconnect(): void {
    clearTimeout(this.#retry);
    this.#userAgent.reconnect().then(
      () => this.#opened(),
      () => {
        if (this.#state === "down") this.#scheduleRetry();
      },
    );
  }

  #watch(): void {
    // SIP.js keeps its socket to itself but for this getter, and answers to pings it swallows.
    const { ws } = this.#userAgent.transport as unknown as { ws?: WebSocket };
    this.#heardAt = performance.now();
    ws?.addEventListener("message", ({ data }: MessageEvent) => {
      this.#heardAt = performance.now();
      clearTimeout(this.#pong);
      if (typeof data === "string" && data.trim() === "") this.#answersPings = true;
    });
    this.#schedulePing();
  }

  #schedulePing(): void {
    this.#ping = setTimeout(() => this.#sendPing(), PING_EVERY_MS * (0.8 + Math.random() * 0.4));
  }

  /** RFC 5626 section 4.4.1: a double CRLF is answered by a single one. */
  #sendPing(): void {
    this.#userAgent.transport.send("\r\n\r\n").catch(() => {});
    clearTimeout(this.#pong);
    if (this.#answersPings) this.#pong = setTimeout(() => this.giveUpSocket(), PONG_WITHIN_MS);
    this.#schedulePing();
  }

  #stopWatching(): void {
    clearTimeout(this.#ping);
    clearTimeout(this.#pong);
  }
}
