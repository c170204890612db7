import { createStore, type StoreApi } from "zustand/vanilla";
import type { Account, Call, PhoneEngine } from "../phone-engine/phone-engine";
import { isDigit, normalizeNumber } from "../phone-engine/phone-number";
import type { NumberError, PhoneView } from "./phone-view";
import { remember } from "./remembered";
import { currentCall } from "./screen";

export interface PhoneCommands {
  signIn(account: Account): void;
  signOut(): void;
  togglePad(): void;
  setNumber(number: string): void;
  typeKey(key: string): void;
  deleteKey(): void;
  call(): void;
  toggleDigits(): void;
  sendDigit(digit: string): void;
  answer(): void;
  decline(): void;
  hangUp(): void;
  toggleMuted(): void;
  toggleHeld(): void;
  dismiss(): void;
}

export interface Phone {
  readonly store: StoreApi<PhoneView>;
  readonly engine: PhoneEngine;
  readonly commands: PhoneCommands;
}

const CLOSED_PAD = { open: false, number: "" };
/** How long the reason of an ended call is shown; longer if the user is asked to do something. */
const SHOW_ENDED_MS = 6_000;
const SHOW_ADVICE_MS = 15_000;

/** The one store of the page. Components read it and give commands; what follows is decided here and in the engine. */
export function createPhone(engine: PhoneEngine): Phone {
  const store = createStore<PhoneView>(() => ({ ...engine.state, pad: CLOSED_PAD, digitsOpen: false }));
  engine.subscribe((state) => store.setState(state));
  store.subscribe((view, before) => followCall({ engine, store }, currentCall(view), currentCall(before)));
  return { store, engine, commands: commandsOf(engine, store) };
}

function followCall({ engine, store }: Pick<Phone, "engine" | "store">, call?: Call, before?: Call): void {
  if (call?.id !== before?.id && call) {
    store.setState({ pad: CLOSED_PAD, digitsOpen: false });
  }
  if (call?.phase.kind === "ended" && (before?.id !== call.id || before.phase.kind !== "ended")) {
    const shown = needsAdvice(call) ? SHOW_ADVICE_MS : SHOW_ENDED_MS;
    setTimeout(() => engine.dismiss(call.id), shown);
  }
}

function needsAdvice({ phase }: Call): boolean {
  if (phase.kind !== "ended") return false;
  return /microphone|insecure|password|lost|codec|media/.test(phase.reason);
}

function commandsOf(engine: PhoneEngine, store: StoreApi<PhoneView>): PhoneCommands {
  const setPad = (number: string) => store.setState({ pad: { open: true, number } });
  const withCall = (act: (call: Call) => void) => {
    const call = currentCall(store.getState());
    if (call) act(call);
  };
  return {
    signIn(account) {
      remember({ extension: account.extension, server: account.server });
      engine.signIn(account);
    },
    signOut() {
      store.setState({ pad: CLOSED_PAD, digitsOpen: false });
      void engine.signOut();
    },
    togglePad() {
      const { pad } = store.getState();
      withCall((call) => engine.dismiss(call.id));
      if (pad.open) engine.coolMicrophone();
      else engine.warmMicrophone();
      store.setState({ pad: { ...CLOSED_PAD, open: !pad.open } });
    },
    setNumber: setPad,
    typeKey(key) {
      const { pad } = store.getState();
      if (!pad.open) this.togglePad();
      setPad(pad.number + key);
    },
    deleteKey: () => setPad(store.getState().pad.number.slice(0, -1)),
    call() {
      const { pad, registration } = store.getState();
      const number = normalizeNumber(pad.number);
      const fail = (error: NumberError) => store.setState({ pad: { ...pad, error } });
      if (pad.number.trim() === "") fail("empty");
      else if (!number) fail("not-a-number");
      else if (registration.kind !== "registered") fail("not-registered");
      else engine.dial(number);
    },
    toggleDigits: () => store.setState(({ digitsOpen }) => ({ digitsOpen: !digitsOpen })),
    sendDigit(digit) {
      if (isDigit(digit)) withCall((call) => engine.sendDigit(call.id, digit));
    },
    answer: () => withCall((call) => engine.answer(call.id)),
    decline: () => withCall((call) => engine.decline(call.id)),
    hangUp: () => withCall((call) => engine.hangUp(call.id)),
    toggleMuted: () => withCall((call) => engine.setMuted(call.id, !call.muted)),
    toggleHeld: () =>
      withCall((call) => {
        if (call.phase.kind === "active") engine.setHeld(call.id, !call.phase.held);
      }),
    dismiss: () => withCall((call) => engine.dismiss(call.id)),
  };
}
