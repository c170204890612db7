import { createHash } from "node:crypto";
import { type FakeWebSocket, installFakeWebSocket, type Listener } from "./fake-web-socket";
import { headerOf, parseSip, type SipMessage, writeSip } from "./sip-message";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** An answer that the page's fake peer connection accepts; early and final ones are identical, as the PBX sends them. */
export function answerSdp(direction = "sendrecv"): string {
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 40000 UDP/TLS/RTP/SAVPF 111 110\r\na=ice-ufrag:abcd\r\na=mid:0\r\na=${direction}\r\n`;
}

export interface ResponseParts {
  headers?: string[];
  sdp?: string;
}

export interface RequestParts {
  from?: string;
  dialog?: Dialog;
  headers?: string[];
  body?: string;
  sdp?: string;
  cseq?: number;
}

/**
 * A PBX that a test scripts. It registers by itself (checking the digest truly) and answers BYE and CANCEL;
 * everything else waits in `requests` for the test.
 */
export class FakeSipServer implements Listener {
  password = "secret";
  reachable = true;
  /** Takes REGISTER out of the default hands: return true if dealt with. */
  onRegister: (request: SipMessage) => boolean = () => false;
  answersPings = false;
  readonly requests: SipMessage[] = [];
  readonly responses: SipMessage[] = [];
  readonly sockets: FakeWebSocket[] = [];
  readonly bindings = new Set<string>();
  readonly #answered = new Set<SipMessage>();
  pings = 0;
  #tags = 0;
  #nonces = 0;

  constructor() {
    installFakeWebSocket(this);
  }

  accepts(socket: FakeWebSocket): boolean {
    if (this.reachable) this.sockets.push(socket);
    return this.reachable;
  }

  get socket(): FakeWebSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("No WebSocket was opened.");
    return socket;
  }

  receive(socket: FakeWebSocket, text: string): void {
    if (text.trim() === "") {
      this.pings += 1;
      if (this.answersPings) socket.deliver("\r\n");
      return;
    }
    const message = parseSip(text);
    if (message.status > 0) {
      this.responses.push(message);
      return;
    }
    this.requests.push(message);
    if (message.method === "REGISTER" && !this.onRegister(message)) this.#register(message);
    if (message.method === "BYE") this.respond(message, 200);
    if (message.method === "CANCEL") {
      this.respond(message, 200);
      this.respond(this.last("INVITE"), 487);
    }
  }

  /** The connection breaks, and all connections after it until told otherwise. */
  vanish(): void {
    this.reachable = false;
    this.socket.drop();
  }

  all(method: string): SipMessage[] {
    return this.requests.filter((request) => request.method === method);
  }

  last(method: string): SipMessage {
    const request = this.all(method).at(-1);
    if (!request) throw new Error(`No ${method} has come. Came: ${this.requests.map((r) => r.method).join(", ")}`);
    return request;
  }

  /** re-INVITEs without a final answer, oldest first. */
  waiting(): SipMessage[] {
    return this.all("INVITE").filter(
      (invite) => headerOf(invite, "to").includes("tag=") && !this.#answered.has(invite),
    );
  }

  respond(request: SipMessage, status: number, { headers = [], sdp }: ResponseParts = {}): void {
    if (status >= 200) this.#answered.add(request);
    const to = headerOf(request, "to");
    // One To tag for all responses to a request: this server never forks.
    const tagged = to.includes("tag=") || status === 100 ? to : `${to};tag=to${headerOf(request, "call-id")}`;
    this.socket.deliver(
      writeSip(
        `SIP/2.0 ${status} Whatever`,
        [
          `Via: ${headerOf(request, "via")};received=127.0.0.1;rport=4711`,
          `From: ${headerOf(request, "from")}`,
          `To: ${tagged}`,
          `Call-ID: ${headerOf(request, "call-id")}`,
          `CSeq: ${headerOf(request, "cseq")}`,
          ...(request.method === "INVITE" && status < 300 ? ["Contact: <sip:pbx@127.0.0.1:8080;transport=ws>"] : []),
          ...(sdp === undefined ? [] : ["Content-Type: application/sdp"]),
          ...headers,
        ],
        sdp,
      ),
    );
  }

  challenge(request: SipMessage, status = 401): void {
    this.#nonces += 1;
    const name = status === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    const digest = `Digest realm="webcalling", nonce="n${this.#nonces}", qop="auth"`;
    const headers = [`${name}: ${digest}, algorithm=SHA-256`, `${name}: ${digest}, algorithm=MD5`];
    this.respond(request, status, { headers });
  }

  /** A request of the server's own. `dialog` continues the dialog of an INVITE, whoever sent that. */
  request(method: string, { from = "<sip:1001@localhost>", dialog, headers = [], body, sdp, cseq }: RequestParts = {}) {
    this.#tags += 1;
    const contact = /<(sip:[^>]+)>/.exec(headerOf(this.last("REGISTER"), "contact"))?.[1] ?? "";
    // CANCEL and ACK carry the number of their INVITE (RFC 3261 sections 9.1 and 13.2.2.4).
    const number = cseq ?? (dialog && method !== "CANCEL" && method !== "ACK" ? this.#tags + 10 : 1);
    const message = writeSip(
      `${method} ${contact} SIP/2.0`,
      [
        `Via: SIP/2.0/WS 127.0.0.1:8080;branch=z9hG4bK${method === "CANCEL" ? dialog?.branch : `server${this.#tags}`}`,
        "Max-Forwards: 70",
        `From: ${dialog?.local ?? `${from};tag=srv${this.#tags}`}`,
        `To: ${dialog?.remote ?? "<sip:1002@localhost>"}`,
        `Call-ID: ${dialog?.callId ?? `server-call-${this.#tags}`}`,
        `CSeq: ${number} ${method}`,
        "Contact: <sip:pbx@127.0.0.1:8080;transport=ws>",
        ...(sdp === undefined ? [] : ["Content-Type: application/sdp"]),
        ...headers,
      ],
      sdp ?? body,
    );
    this.socket.deliver(message);
    return parseSip(message);
  }

  /** The dialog of an INVITE that the phone has sent and we have answered. */
  dialogOf(invite: SipMessage): Dialog {
    return {
      callId: headerOf(invite, "call-id"),
      local: `${headerOf(invite, "to")};tag=to${headerOf(invite, "call-id")}`,
      remote: headerOf(invite, "from"),
      branch: "",
    };
  }

  /** The dialog of an INVITE of ours, after the phone has responded to it. */
  ownDialogOf(invite: SipMessage, early = false): Dialog {
    const callId = headerOf(invite, "call-id");
    const response = this.responses.filter((found) => headerOf(found, "call-id") === callId).at(-1);
    const via = headerOf(invite, "via");
    return {
      callId,
      local: headerOf(invite, "from"),
      remote: early || !response ? headerOf(invite, "to") : headerOf(response, "to"),
      branch: via.slice(via.indexOf("z9hG4bK") + 7),
    };
  }

  #register(request: SipMessage): void {
    const contact = headerOf(request, "contact");
    if (!this.#authorized(request)) {
      this.challenge(request);
      return;
    }
    if (/expires=0\b/.test(contact)) {
      this.bindings.delete(contact.replace(/;expires=.*/, ""));
      this.respond(request, 200);
    } else {
      this.bindings.add(contact.replace(/;expires=.*/, ""));
      this.respond(request, 200, { headers: [`Contact: ${contact}`] });
    }
  }

  #authorized(request: SipMessage): boolean {
    const given = headerOf(request, "authorization");
    const field = (name: string) => new RegExp(`\\b${name}="?([^",]+)"?`).exec(given)?.[1] ?? "";
    const ha1 = md5(`${field("username")}:webcalling:${this.password}`);
    const ha2 = md5(`${request.method}:${field("uri")}`);
    const parts = [ha1, field("nonce"), field("nc"), field("cnonce"), "auth", ha2];
    return field("response") === md5(parts.join(":"));
  }
}

export interface Dialog {
  callId: string;
  /** From and To of a request of the server's, with tags. */
  local: string;
  remote: string;
  branch: string;
}
