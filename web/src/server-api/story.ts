import { field, number } from "./json";
import { type Answer, ask } from "./request";

/** One SIP message as it passed the server, without what is secret. */
export interface StoryMessage {
  /** Milliseconds since 1970. */
  at: number;
  /** Of the own phones, or of those at the other end. */
  leg: "own" | "far";
  /** As the server sees it. */
  direction: "in" | "out";
  message: string;
}

export interface Story {
  messages: readonly StoryMessage[];
  /** The beginning has not been forgotten. */
  complete: boolean;
}

/** Undefined for a call that the server does not keep (any more). */
export function askForStory(callId: string): Promise<Answer<Story>> {
  return ask(`/api/calls/${encodeURIComponent(callId)}/story`, { read: readStory });
}

function readStory(answer: unknown): Story | undefined {
  const messages = field(answer, "messages");
  if (!Array.isArray(messages)) return undefined;
  return { messages: messages.flatMap(readMessage), complete: field(answer, "complete") === true };
}

function readMessage(entry: unknown): StoryMessage[] {
  const at = number(field(entry, "at"));
  const leg = field(entry, "leg");
  const direction = field(entry, "direction");
  const message = field(entry, "message");
  if (at === undefined || typeof message !== "string") return [];
  if ((leg !== "own" && leg !== "far") || (direction !== "in" && direction !== "out")) return [];
  return [{ at, leg, direction, message }];
}
