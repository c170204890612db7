import { vi } from "vitest";
import type { Stat } from "../quality/stats";

export class FakeTrack extends EventTarget {
  readonly kind = "audio";
  enabled = true;
  readyState: "live" | "ended" = "live";
  label = "";

  stop(): void {
    this.readyState = "ended";
  }

  /** The device is gone; only then, not after stop(), the page is told. */
  vanish(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

export class FakeStream {
  #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = tracks;
  }

  getTracks = () => [...this.#tracks];
  getAudioTracks = () => [...this.#tracks];

  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks = this.#tracks.filter((other) => other !== track);
  }
}

/** Signalling of an RTCPeerConnection; candidates come as soon as a local description is set. */
export class FakePeerConnection extends EventTarget {
  static all: FakePeerConnection[] = [];
  /** Null is the end of candidates; an empty list never ends. */
  static candidates: (string | null)[] = ["candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host", null];

  readonly configuration: RTCConfiguration;
  signalingState = "stable";
  iceGatheringState = "new";
  connectionState = "new";
  localDescription: { type: string; sdp: string } | null = null;
  ontrack: ((event: { track: FakeTrack }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly remoteTrack = new FakeTrack();
  readonly tones: string[] = [];
  restarts = 0;
  track: FakeTrack | undefined;
  refuses = false;
  /** A description takes so long to be applied. */
  applying: Promise<void> | undefined;
  /** What getStats() tells. */
  stats: Stat[] = [];
  readonly #transceiver = { direction: "sendrecv" };
  #version = 0;
  #ufrag = 0;
  #receiving = false;

  constructor(configuration: RTCConfiguration) {
    super();
    this.configuration = configuration;
    FakePeerConnection.all.push(this);
  }

  static get last(): FakePeerConnection {
    const found = FakePeerConnection.all.at(-1);
    if (!found) throw new Error("No peer connection was made.");
    return found;
  }

  addTrack(track: FakeTrack): unknown {
    this.track = track;
    const insertDTMF = (tones: string) => this.tones.push(tones);
    const replaceTrack = async (other: FakeTrack) => {
      this.track = other;
    };
    return { track, replaceTrack, dtmf: { canInsertDTMF: true, toneBuffer: "", insertDTMF } };
  }

  getStats = async () => new Map(this.stats.map((stat) => [stat.id, stat]));

  getTransceivers = () => (this.track ? [this.#transceiver] : []);

  restartIce(): void {
    this.restarts += 1;
  }

  async setLocalDescription(description?: { type: string }): Promise<void> {
    if (description?.type === "rollback") {
      // One after the other, as the browser does it.
      await this.applying;
      if (this.signalingState === "stable") throw new DOMException("Nothing to roll back.", "InvalidStateError");
      this.signalingState = "stable";
      return;
    }
    const answering = this.signalingState === "have-remote-offer";
    if (this.#ufrag !== this.restarts + 1) this.iceGatheringState = "gathering";
    this.#ufrag = this.restarts + 1;
    this.#version += 1;
    this.signalingState = answering ? "stable" : "have-local-offer";
    const sdp = `v=0\r\no=- 7 ${this.#version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:u${this.#ufrag}\r\na=${this.#transceiver.direction}\r\n`;
    this.localDescription = { type: answering ? "answer" : "offer", sdp };
    for (const candidate of FakePeerConnection.candidates) this.#gathered(candidate);
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    if (type === "rollback") {
      this.signalingState = "stable";
      return;
    }
    if (this.refuses || !sdp.includes("m=audio")) throw new Error("Bad SDP.");
    await this.applying;
    this.signalingState = type === "offer" ? "have-remote-offer" : "stable";
    const sends = /^a=send/m.test(sdp);
    // Told again whenever the other side begins to send, always with the transceiver's one track.
    if (sends && !this.#receiving) this.ontrack?.({ track: this.remoteTrack });
    this.#receiving = sends;
  }

  /** ICE and DTLS as the test wants them. */
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
  }

  #gathered(candidate: string | null): void {
    if (candidate === null) this.iceGatheringState = "complete";
    const event = new Event("icecandidate");
    Object.assign(event, { candidate: candidate === null ? null : { candidate } });
    queueMicrotask(() => this.dispatchEvent(event));
  }
}

export interface FakeMedia {
  /** Replaced by tests that want the microphone to fail. */
  getUserMedia: ReturnType<typeof vi.fn<() => Promise<FakeStream>>>;
  /** Every microphone track that was ever opened. */
  tracks: FakeTrack[];
}

export function installFakeMedia(): FakeMedia {
  FakePeerConnection.all = [];
  FakePeerConnection.candidates = ["candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host", null];
  const tracks: FakeTrack[] = [];
  const getUserMedia = vi.fn(async () => {
    const track = new FakeTrack();
    tracks.push(track);
    return new FakeStream([track]);
  });
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  vi.stubGlobal("MediaStream", FakeStream);
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  return { getUserMedia, tracks };
}
