import type { Message, Session, UserAgent } from "sip.js";
import type { AudioSurroundings } from "./call-audio";
import type { SipCall } from "./sip-call";

/** What a call needs of the phone around it. */
export interface CallSurroundings extends AudioSurroundings {
  readonly userAgent: UserAgent;
  readonly domain: string;
  readonly connected: boolean;
  onChange(): void;
  /** The two sides have been connected. */
  onAnswered(call: SipCall): void;
  /** The call's microphone has another track. */
  onNewMicrophone(call: SipCall): void;
  /** Names the call whose media a session asks for. */
  adopt(session: Session, call: SipCall): void;
  onMessage(message: Message): void;
  /** The connection is down; the BYE is due when it is back. */
  byeLater(session: Session): void;
  /** Goes on with this call in a new dialog, under the same id; false if that is not possible. */
  takeBack(call: SipCall): boolean;
}
