import { AudioDescriptionHandler } from "./media/audio-description-handler";
import { whenFirstHeard } from "./media/first-sound";
import { type Microphone, MicrophoneError, stopTracks } from "./media/microphone";
import type { LevelSource } from "./media/microphone-level";
import type { MicrophoneProblem } from "./microphone-problem";
import { MutedTalk } from "./muted-talk";
import type { CallQuality } from "./quality/call-quality";
import { type LiveQuality, QualityWatch } from "./quality/quality-watch";
import { markMoment } from "./timing";

/** Broken media may come back within this time; then the call is given up. */
const MEDIA_PATIENCE_MS = 20_000;

/** What the sound of a call needs of the page around it. */
export interface AudioSurroundings {
  readonly microphone: Microphone;
  readonly audioContext: AudioContext | undefined;
  readonly levels: LevelSource;
}

/** The call that this is the sound of. */
export interface CallWithAudio {
  readonly muted: boolean;
  readonly active: boolean;
  readonly over: boolean;
  onRemoteStream(): void;
  onHeldByPeer(): void;
  /** The microphone has another track. */
  onNewMicrophone(): void;
  onTalkingWhileMuted(talking: boolean): void;
  onQuality(quality: LiveQuality): void;
  /** While the call is active. Media that has failed does not come back by itself. */
  onTrouble(trouble: boolean, failed: boolean): void;
  /** It has been broken for too long. */
  onGivenUp(): void;
}

/** The sound of one call: microphone, peer connection, what is heard, and how good it is. It knows no SIP. */
export class CallAudio {
  readonly #page: AudioSurroundings;
  readonly #call: CallWithAudio;
  readonly #mutedTalk: MutedTalk;
  #microphone: MediaStream | undefined;
  #handler: AudioDescriptionHandler | undefined;
  #remoteStream: MediaStream | null = null;
  #heldByPeer = false;
  #holding = false;
  #attended = false;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #stopListening: (() => void) | undefined;
  #unfollowMicrophone: (() => void) | undefined;
  #qualityWatch: QualityWatch | undefined;

  constructor(page: AudioSurroundings, call: CallWithAudio) {
    this.#page = page;
    this.#call = call;
    this.#mutedTalk = new MutedTalk(page.levels, (talking) => call.onTalkingWhileMuted(talking));
  }

  get handler(): AudioDescriptionHandler | undefined {
    return this.#handler;
  }

  get remoteStream(): MediaStream | null {
    return this.#remoteStream;
  }

  get microphone(): MediaStream | undefined {
    return this.#microphone;
  }

  get heldByPeer(): boolean {
    return this.#heldByPeer;
  }

  /** Hold as wanted, before the other side has agreed. */
  get holding(): boolean {
    return this.#holding;
  }

  set holding(holding: boolean) {
    this.#holding = holding;
    if (this.#handler) this.#handler.held = holding;
    this.applyMicrophone();
  }

  set attended(attended: boolean) {
    this.#attended = attended;
    this.applyMicrophone();
  }

  async openMicrophone(): Promise<MicrophoneProblem | undefined> {
    try {
      const stream = await this.#page.microphone.take();
      if (this.#call.over) stopTracks(stream);
      else this.#microphone = stream;
      return undefined;
    } catch (error) {
      return error instanceof MicrophoneError ? error.problem : "microphone-failed";
    }
  }

  /** Makes the peer connection. */
  createHandler(): AudioDescriptionHandler {
    const microphone = this.#microphone;
    if (!microphone) throw new Error("The call has no microphone.");
    this.#handler = new AudioDescriptionHandler(microphone, {
      onRemoteStream: (stream) => this.#hear(stream),
      onHeldByPeer: (held) => this.#peerHolds(held),
      onConnectionState: (state) => this.#connectionChanged(state),
    });
    this.#handler.held = this.#holding;
    this.#unfollowMicrophone = this.#page.microphone.follow(microphone, (track) => this.#newMicrophone(track));
    this.applyMicrophone();
    return this.#handler;
  }

  /** The call has been answered. */
  established(handler: AudioDescriptionHandler): void {
    this.applyMicrophone();
    this.#listenForFirstSound();
    const circumstances = () => ({ muted: this.#call.muted, held: this.#holding || this.#heldByPeer });
    this.#qualityWatch ??= new QualityWatch(handler, circumstances, (quality) => this.#call.onQuality(quality));
  }

  /** Opens or closes the microphone, as it is muted, held and attended. */
  applyMicrophone(): void {
    const { active, muted } = this.#call;
    const talks = this.#attended && !this.#holding;
    this.#handler?.setMicrophoneOpen(talks && !muted);
    if (this.#microphone && active && talks && muted) this.#mutedTalk.watch(this.#microphone);
    else this.#mutedTalk.stop();
  }

  /** Sends the far end this instead of the microphone, or with undefined the microphone again. */
  async send(stream: MediaStream | undefined): Promise<void> {
    await this.#handler?.send(stream?.getAudioTracks()[0]);
  }

  /** The call is over. */
  stop(): CallQuality | undefined {
    clearTimeout(this.#deadline);
    this.#mutedTalk.stop();
    this.#stopListening?.();
    this.#unfollowMicrophone?.();
    return this.#qualityWatch?.stop();
  }

  /** After the last word to the other side. */
  close(): void {
    this.#handler?.close();
    if (this.#microphone && !this.#handler) stopTracks(this.#microphone);
    this.#remoteStream = null;
  }

  #newMicrophone(track: MediaStreamTrack): void {
    this.#handler?.replaceMicrophone(track);
    // Whatever listened to the old one hears nothing any more.
    this.#mutedTalk.stop();
    this.applyMicrophone();
    this.#call.onNewMicrophone();
  }

  #hear(stream: MediaStream): void {
    this.#remoteStream = stream;
    this.#call.onRemoteStream();
    if (this.#call.active) this.#listenForFirstSound();
  }

  #listenForFirstSound(): void {
    const context = this.#page.audioContext;
    if (this.#stopListening || !this.#remoteStream || !context) return;
    this.#stopListening = whenFirstHeard(context, this.#remoteStream, () => markMoment("first-audio"));
  }

  #peerHolds(held: boolean): void {
    this.#heldByPeer = held;
    if (this.#call.active) this.#call.onHeldByPeer();
  }

  #connectionChanged(state: RTCPeerConnectionState): void {
    if (!this.#call.active) return;
    if (state === "connected") {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
      this.#call.onTrouble(false, false);
    } else if (state === "disconnected" || state === "failed") {
      this.#deadline ??= setTimeout(() => this.#call.onGivenUp(), MEDIA_PATIENCE_MS);
      this.#call.onTrouble(true, state === "failed");
    }
  }
}
