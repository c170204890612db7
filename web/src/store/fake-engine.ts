import { vi } from "vitest";
import type { MessageOutcome, ReceivedMessage } from "../phone-engine/messaging/message";
import type { Call, CallPhase, PhoneEngine, PhoneState } from "../phone-engine/phone-engine";
import type { Presence } from "../phone-engine/presence/pidf";
import type { PresenceListener } from "../phone-engine/presence/presence-watch";

type Commands = Omit<PhoneEngine, "state" | "subscribe" | "subscribeMessages" | "subscribePresence">;

export interface FakeEngine extends PhoneEngine {
  become(change: Partial<PhoneState>): void;
  /** Somebody has written. */
  receive(message: ReceivedMessage): void;
  /** Somebody who is watched stands so. */
  stand(number: string, presence: Presence | undefined): void;
}

/** An engine that does nothing but remember its commands, in the state that the test gives it. */
export function fakeEngine(initial: Partial<PhoneState> = {}): FakeEngine {
  let state: PhoneState = {
    registration: { kind: "registered" },
    identity: { extension: "1002", address: "sip:1002@localhost", server: "localhost:8080" },
    calls: [],
    merged: [],
    otherCalls: [],
    doNotDisturb: false,
    autoAnswer: false,
    voicemail: 0,
    soundBlocked: false,
    speakerMuted: false,
    elsewhere: false,
    audio: {
      microphone: { devices: [], missing: false },
      speaker: { devices: [], missing: false },
      ringer: { devices: [], missing: false },
      namesKnown: false,
      outputsSelectable: true,
      processing: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      volume: 1,
    },
    ...initial,
  };
  const listeners = new Set<(state: PhoneState) => void>();
  const become = (change: Partial<PhoneState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener(state);
  };
  const watchers = new Set<PresenceListener>();
  const readers = new Set<(message: ReceivedMessage) => void>();
  const commands: Commands = {
    signIn: vi.fn(),
    resumeSession: vi.fn(),
    signOut: vi.fn(async () => {}),
    bringHere: vi.fn(),
    checkConnection: vi.fn(),
    dial: vi.fn(),
    answer: vi.fn(),
    moveHere: vi.fn(),
    decline: vi.fn(),
    hangUp: vi.fn(),
    dismiss: vi.fn((id: string) =>
      become({ calls: state.calls.filter((call) => call.id !== id || call.phase.kind !== "ended") }),
    ),
    switchTo: vi.fn(),
    transfer: vi.fn(),
    transferNow: vi.fn(),
    undoTransfer: vi.fn(),
    connectCalls: vi.fn(),
    merge: vi.fn(),
    split: vi.fn(),
    recordOf: vi.fn(() => []),
    watchPresence: vi.fn(),
    setMuted: vi.fn(),
    setHeld: vi.fn(),
    sendDigit: vi.fn(),
    sendMessage: vi.fn(async (): Promise<MessageOutcome> => ({ kind: "delivered" })),
    setDoNotDisturb: vi.fn((doNotDisturb: boolean) => become({ doNotDisturb })),
    setAutoAnswer: vi.fn((autoAnswer: boolean) => become({ autoAnswer })),
    warmMicrophone: vi.fn(),
    coolMicrophone: vi.fn(),
    setSpeakerMuted: vi.fn(),
    enableSound: vi.fn(),
    attachAudio: vi.fn(),
    chooseDevice: vi.fn(),
    setProcessing: vi.fn(),
    setVolume: vi.fn(),
    testSound: vi.fn(),
    openMeter: vi.fn(() => ({ read: () => 0, close: vi.fn() })),
    dismissAudioNotice: vi.fn(),
    leavePage: vi.fn(),
    returnToPage: vi.fn(),
  };
  return {
    ...commands,
    become,
    receive(message) {
      for (const reader of readers) reader(message);
    },
    stand(number, presence) {
      for (const watcher of watchers) watcher(number, presence);
    },
    subscribePresence(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    subscribeMessages(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function aCall(phase: CallPhase, change: Partial<Call> = {}): Call {
  const calm = { muted: false, talkingWhileMuted: false, answeredByItself: false, digits: "" };
  return { id: "call-1", direction: "outgoing", peer: { number: "1001" }, phase, ...calm, ...change };
}

export function active(change: Partial<CallPhase & { kind: "active" }> = {}): CallPhase {
  const calm = { held: false, resumed: false, heldByPeer: false, mediaTrouble: false };
  return { kind: "active", since: Date.now(), ...calm, ...change };
}
