import type { AudioGraph, AudioPoint } from "../media/audio-graph";
import { FakeStream, FakeTrack } from "./fake-media";

interface FakePoint extends AudioPoint {
  stream: MediaStream;
  from: FakePoint[];
}

/** Remembers who is connected with whom, and tells which streams would be heard in one of its outputs. */
export class FakeAudioGraph implements AudioGraph<FakePoint> {
  readonly #outputs: FakePoint[] = [];
  closed = false;

  source(stream: MediaStream): FakePoint {
    return { kind: "source", stream, from: [] };
  }

  output(): { point: FakePoint; stream: MediaStream } {
    const stream = new FakeStream([new FakeTrack()]) as unknown as MediaStream;
    const point: FakePoint = { kind: "output", stream, from: [] };
    this.#outputs.push(point);
    return { point, stream };
  }

  connect(from: FakePoint, to: FakePoint): void {
    to.from.push(from);
  }

  close(): void {
    this.closed = true;
  }

  heardIn(stream: MediaStream | null): Set<MediaStream> {
    const output = this.#outputs.find((point) => point.stream === stream);
    return new Set(this.closed ? [] : output?.from.map((point) => point.stream));
  }

  /** The same for the output that a sender's track belongs to. */
  heardInTrack(track: unknown): Set<MediaStream> {
    const output = this.#outputs.find((point) => point.stream.getAudioTracks().some((found) => found === track));
    return this.heardIn(output?.stream ?? null);
  }
}
