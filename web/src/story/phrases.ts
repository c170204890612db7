import type { Text } from "../languages/text";
import type { Rung } from "./ladder";

/** What an arrow means, in plain words. */
export function sentenceOf(text: Text, { meaning, number, codec, isEncrypted, label }: Rung): string {
  switch (meaning) {
    case "call":
    case "transfer":
      return text(`story.${meaning}`, { number });
    case "refused":
    case "request":
    case "progress":
      return text(`story.${meaning}`, { label });
    case "answered":
      if (codec === "") return text("story.agreed");
      return text(isEncrypted ? "story.answeredEncrypted" : "story.answeredInTheClear", { codec });
    default:
      return text(`story.${meaning}`);
  }
}

/** "+0.123 s" */
export function timeOf(after: number): string {
  return `+${(after / 1000).toFixed(3)} s`;
}

const ARROWS = { request: "──▶", progress: "╌╌▶", success: "══▶", refusal: "──✗" };

/**
 * The whole story as a file that can be sent by mail. The server has taken out what is secret; what remains to be cut are the
 * names by which somebody could speak for the phone while the call goes on (RFC 3261 section 12.2), and the keys that were
 * pressed, which may be a PIN.
 */
export function storyFile(text: Text, rungs: readonly Rung[]): string {
  const who = { you: text("story.you"), server: text("story.server"), other: text("story.other") };
  const lines = rungs.map(
    (rung) =>
      `${timeOf(rung.after).padStart(12)}  ${who[rung.from]} ${ARROWS[rung.tone]} ${who[rung.to]}  ${rung.label}` +
      `${rung.again > 0 ? ` (${text("story.again", { count: rung.again })})` : ""}\n              ${sentenceOf(text, rung)}`,
  );
  const messages = rungs.map(
    (rung) => `---- ${timeOf(rung.after)} ${who[rung.from]} → ${who[rung.to]}\n${forOthers(rung.message)}`,
  );
  return `${text("story.title")}\n\n${lines.join("\n")}\n\n${messages.join("\n")}\n`;
}

const CUT = "(removed)";

/** Enough of a name is left to tell it from the others. */
function forOthers(message: string): string {
  const [head = "", ...body] = message.replace(/\r\n/g, "\n").split("\n\n");
  const isInfo = /^INFO /.test(head);
  const named = head
    .replace(/^(call-id|i)(\s*:\s*)(\S{8})\S*/gim, `$1$2$3${CUT}`)
    .replace(/;tag=([^;>\s]{3})[^;>\s]*/gi, `;tag=$1${CUT}`)
    .replace(/^(replaces|target-dialog|in-reply-to|join)(\s*:\s*).*$/gim, `$1$2${CUT}`)
    .replace(/([?&]replaces=)[^>&\s]*/gi, `$1${CUT}`);
  return [named, ...(isInfo ? [CUT] : body)].join("\n\n");
}
