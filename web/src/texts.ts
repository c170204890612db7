import type { EndReason } from "./phone-engine/end-reason";
import type { Call, CallNotice, Identity, Peer, PhoneState, SignInProblem } from "./phone-engine/phone-engine";
import type { NumberError } from "./store/phone-view";

/** Every sentence the user reads. Plain text: nothing here is ever rendered as HTML. */

const who = ({ name, number }: Peer): string => name ?? (number || "an unknown number");
const whoAndNumber = ({ name, number }: Peer): string => (name ? `${name} (${number})` : who({ number }));

const NEXT_MIC = "and try again.";
const INSECURE_PAGE = "Browsers give the microphone to secure pages only.";

const signInProblems: Record<SignInProblem, (identity: Identity | undefined) => string> = {
  "wrong-password": (identity) =>
    `The password is wrong for extension ${identity?.extension ?? ""}. Check both and sign in again.`,
  "server-unreachable": (identity) =>
    `The server ${identity?.server ?? ""} cannot be reached. Check that it is running and that your network is up.`,
  "server-error": (identity) =>
    `The server ${identity?.server ?? ""} does not accept phones at the moment. Try again shortly, or ask whoever runs it.`,
  "bad-server-address": () =>
    "This is not a server address. Write a name like pbx.example.com, a name and port like pbx.example.com:5066, or a whole ws:// address.",
  "missing-extension": () => "Enter your extension. It is a number such as 1002.",
  "missing-password": () => "Enter your password.",
};

const endReasons: Record<EndReason, (call: Call) => string> = {
  "hung-up": () => "You ended the call.",
  "remote-hung-up": () => "The other side ended the call.",
  cancelled: () => "You cancelled the call.",
  rejected: () => "You rejected the call.",
  missed: ({ peer }) => `Missed call from ${whoAndNumber(peer)}.`,
  "answered-elsewhere": () => "The call was answered on another phone.",
  busy: ({ peer }) => `${who(peer)} is busy.`,
  "no-answer": ({ peer }) => `${who(peer)} does not answer.`,
  unavailable: ({ peer }) => `${who(peer)} is not available right now.`,
  "unknown-number": ({ peer }) => `The number ${peer.number} does not exist.`,
  declined: ({ peer }) => `${who(peer)} declined the call.`,
  forbidden: ({ peer }) => `You are not allowed to call ${who(peer)}.`,
  "no-common-codec": () => "The two phones have no audio format in common. Ask whoever runs the server.",
  "wrong-password": () => "The server no longer accepts your password. Sign out and sign in again.",
  "server-lost": () => "The connection to the server was lost. The phone reconnects by itself; then call again.",
  "server-error": () => "The server could not connect the call. Try again shortly.",
  "media-failed": () => "Sound could not be exchanged with the server. Check your network or firewall and call again.",
  "call-failed": () => "The call could not be made. Try again.",
  "no-microphone": () => `No microphone was found. Connect one ${NEXT_MIC}`,
  "microphone-refused": () =>
    `This page may not use the microphone. Allow it with the button beside the address bar ${NEXT_MIC}`,
  "microphone-in-use": () => `The microphone is used by another program. Close that program ${NEXT_MIC}`,
  "insecure-page": () => INSECURE_PAGE,
  "microphone-failed": () => `The microphone could not be opened. Check it in your system's sound settings ${NEXT_MIC}`,
};

const notices: Record<Extract<CallNotice, "hold-failed" | "resume-failed" | "digits-unsupported">, string> = {
  "hold-failed": "The call could not be put on hold. Try again.",
  "resume-failed": "The call could not be resumed. Try again.",
  "digits-unsupported": "The other side takes no digits.",
};

const numberErrors: Record<NumberError, string> = {
  empty: "Enter a number first.",
  "not-a-number": "This cannot be dialled. Use digits, *, # and +, or a name without spaces.",
  "not-registered": "The phone is not connected at the moment. Wait until it is registered, then call.",
};

function callState({ peer, phase }: Call): string {
  switch (phase.kind) {
    case "preparing":
    case "calling":
      return `Calling ${who(peer)}...`;
    case "ringing":
      return `Ringing ${who(peer)}...`;
    case "incoming":
      return `Incoming Call from ${whoAndNumber(peer)}`;
    case "connecting":
      return "Connecting...";
    case "active":
      if (phase.held) return "Call Held";
      return phase.resumed ? "Call Resumed" : "Call Answered";
    case "ended":
      return "Call Ended";
  }
}

function registrationState({ registration, identity }: Pick<PhoneState, "registration" | "identity">): string {
  switch (registration.kind) {
    case "signed-out":
      return "Ready";
    case "connecting":
      return "Initializing...";
    case "registered":
      return "WebRTC Phone line is Registered";
    case "reconnecting":
      return "Connection lost, reconnecting...";
    case "failed":
      return `Not registered. ${signInProblems[registration.problem](identity)}`;
  }
}

export const texts = {
  appTitle: "WebRTC Phone",
  incomingTitle: (peer: Peer) => `☎ ${whoAndNumber(peer)} calls`,
  status: (state: string) => `Status: ${state}`,
  registrationState,

  signInTitle: "Agent Sign In",
  extension: "Extension",
  extensionHint: "for example 1002",
  password: "Password",
  advanced: "Advanced",
  server: "SIP server",
  serverHelp: "Leave empty for the server of this page. Otherwise a name, a name and port, or a ws:// address.",
  initialize: "Initialize Calling",
  initializing: "Initializing...",
  cancel: "Cancel",
  insecurePage: INSECURE_PAGE,
  openSecurePage: "Open the phone at",
  openAnySecurePage: "Open the phone by https:// or on http://localhost.",
  signInProblem: (problem: SignInProblem, identity?: Identity) => signInProblems[problem](identity),

  muteMicrophone: "Mute microphone",
  muteSpeaker: "Mute speaker",
  checkConnection: (state: string) => `${state}. Check the connection`,
  signOut: "Sign out",
  ownAddress: "Your address",
  phoneControls: "Phone",
  callControls: "Call",
  voicemail: (count: number) => (count === 1 ? "1 new voice message" : `${count} new voice messages`),

  idleTitle: "Ready to call",
  idleHint: "Press New Call, or just type a number.",
  idleOffline: "Calls are possible again as soon as the connection is back.",
  newCall: "New Call",
  cancelCall: "Cancel Call",
  numberLabel: "Phone number",
  numberPlaceholder: "Enter Phone Number",
  clear: "Clear",
  call: "Call",
  delete: "Delete",
  keypad: "Keypad",
  key: (digit: string, letters: string) => ({ "*": "star", "#": "hash" })[digit] ?? `${digit} ${letters}`.trim(),
  numberError: (error: NumberError) => numberErrors[error],

  callState,
  microphoneHint: "If the browser asks for the microphone, allow it.",
  answer: "Answer Call",
  reject: "Reject",
  mute: "Mute",
  unmute: "Unmute",
  muted: "Microphone muted",
  hold: "Hold",
  resume: "Resume",
  end: "End Call",
  duration: "Duration",
  digitsSent: "Digits sent",
  remoteHold: "Other side holds the call",
  mediaTrouble: "Sound is interrupted, restoring...",
  notice: (notice: CallNotice, call: Call) =>
    notice === "hold-failed" || notice === "resume-failed" || notice === "digits-unsupported"
      ? notices[notice]
      : endReasons[notice](call),
  endReason: (reason: EndReason, call: Call) => endReasons[reason](call),
  close: "Close",

  soundBlocked: "The browser blocks sound.",
  enableSound: "Enable sound",
};
