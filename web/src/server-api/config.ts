import { field } from "./json";
import { type Answer, ask } from "./request";

/** What the server of this page can do beside calls; another product answers nonsense. */
export function askForFeatures(): Promise<Answer<readonly string[]>> {
  return ask("/api/config", { read: readFeatures });
}

function readFeatures(answer: unknown): readonly string[] | undefined {
  const features = field(answer, "features");
  if (field(answer, "product") !== "WebCalling" || !Array.isArray(features)) return undefined;
  return features.filter((feature) => typeof feature === "string");
}
