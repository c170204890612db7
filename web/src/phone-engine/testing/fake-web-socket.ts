import { vi } from "vitest";

/** Whoever is at the other end of the page's WebSockets. */
export interface Listener {
  accepts(socket: FakeWebSocket): boolean;
  receive(socket: FakeWebSocket, text: string): void;
}

/** A WebSocket without a network: everything arrives in the next microtask. */
export class FakeWebSocket extends EventTarget {
  static listener: Listener | undefined;
  binaryType = "blob";
  #open = false;
  #closed = false;
  readonly url: string;
  readonly protocol: string;

  constructor(url: string, protocol: string) {
    super();
    this.url = url;
    this.protocol = protocol;
    queueMicrotask(() => {
      if (FakeWebSocket.listener?.accepts(this)) {
        this.#open = true;
        this.dispatchEvent(new Event("open"));
      } else {
        this.drop();
      }
    });
  }

  send(text: string): void {
    if (this.#open) queueMicrotask(() => FakeWebSocket.listener?.receive(this, text));
  }

  close(): void {
    queueMicrotask(() => this.drop());
  }

  /** The network or the server ends it. */
  drop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    this.dispatchEvent(Object.assign(new Event("close"), { code: 1006 }));
  }

  /** Something comes from the server. */
  deliver(text: string): void {
    if (this.#open) this.dispatchEvent(new MessageEvent("message", { data: text }));
  }

  get open(): boolean {
    return this.#open;
  }
}

export function installFakeWebSocket(listener: Listener): void {
  FakeWebSocket.listener = listener;
  vi.stubGlobal("WebSocket", FakeWebSocket);
}
