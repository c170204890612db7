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

/** The whole story as a file that can be sent by mail. The server has taken out what is secret. */
export function storyFile(text: Text, rungs: readonly Rung[], callId: string): string {
  const who = { you: text("story.you"), server: text("story.server"), other: text("story.other") };
  const lines = rungs.map(
    (rung) =>
      `${timeOf(rung.after).padStart(12)}  ${who[rung.from]} ${ARROWS[rung.tone]} ${who[rung.to]}  ${rung.label}` +
      `${rung.again > 0 ? ` (${text("story.again", { count: rung.again })})` : ""}\n              ${sentenceOf(text, rung)}`,
  );
  const messages = rungs.map(
    (rung) => `---- ${timeOf(rung.after)} ${who[rung.from]} → ${who[rung.to]}\n${rung.message}`,
  );
  return `${text("story.title")} ${callId}\n\n${lines.join("\n")}\n\n${messages.join("\n").replace(/\r\n/g, "\n")}\n`;
}
