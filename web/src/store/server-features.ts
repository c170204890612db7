import { createStore, type StoreApi } from "zustand/vanilla";
import { askForFeatures } from "../server-api/config";
import type { Phone } from "./phone-store";

/** What the server of this page offers whoever is signed in there; nothing where another server is used. */
export interface ServerFeatures {
  features: readonly string[];
}

/** The number of the server's audio check. */
export const AUDIO_CHECK_NUMBER = "9199";

export function createServerFeatures(
  { store: phone }: Pick<Phone, "store">,
  askServer = askForFeatures,
): StoreApi<ServerFeatures> {
  const server = createStore<ServerFeatures>(() => ({ features: [] }));
  phone.subscribe(async ({ registration, identity }, before) => {
    if (registration.kind === before.registration.kind) return;
    if (registration.kind === "signed-out") server.setState({ features: [] });
    if (registration.kind !== "registered" || !identity?.session) return;
    const answer = await askServer();
    const { registration: now } = phone.getState();
    if ("value" in answer && now.kind !== "signed-out") server.setState({ features: answer.value });
  });
  return server;
}
