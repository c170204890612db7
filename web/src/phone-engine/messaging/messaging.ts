import { Grammar, type Message, Messager, type URI, type UserAgent } from "sip.js";
import type { Peer } from "../phone-engine";
import { quietly } from "../quietly";
import { isTooLong, type MessageOutcome, outcomeOf, type ReceivedMessage } from "./message";

export type MessageListener = (message: ReceivedMessage) => void;

/** Short texts between extensions (RFC 3428), within calls and without. It keeps none of them. */
export class Messaging {
  readonly #listeners = new Set<MessageListener>();

  subscribe(listener: MessageListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(userAgent: UserAgent, target: URI, text: string): Promise<MessageOutcome> {
    // Half a pair of surrogates has no bytes in UTF-8; SIP.js would throw.
    const content = text.replace(/\p{Surrogate}/gu, "\ufffd");
    if (isTooLong(content)) return Promise.resolve({ kind: "failed", reason: "too-long" });
    return new Promise((resolve) => {
      const conclude = ({ message }: { message: { statusCode?: number } }) =>
        resolve(outcomeOf(message.statusCode ?? 500));
      const requestDelegate = { onAccept: conclude, onRedirect: conclude, onReject: conclude };
      const messager = new Messager(userAgent, target, content, "text/plain;charset=utf-8");
      messager.message({ requestDelegate }).catch(() => resolve({ kind: "failed", reason: "connection" }));
    });
  }

  receive(message: Message): void {
    const { request } = message;
    if (!isReadable(request.getHeader("content-type"), request.getHeader("content-encoding"))) {
      // RFC 3261 section 21.4.13: say what would be taken.
      quietly(() =>
        message.reject({ statusCode: 415, extraHeaders: ["Accept: text/plain", "Accept-Encoding: identity"] }),
      );
      return;
    }
    quietly(() => message.accept());
    if (request.body === "") return;
    const received: ReceivedMessage = {
      id: `${request.callId} ${request.cseq}`,
      from: senderOf(request),
      text: request.body,
      sentAt: sentAt(request.getHeader("date")),
    };
    for (const listener of this.#listeners) listener(received);
  }
}

/** Plain text in UTF-8, of which ASCII is a part; without a Content-Type there can be no text. */
function isReadable(type: string | undefined, encoding: string | undefined): boolean {
  if (encoding !== undefined && !/^\s*identity\s*$/i.test(encoding)) return false;
  if (type === undefined || !/^\s*text\/plain\s*(;|$)/i.test(type)) return false;
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
}

function senderOf(request: Message["request"]): Peer {
  // RFC 3325: the server vouches for this one.
  const asserted = request.getHeader("p-asserted-identity");
  const { uri, displayName } = (asserted && Grammar.nameAddrHeaderParse(asserted)) || request.from;
  const number = uri.user ?? "";
  return displayName && displayName !== number ? { number, name: displayName } : { number };
}

/** A clock that is ahead of ours must not put a message behind all that come later. */
function sentAt(date: string | undefined): number {
  const now = Date.now();
  const sent = Date.parse(date ?? "");
  return Number.isNaN(sent) ? now : Math.min(sent, now);
}
