import { expect, it } from "vitest";
import { FakeAudioGraph } from "../testing/fake-audio-graph";
import { mixThreeWay } from "./three-way-mix";

const stream = (name: string) => Object.assign(Object.create(null), { name }) as MediaStream;

it("lets everybody hear the other two, and nobody themselves", () => {
  const graph = new FakeAudioGraph();
  const [ownToAnna, ownToBob, anna, bob] = ["own to Anna", "own to Bob", "Anna", "Bob"].map(stream) as [
    MediaStream,
    MediaStream,
    MediaStream,
    MediaStream,
  ];
  const mix = mixThreeWay(graph, { microphone: ownToAnna, remote: anna }, { microphone: ownToBob, remote: bob });
  expect(graph.heardIn(mix.sent[0])).toEqual(new Set([ownToAnna, bob]));
  expect(graph.heardIn(mix.sent[1])).toEqual(new Set([ownToBob, anna]));
  expect(graph.heardIn(mix.heard)).toEqual(new Set([anna, bob]));
});
