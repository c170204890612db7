import type { BodyAndContentType, SessionDescriptionHandler } from "sip.js";
import { usableCandidates } from "./candidates";
import { audioDirection, type Direction, holdsUs } from "./direction";

const DIGIT_MS = 100;
const DIGIT_GAP_MS = 70;

export interface AudioEvents {
  onRemoteStream(stream: MediaStream): void;
  onHeldByPeer(held: boolean): void;
  onConnectionState(state: RTCPeerConnectionState): void;
}

/**
 * Offers and answers for one audio call, in SIP.js's terms. It owns the peer connection and the microphone's track for
 * the life of the call. Unlike SIP.js's own handler it asks no STUN server, does not wait for ICE to finish, and sets the
 * direction from what we want instead of from the last one seen, which after "inactive" never finds back.
 */
export class AudioDescriptionHandler implements SessionDescriptionHandler {
  readonly #pc: RTCPeerConnection;
  readonly #microphone: MediaStream;
  readonly #events: AudioEvents;
  #sender: RTCRtpSender | undefined;
  /** Sent instead of the microphone. */
  #mixed: MediaStreamTrack | undefined;
  #held = false;
  #restart = false;
  #remoteTrack: MediaStreamTrack | undefined;
  #remoteUfrag: string | undefined;
  #closed = false;

  constructor(microphone: MediaStream, events: AudioEvents) {
    this.#microphone = microphone;
    this.#events = events;
    this.#pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
    this.#pc.ontrack = ({ track }) => this.#hear(track);
    this.#pc.onconnectionstatechange = () => events.onConnectionState(this.#pc.connectionState);
  }

  /** Direction of the next offer or answer. */
  set held(held: boolean) {
    this.#held = held;
  }

  get connected(): boolean {
    return this.#pc.connectionState === "connected";
  }

  /** No offer is waiting for its answer. */
  get stable(): boolean {
    return this.#pc.signalingState === "stable";
  }

  /** New ICE credentials in the next offer (RFC 8445 section 9), for a network that has changed. */
  restartIce(): void {
    this.#pc.restartIce();
    this.#restart = true;
  }

  hasDescription(contentType: string): boolean {
    return contentType.toLowerCase() === "application/sdp";
  }

  async getDescription(): Promise<BodyAndContentType> {
    this.#refuseIfClosed();
    this.#attachMicrophone();
    this.#applyDirection();
    const restarted = this.#restart;
    this.#restart = false;
    // Listen first: the first candidate may come before setLocalDescription resolves.
    const candidates = usableCandidates(this.#pc, restarted || this.#pc.localDescription === null);
    await this.#pc.setLocalDescription();
    await candidates;
    this.#refuseIfClosed();
    return { contentType: "application/sdp", body: this.#pc.localDescription?.sdp ?? "" };
  }

  async setDescription(sdp: string): Promise<void> {
    this.#refuseIfClosed();
    const type = this.#pc.signalingState === "have-local-offer" ? "answer" : "offer";
    this.#noticeRestart(type, sdp);
    await this.#pc.setRemoteDescription({ type, sdp });
    this.#noticeHold(type, audioDirection(sdp));
  }

  rollbackDescription(): Promise<void> {
    if (this.#closed || this.#pc.signalingState === "stable") return Promise.resolve();
    return this.#pc.signalingState === "have-remote-offer"
      ? this.#pc.setRemoteDescription({ type: "rollback" })
      : this.#pc.setLocalDescription({ type: "rollback" });
  }

  /** RFC 4733 events after those still being sent; false if the other side takes none. */
  sendDtmf(digits: string): boolean {
    const dtmf = this.#sender?.dtmf;
    if (!dtmf || this.#closed || dtmf.canInsertDTMF === false) return false;
    // insertDTMF replaces what is still waiting to be sent.
    dtmf.insertDTMF(dtmf.toneBuffer + digits, DIGIT_MS, DIGIT_GAP_MS);
    return true;
  }

  /** Sends this instead of the microphone, or with undefined the microphone again. Nothing is negotiated for it. */
  async send(track: MediaStreamTrack | undefined): Promise<void> {
    this.#mixed = track;
    if (!this.#closed) await this.#sender?.replaceTrack(track ?? this.#microphone.getAudioTracks()[0] ?? null);
  }

  setMicrophoneOpen(open: boolean): void {
    for (const track of this.#microphone.getAudioTracks()) track.enabled = open;
  }

  /** Another track of the microphone's stream, without a new offer (W3C WebRTC section 5.2, replaceTrack). */
  replaceMicrophone(track: MediaStreamTrack): void {
    // A mix has the microphone in it; whoever mixes has to mix anew.
    if (this.#closed || this.#mixed) return;
    // It only refuses when the connection has just been closed.
    this.#sender?.replaceTrack(track).catch(() => {});
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pc.ontrack = null;
    this.#pc.onconnectionstatechange = null;
    this.#pc.close();
    for (const track of this.#microphone.getTracks()) track.stop();
  }

  /**
   * The stream of the session description loses its track while we hold the call (RFC 8829 section 5.10) and comes back as
   * another; the track itself lives as long as the call, so it gets a stream of its own that nobody empties.
   */
  #hear(track: MediaStreamTrack): void {
    if (track === this.#remoteTrack) return;
    this.#remoteTrack = track;
    this.#events.onRemoteStream(new MediaStream([track]));
  }

  #attachMicrophone(): void {
    const [track] = this.#microphone.getAudioTracks();
    if (this.#sender || !track) return;
    // In an answer addTrack takes the transceiver that the offer made (RFC 8829 section 5.10).
    this.#sender = this.#pc.addTrack(track, this.#microphone);
  }

  #applyDirection(): void {
    const wanted: Direction = this.#held ? "sendonly" : "sendrecv";
    for (const transceiver of this.#pc.getTransceivers()) {
      // RFC 8829 section 5.3.1: an answer becomes the intersection of this and the offer by itself.
      if (transceiver.direction !== "stopped" && transceiver.direction !== wanted) transceiver.direction = wanted;
    }
  }

  #noticeHold(type: RTCSdpType, direction: Direction): void {
    // The answer to our own hold is recvonly or inactive whatever the other side wants, so it tells nothing.
    if (type === "answer" && this.#held) return;
    this.#events.onHeldByPeer(holdsUs(direction));
  }

  /** RFC 8839 section 4.4.1.1.1: an offer with a new ufrag restarts ICE, so that our answer gathers anew. */
  #noticeRestart(type: RTCSdpType, sdp: string): void {
    const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
    if (type === "offer" && this.#remoteUfrag !== undefined && ufrag !== this.#remoteUfrag) this.#restart = true;
    this.#remoteUfrag = ufrag;
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new Error("The call's media is closed.");
  }
}
