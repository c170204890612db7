import type { StoreApi } from "zustand/vanilla";
import { type Call, MAX_CALLS, type PhoneEngine, type Refusal } from "../phone-engine/phone-engine";
import { isDigit, readNumber } from "../phone-engine/phone-number";
import { keepCallSettings } from "./call-settings";
import type { NumberError, PhoneView } from "./phone-view";
import { currentCall, liveCalls, partnersOf } from "./screen";

/** What is done with calls. Without an id the current call is meant. */
export interface CallCommands {
  answer(callId?: string): void;
  decline(answer?: Refusal, callId?: string): void;
  hangUp(callId?: string): void;
  dismiss(callId?: string): void;
  toggleMuted(): void;
  toggleHeld(): void;
  toggleDigits(): void;
  sendDigit(digit: string): void;
  /** Talks on this call. */
  switchTo(callId: string): void;
  /** Talks on the call that was talked on before. */
  swap(): void;
  merge(callId: string): void;
  split(): void;
  /** Opens or closes the field for whom the call goes to. */
  toggleTransfer(): void;
  setTransferNumber(number: string): void;
  /** To the number in the field, in ten seconds. */
  transfer(): void;
  /** Calls the number in the field first, with this call on hold. */
  consult(): void;
  /** Connects the current call's far end with another call's. */
  connectWith(callId: string): void;
  transferNow(callId?: string): void;
  undoTransfer(callId?: string): void;
}

export function callCommands(engine: PhoneEngine, store: StoreApi<PhoneView>): CallCommands {
  const view = () => store.getState();
  const withCall = (callId: string | undefined, act: (call: Call) => void) => {
    const call = callId === undefined ? currentCall(view()) : view().calls.find(({ id }) => id === callId);
    if (call) act(call);
  };
  /** Hands over the number in the field, or says why it is none. */
  const withTarget = (act: (number: string, call: Call) => void) => {
    const { transferTo } = view();
    const call = currentCall(view());
    if (!transferTo || !call) return;
    const read = readNumber(transferTo.number);
    if ("problem" in read) store.setState({ transferTo: { ...transferTo, error: read.problem } });
    else {
      store.setState({ transferTo: undefined });
      act(read.number, call);
    }
  };
  return {
    answer: (callId) => withCall(callId, ({ id }) => engine.answer(id)),
    decline: (answer = "declined", callId) => withCall(callId, ({ id }) => engine.decline(id, answer)),
    hangUp: (callId) => withCall(callId, ({ id }) => engine.hangUp(id)),
    dismiss: (callId) => withCall(callId, ({ id }) => engine.dismiss(id)),
    toggleMuted: () => withCall(undefined, ({ id, muted }) => engine.setMuted(id, !muted)),
    toggleHeld: () =>
      withCall(undefined, ({ id, phase }) => {
        if (phase.kind === "active") engine.setHeld(id, !phase.held);
      }),
    toggleDigits: () => store.setState(({ digitsOpen }) => ({ digitsOpen: !digitsOpen, transferTo: undefined })),
    sendDigit(digit) {
      if (isDigit(digit)) withCall(undefined, ({ id }) => engine.sendDigit(id, digit));
    },
    switchTo: (callId) => engine.switchTo(callId),
    swap() {
      const { merged } = view();
      const other = partnersOf(view()).findLast(({ id }) => !merged.includes(id));
      if (other) engine.switchTo(other.id);
    },
    merge: (callId) => withCall(undefined, ({ id }) => engine.merge(id, callId)),
    split: () => engine.split(),
    toggleTransfer: () =>
      store.setState(({ transferTo }) => ({ transferTo: transferTo ? undefined : { number: "" }, digitsOpen: false })),
    setTransferNumber: (number) => store.setState({ transferTo: { number } }),
    transfer: () => withTarget((number, { id }) => engine.transfer(id, number)),
    consult: () => withTarget((number) => dial(engine, store, number)),
    connectWith: (callId) => withCall(undefined, ({ id }) => engine.connectCalls(id, callId)),
    transferNow: (callId) => withCall(callId, ({ id }) => engine.transferNow(id)),
    undoTransfer: (callId) => withCall(callId, ({ id }) => engine.undoTransfer(id)),
  };
}

/** Dials and remembers; or says why not. */
export function dial(engine: PhoneEngine, store: StoreApi<PhoneView>, number: string): NumberError | undefined {
  const { registration } = store.getState();
  if (registration.kind !== "registered") return "not-registered";
  if (liveCalls(store.getState()).length >= MAX_CALLS) return "too-many-calls";
  keepCallSettings({ lastNumber: number });
  store.setState({ lastNumber: number });
  engine.dial(number);
  return undefined;
}
