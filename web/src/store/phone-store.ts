import { createStore, type StoreApi } from "zustand/vanilla";
import type { Account, Call, PhoneEngine } from "../phone-engine/phone-engine";
import { readNumber } from "../phone-engine/phone-number";
import { type CallCommands, callCommands, dial } from "./call-commands";
import { keepCallSettings, readCallSettings } from "./call-settings";
import type { NumberError, PhoneView } from "./phone-view";
import { remember } from "./remembered";
import { followSession } from "./remembered-session";
import { currentCall } from "./screen";

export interface PhoneCommands extends CallCommands {
  signIn(account: Account): void;
  signOut(): void;
  togglePad(): void;
  setNumber(number: string): void;
  typeKey(key: string): void;
  deleteKey(): void;
  /** Calls the number on the pad. */
  call(): void;
  /** Calls the number that was dialled last. */
  redial(): void;
  toggleDoNotDisturb(): void;
  toggleAutoAnswer(): void;
  /** The user agrees to what a link asks for. */
  acceptDialRequest(): void;
  refuseDialRequest(): void;
}

export interface Phone {
  readonly store: StoreApi<PhoneView>;
  readonly engine: PhoneEngine;
  readonly commands: PhoneCommands;
  /** How the user calls those with whom he talks: from now on, and whenever it is said again. */
  setNames(nameOf: NameOf): void;
}

/** Under which name the user knows a number; undefined if under none. */
export type NameOf = (number: string) => string | undefined;

const CLOSED_PAD = { open: false, number: "" };
const NOTHING_OPEN = { pad: CLOSED_PAD, digitsOpen: false, transferTo: undefined };
/** How long the reason of an ended call is shown; longer if the user is asked to do something. */
const SHOW_ENDED_MS = 6_000;
const SHOW_ADVICE_MS = 15_000;

/** The one store of the page. Components read it and give commands; what follows is decided here and in the engine. */
export function createPhone(engine: PhoneEngine): Phone {
  const { lastNumber, doNotDisturb, autoAnswer } = readCallSettings();
  engine.setDoNotDisturb(doNotDisturb);
  engine.setAutoAnswer(autoAnswer);
  const store = createStore<PhoneView>(() => ({ ...engine.state, ...NOTHING_OPEN, lastNumber }));
  let nameOf: NameOf = () => undefined;
  const show = () => {
    const { calls, otherCalls } = engine.state;
    store.setState({
      ...engine.state,
      calls: calls.map((call) => named(call, nameOf)),
      otherCalls: otherCalls.map((call) => named(call, nameOf)),
    });
  };
  engine.subscribe(show);
  store.subscribe((view, before) => {
    const call = currentCall(view);
    if (call && call.id !== currentCall(before)?.id) store.setState(NOTHING_OPEN);
    if (view.registration !== before.registration) followSession(view);
    for (const ended of view.calls) if (hasJustEnded(ended, before)) dismissLater(engine, ended);
  });
  return {
    store,
    engine,
    commands: commandsOf(engine, store),
    setNames(names) {
      nameOf = names;
      if (engine.state.calls.length + engine.state.otherCalls.length > 0) show();
    },
  };
}

/** Callers may call themselves anything; what the user has written down goes before that. */
function named<Named extends Pick<Call, "peer">>(call: Named, nameOf: NameOf): Named {
  const name = nameOf(call.peer.number) ?? call.peer.name;
  return name === call.peer.name ? call : { ...call, peer: { ...call.peer, name } };
}

function hasJustEnded({ id, phase }: Call, before: PhoneView): boolean {
  return phase.kind === "ended" && !before.calls.some((call) => call.id === id && call.phase.kind === "ended");
}

function dismissLater(engine: PhoneEngine, call: Call): void {
  setTimeout(() => engine.dismiss(call.id), needsAdvice(call) ? SHOW_ADVICE_MS : SHOW_ENDED_MS);
}

function needsAdvice({ phase }: Call): boolean {
  if (phase.kind !== "ended") return false;
  return /microphone|insecure|password|lost|codec|media/.test(phase.reason);
}

function commandsOf(engine: PhoneEngine, store: StoreApi<PhoneView>): PhoneCommands {
  const setPad = (number: string) => store.setState({ pad: { open: true, number } });
  const fail = (error: NumberError | undefined) => {
    if (error) store.setState(({ pad }) => ({ pad: { ...pad, error } }));
  };
  return {
    ...callCommands(engine, store),
    signIn(account) {
      remember({ extension: account.extension, server: account.server });
      engine.signIn(account);
    },
    signOut() {
      store.setState(NOTHING_OPEN);
      void engine.signOut();
    },
    togglePad() {
      const { pad } = store.getState();
      const call = currentCall(store.getState());
      if (call) engine.dismiss(call.id);
      if (pad.open) engine.coolMicrophone();
      else engine.warmMicrophone();
      store.setState({ ...NOTHING_OPEN, pad: { ...CLOSED_PAD, open: !pad.open } });
    },
    setNumber: setPad,
    typeKey(key) {
      const { pad } = store.getState();
      if (!pad.open) this.togglePad();
      setPad(pad.number + key);
    },
    deleteKey: () => setPad(store.getState().pad.number.slice(0, -1)),
    call() {
      const read = readNumber(store.getState().pad.number);
      fail("problem" in read ? read.problem : dial(engine, store, read.number));
    },
    redial() {
      const { lastNumber, pad } = store.getState();
      if (lastNumber === "") return;
      store.setState({ pad: { ...pad, open: true, number: lastNumber } });
      fail(dial(engine, store, lastNumber));
    },
    toggleDoNotDisturb() {
      const doNotDisturb = !store.getState().doNotDisturb;
      keepCallSettings({ doNotDisturb });
      engine.setDoNotDisturb(doNotDisturb);
    },
    toggleAutoAnswer() {
      const autoAnswer = !store.getState().autoAnswer;
      keepCallSettings({ autoAnswer });
      engine.setAutoAnswer(autoAnswer);
    },
    acceptDialRequest() {
      const { dialRequest } = store.getState();
      if (!dialRequest) return;
      const read = readNumber(dialRequest.number);
      const error = "problem" in read ? read.problem : dial(engine, store, read.number);
      store.setState({ dialRequest: error && { ...dialRequest, error } });
    },
    refuseDialRequest: () => store.setState({ dialRequest: undefined }),
  };
}
