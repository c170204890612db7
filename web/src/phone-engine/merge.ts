import type { AudioGraph } from "./media/audio-graph";
import { mixThreeWay } from "./media/three-way-mix";
import type { SipCall } from "./sip-call";

/** Two calls as one talk of three, from the mixing to its end. It holds and resumes nothing. */
export class Merge {
  readonly calls: readonly [SipCall, SipCall];
  readonly #graph: AudioGraph;
  #heard: MediaStream | null = null;

  constructor(graph: AudioGraph, calls: readonly [SipCall, SipCall]) {
    this.#graph = graph;
    this.calls = calls;
  }

  get heard(): MediaStream | null {
    return this.#heard;
  }

  /** Whether both have sound to mix. */
  begin(): boolean {
    const [first, second] = this.calls.map(({ microphone, remoteStream }) =>
      microphone && remoteStream ? { microphone, remote: remoteStream } : undefined,
    );
    if (!first || !second) return false;
    const { sent, heard } = mixThreeWay(this.#graph, first, second);
    this.#heard = heard;
    this.#send(sent);
    return true;
  }

  end(): void {
    this.#send([]);
    this.#graph.close();
  }

  /** Another merge of the same calls has taken its place. */
  replaced(): void {
    this.#graph.close();
  }

  has(call: SipCall): boolean {
    return this.calls.includes(call);
  }

  other(call: SipCall): SipCall {
    return this.calls[0] === call ? this.calls[1] : this.calls[0];
  }

  #send(streams: readonly MediaStream[]): void {
    this.calls.forEach((call, index) => {
      // A call that ends in this very moment has no sender any more.
      call.send(streams[index]).catch(() => {});
    });
  }
}
