import type { AudioGraph } from "./audio-graph";

/** What one call of a merge brings: the microphone as its far end may hear it, and the far end. */
export interface MixedCall {
  microphone: MediaStream;
  remote: MediaStream;
}

export interface ThreeWayMix {
  /** What is to be sent in each of the two calls. */
  sent: readonly [MediaStream, MediaStream];
  heard: MediaStream;
}

/**
 * Each far end hears the user and the other far end, the user hears both, and nobody hears themselves. Each call keeps
 * the microphone that it has, so that muting one call does not silence the other's far end in it.
 */
export function mixThreeWay(graph: AudioGraph, first: MixedCall, second: MixedCall): ThreeWayMix {
  const heard = graph.output();
  const remotes = [graph.source(first.remote), graph.source(second.remote)] as const;
  for (const remote of remotes) graph.connect(remote, heard.point);
  const send = (microphone: MediaStream, other: (typeof remotes)[number]) => {
    const output = graph.output();
    graph.connect(graph.source(microphone), output.point);
    graph.connect(other, output.point);
    return output.stream;
  };
  return { sent: [send(first.microphone, remotes[1]), send(second.microphone, remotes[0])], heard: heard.stream };
}
