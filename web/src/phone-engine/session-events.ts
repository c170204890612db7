import { type Cancel, type Message, type Session, SessionState } from "sip.js";
import type { EndReason } from "./end-reason";

export interface SessionEvents {
  onMessage(message: Message): void;
  onEstablished(): void;
  /** `why` if the other side has told it by its CANCEL or BYE. Comes after any delegate that knows another reason. */
  onTerminated(why?: EndReason): void;
}

/** What a call wants to know of its session, and the answers to requests that need no thought. */
export function followSession(session: Session, events: SessionEvents): void {
  let why: EndReason | undefined;
  session.delegate = {
    onBye: (bye) => {
      if (/moved to another device/i.test(bye.request.getHeader("reason") ?? "")) why = "moved";
      void bye.accept();
    },
    // SIP.js has yet to answer the INVITE; the state change that follows ends the call.
    onCancel: (cancel) => {
      why = reasonOfCancel(cancel);
    },
    // SIP.js would place the call a stranger asks for.
    onRefer: (referral) => void referral.reject({ statusCode: 603 }),
    onMessage: (message) => events.onMessage(message),
  };
  session.stateChange.addListener((state) => {
    if (state === SessionState.Established) events.onEstablished();
    // The delegate that knows a refusal's reason is called after the state has changed.
    if (state === SessionState.Terminated) queueMicrotask(() => events.onTerminated(why));
  });
}

/** RFC 3326: a CANCEL says in Reason when another phone has taken the call. */
function reasonOfCancel(cancel: Cancel): EndReason {
  const reason = cancel.request.getHeader("reason") ?? "";
  return /\bcause\s*=\s*200\b/i.test(reason) || /elsewhere/i.test(reason) ? "answered-elsewhere" : "missed";
}
