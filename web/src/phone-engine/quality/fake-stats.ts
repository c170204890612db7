import type { Stat } from "./stats";

/** Counters of a call as Chromium tells them, moved on second by second. */
export class FakeStats {
  codec = "PCMU";
  received = 0;
  lost = 0;
  sentByServer = 0;
  concealments = 0;
  concealedSamples = 0;
  energy = 0;
  fractionLost: number | undefined;
  remoteJitter = 0.002;
  roundTrip: number | undefined = 0.02;
  #seconds = 0;
  #reportAt = 0;
  #reportedSent = 0;

  /**
   * One second: of 50 packets so many never came to the server, and so many more are lost after it. `level` is the
   * microphone's, 0 to 1.
   */
  pass({ lostBefore = 0, lostAfter = 0, level = 0.1, silence = false } = {}): void {
    this.#seconds += 1;
    const packets = silence ? 0 : 50;
    this.received += packets - (silence ? 0 : lostBefore + lostAfter);
    this.lost += lostBefore + lostAfter;
    this.sentByServer += packets - lostBefore;
    this.concealments += lostBefore + lostAfter;
    this.concealedSamples += 960 * (lostBefore + lostAfter);
    this.energy += level * level;
    // RFC 3550 section 6.2: a report every five seconds.
    if (this.#seconds % 5 === 0) {
      this.#reportAt = this.#now;
      this.#reportedSent = this.sentByServer;
    }
  }

  get #now(): number {
    return 1_000_000 + 1000 * this.#seconds;
  }

  all(): Stat[] {
    const timestamp = this.#now;
    const seconds = this.#seconds;
    const audio = { kind: "audio", codecId: "C", timestamp };
    return [
      { id: "C", type: "codec", timestamp, mimeType: `audio/${this.codec}` },
      {
        ...audio,
        id: "I",
        type: "inbound-rtp",
        packetsReceived: this.received,
        packetsLost: this.lost,
        jitter: 0.003,
        jitterBufferDelay: 0.06 * 48_000 * seconds,
        jitterBufferEmittedCount: 48_000 * seconds,
        concealmentEvents: this.concealments,
        concealedSamples: this.concealedSamples,
        totalSamplesReceived: 48_000 * seconds,
        bytesReceived: 160 * this.received,
      },
      { ...audio, id: "O", type: "outbound-rtp", packetsSent: 50 * seconds, bytesSent: 8000 * seconds },
      {
        ...audio,
        id: "S",
        type: "media-source",
        totalAudioEnergy: this.energy,
        totalSamplesDuration: seconds,
      },
      { id: "P", type: "candidate-pair", timestamp, nominated: true, currentRoundTripTime: 0.05 },
      ...(this.#reportAt === 0
        ? []
        : [
            {
              id: "RO",
              type: "remote-outbound-rtp",
              kind: "audio",
              timestamp: this.#reportAt,
              packetsSent: this.#reportedSent,
            },
          ]),
      ...(this.fractionLost === undefined
        ? []
        : [
            {
              id: "RI",
              type: "remote-inbound-rtp",
              kind: "audio",
              timestamp: this.#reportAt,
              fractionLost: this.fractionLost,
              jitter: this.remoteJitter,
              ...(this.roundTrip === undefined ? {} : { roundTripTime: this.roundTrip }),
            },
          ]),
    ];
  }
}
