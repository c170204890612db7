import type { EndReason } from "../phone-engine/end-reason";
import type {
  Call,
  CallNotice,
  Identity,
  Peer,
  PhoneState,
  SignInProblem,
  Transfer,
} from "../phone-engine/phone-engine";
import type { Text } from "./text";

/** Sentences that depend on the state of a call or of the registration. */

export function who(text: Text, { name, number }: Peer): string {
  return name ?? (number || text("app.unknownNumber"));
}

export function whoAndNumber(text: Text, { name, number }: Peer): string {
  return name ? text("app.nameAndNumber", { name, number }) : who(text, { number });
}

export function signInProblem(text: Text, problem: SignInProblem, identity?: Identity): string {
  return text(`signInProblems.${problem}`, { extension: identity?.extension ?? "", server: identity?.server ?? "" });
}

export function registrationState(
  text: Text,
  { registration, identity }: Pick<PhoneState, "registration" | "identity">,
): string {
  if (registration.kind !== "failed") return text(`registration.${registration.kind}`);
  return text("registration.failed", { problem: signInProblem(text, registration.problem, identity) });
}

export function callState(text: Text, { peer, phase }: Call): string {
  switch (phase.kind) {
    case "preparing":
    case "calling":
      return text("call.calling", { who: who(text, peer) });
    case "ringing":
      return text("call.ringing", { who: who(text, peer) });
    case "incoming":
      return text("call.incoming", { caller: whoAndNumber(text, peer) });
    case "connecting":
      return text("call.connecting");
    case "active":
      if (phase.held) return text("call.held");
      return text(phase.resumed ? "call.resumed" : "call.answered");
    case "ended":
      return text("call.ended");
  }
}

export function endReason(text: Text, reason: EndReason, { peer, transfer }: Call): string {
  return text(`endReasons.${reason}`, {
    who: who(text, peer),
    caller: whoAndNumber(text, peer),
    number: peer.number,
    target: who(text, transfer?.target ?? { number: "" }),
  });
}

/** What becomes of a transfer; the seconds that are left are counted by whoever shows it. */
export function transferState(text: Text, transfer: Transfer): string {
  const target = who(text, transfer.target);
  switch (transfer.kind) {
    case "pending":
      return text("transfers.pending", { target });
    case "transferring":
      return text(transfer.ringing ? "transfers.ringing" : "transfers.transferring", { target });
    case "failed":
      return text(`transfers.${transfer.reason}`, { target });
  }
}

export function callNotice(text: Text, notice: CallNotice, call: Call): string {
  switch (notice) {
    case "hold-failed":
    case "resume-failed":
    case "digits-unsupported":
    case "merge-failed":
      return text(`notices.${notice}`);
    default:
      return endReason(text, notice, call);
  }
}

/** How a key of the keypad is called: `2 ABC`, `star`. */
export function keyName(text: Text, digit: string, letters: string): string {
  if (digit === "*") return text("dial.star");
  if (digit === "#") return text("dial.hash");
  return `${digit} ${letters}`.trim();
}
