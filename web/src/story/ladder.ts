import type { Story, StoryMessage } from "../server-api/story";
import { readSipText, type SipText } from "./sip-text";

/** Who stands at the top of a column. */
export type Column = "you" | "server" | "other";

export type Tone = "request" | "progress" | "success" | "refusal";

/** What a message means; each has a sentence in every language. */
export type Meaning =
  | "call"
  | "takeBack"
  | "hold"
  | "resume"
  | "renew"
  | "proof"
  | "working"
  | "ringing"
  | "earlySound"
  | "answered"
  | "agreed"
  | "confirmed"
  | "hungUp"
  | "cancelled"
  | "cancelDone"
  | "key"
  | "transfer"
  | "transferTold"
  | "reliable"
  | "alive"
  | "text"
  | "busy"
  | "declined"
  | "unknown"
  | "noAnswer"
  | "dialogGone"
  | "noMedia"
  | "refused"
  | "request"
  | "progress";

/** One arrow of the ladder. */
export interface Rung {
  id: string;
  /** Milliseconds since the first message. */
  after: number;
  from: Column;
  to: Column;
  tone: Tone;
  /** "INVITE", "200 OK" */
  label: string;
  meaning: Meaning;
  /** For the sentence. */
  number: string;
  codec: string;
  isEncrypted: boolean;
  /** How often it was sent again. */
  again: number;
  message: string;
}

/** The messages of a call as arrows between you, the server and the other side. What is sent again is one arrow. */
export function ladderOf({ messages }: Pick<Story, "messages">): readonly Rung[] {
  const begin = messages[0]?.at ?? 0;
  const rungs: Rung[] = [];
  const last = new Map<string, number>();
  for (const [index, message] of messages.entries()) {
    const key = `${message.leg} ${message.direction} ${message.message}`;
    const known = last.get(key);
    const before = known === undefined ? undefined : rungs[known];
    if (known !== undefined && before) {
      rungs[known] = { ...before, again: before.again + 1 };
      continue;
    }
    last.set(key, rungs.length);
    rungs.push(rungOf(message, `${index}`, begin));
  }
  return rungs;
}

/**
 * Whether the own part of the call has come to its end. It may consist of several dialogs: all phones of the extension rang,
 * or the page was loaded anew and began another one.
 */
export function isOver({ messages }: Pick<Story, "messages">): boolean {
  const dialogs = new Map<string, { answered: boolean; over: boolean }>();
  for (const { leg, message } of messages) {
    if (leg !== "own") continue;
    const { method, status, header } = readSipText(message);
    const name = header("call-id");
    const dialog = dialogs.get(name) ?? { answered: false, over: false };
    dialogs.set(name, dialog);
    if (method === "BYE") dialog.over = true;
    if (method !== "INVITE" || status < 200) continue;
    // Within a call a refused change leaves everything as it was.
    if (status < 300) dialog.answered = true;
    else if (status !== 401 && status !== 407 && !dialog.answered) dialog.over = true;
  }
  return dialogs.size > 0 && [...dialogs.values()].every(({ over }) => over);
}

function rungOf({ at, leg, direction, message }: StoryMessage, id: string, begin: number): Rung {
  const text = readSipText(message);
  const person: Column = leg === "own" ? "you" : "other";
  const [from, to]: [Column, Column] = direction === "in" ? [person, "server"] : ["server", person];
  return {
    id,
    after: at - begin,
    from,
    to,
    tone: toneOf(text.status),
    label: text.status === 0 ? text.method : `${text.status} ${text.reason}`.trim(),
    meaning: text.status === 0 ? meaningOfRequest(text) : meaningOfResponse(text),
    number: numberOf(text, direction, leg),
    codec: codecOf(text.body),
    isEncrypted: /^a=(fingerprint|crypto):/m.test(text.body),
    again: 0,
    message,
  };
}

function toneOf(status: number): Tone {
  if (status === 0) return "request";
  if (status < 200) return "progress";
  return status < 300 ? "success" : "refusal";
}

/** Whom it is about: who is called, or to whom a call shall go. */
function numberOf(text: SipText, direction: "in" | "out", leg: "own" | "far"): string {
  const userIn = (header: string) => /sips?:([^@;>]+)@/.exec(text.header(header))?.[1] ?? "";
  if (text.method === "REFER") return userIn("refer-to");
  // Towards a phone, what counts is who calls it.
  if (direction === "out" && leg === "own") return userIn("from");
  return userIn("to") || text.user;
}

function meaningOfRequest(text: SipText): Meaning {
  switch (text.method) {
    case "INVITE":
      if (text.header("replaces") !== "") return "takeBack";
      if (!/;tag=/.test(text.header("to"))) return "call";
      if (/^a=(sendonly|inactive)/m.test(text.body)) return "hold";
      return text.body === "" ? "renew" : "resume";
    case "ACK":
      return "confirmed";
    case "BYE":
      return "hungUp";
    case "CANCEL":
      return "cancelled";
    case "INFO":
      return "key";
    case "REFER":
      return "transfer";
    case "NOTIFY":
      return "transferTold";
    case "PRACK":
      return "reliable";
    case "OPTIONS":
      return "alive";
    case "UPDATE":
      return "renew";
    case "MESSAGE":
      return "text";
    default:
      return "request";
  }
}

function meaningOfResponse({ status, method, body }: SipText): Meaning {
  if (status === 100) return "working";
  if (status < 200) return status === 180 ? "ringing" : body === "" ? "progress" : "earlySound";
  if (status < 300) return method === "INVITE" ? "answered" : method === "CANCEL" ? "cancelDone" : "agreed";
  switch (status) {
    case 401:
    case 407:
      return "proof";
    case 404:
    case 484:
    case 604:
      return "unknown";
    case 408:
    case 480:
      return "noAnswer";
    case 481:
    case 410:
      return "dialogGone";
    case 486:
    case 600:
      return "busy";
    case 487:
      return "cancelDone";
    case 415:
    case 488:
    case 606:
      return "noMedia";
    case 603:
      return "declined";
    default:
      return "refused";
  }
}

/** The first of the audio line: what will be spoken. */
function codecOf(sdp: string): string {
  const first = /^m=audio \d+ \S+ (\d+)/m.exec(sdp)?.[1];
  if (first === undefined) return "";
  const named = new RegExp(`^a=rtpmap:${first} ([^/\\s]+)`, "m").exec(sdp)?.[1];
  return named ?? { 0: "PCMU", 8: "PCMA", 9: "G722" }[Number(first)] ?? "";
}
