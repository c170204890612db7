import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import { createInstallation, type Installation } from "../desktop/installation";
import { type CallHistory, createCallHistory } from "./call-history";
import { type Chat, createMessages } from "./messages";
import { countMissedCalls } from "./missed-calls";
import { createNavigation, type Navigation, type Open, type Page } from "./navigation";
import { createPeople, type KnownPeople, nameOf } from "./people";
import type { Phone } from "./phone-store";
import { currentCall } from "./screen";
import { createServerFeatures, type ServerFeatures } from "./server-features";
import { createServerHistory, type KeptHistory } from "./server-history";
import { createSettings, type Settings } from "./settings";

/** What is around the telephone: which page is open, what the user has set, and what the other pages show. */
export interface Shell {
  readonly navigation: Navigation;
  readonly settings: StoreApi<Settings>;
  readonly people: KnownPeople;
  readonly history: StoreApi<CallHistory>;
  /** What the server can do beside calls. */
  readonly server: StoreApi<ServerFeatures>;
  /** The history at the server, where it keeps one. */
  readonly keptHistory: KeptHistory;
  readonly messages: Chat;
  readonly installation: StoreApi<Installation>;
}

export function createShell(phone: Phone, page: Window): Shell {
  const navigation = createNavigation(page);
  openPhoneWhenDialling(phone, navigation);
  const server = createServerFeatures(phone);
  const people = createPeople(phone, server);
  const tellNames = () => phone.setNames((number) => nameOf(people.getState(), number));
  people.subscribe((now, before) => {
    if (now.contacts !== before.contacts || now.directory !== before.directory) tellNames();
  });
  tellNames();
  const history = createCallHistory(phone);
  const keptHistory = createServerHistory(phone, server);
  countMissedCalls(phone, keptHistory, history);
  return {
    navigation,
    settings: createSettings(page),
    people,
    history,
    server,
    keptHistory,
    messages: createMessages(phone),
    installation: createInstallation(page),
  };
}

/** Whoever calls from the contacts wants to see the call; whoever is called stays where they are, with the call bar. */
function openPhoneWhenDialling({ store }: Phone, navigation: Navigation): void {
  store.subscribe((view, before) => {
    const call = currentCall(view);
    const dials = call?.direction === "outgoing" && call.id !== currentCall(before)?.id && call.phase.kind !== "ended";
    const opensPad = view.pad.open && !before.pad.open;
    const signsOut = view.registration.kind === "signed-out" && before.registration.kind !== "signed-out";
    if (dials || opensPad || signsOut) openPage(navigation, "phone");
  });
}

export function openPage(navigation: Navigation, page: Page): void {
  if (navigation.getState().page !== page) navigation.setState({ page });
}

export const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("ShellContext is missing above this component.");
  return shell;
}

export function useNavigation<T>(select: (open: Open) => T): T {
  return useStore(useShell().navigation, select);
}

export function useSettings(): Settings {
  return useStore(useShell().settings);
}
