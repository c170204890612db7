import { AnalyserMeter, EMPTY_METER, type LevelMeter, TrackMeter } from "./level-meter";
import { type Microphone, stopTracks } from "./microphone";
import type { Sounder } from "./sounder";
import type { Speaker } from "./speaker";

/**
 * The microphone, opened for this purpose, so that it is measured without a call and also while muted in one. Until it is
 * open, or if it cannot be, the meter is empty; `failed` says why.
 */
export function microphoneMeter(
  microphone: Microphone,
  context: AudioContext | undefined,
  failed: (error: unknown) => void,
): LevelMeter {
  let stream: MediaStream | undefined;
  let unfollow = () => {};
  let closed = false;
  microphone.take().then((taken) => {
    stream = taken;
    if (closed) stopTracks(taken);
    else unfollow = microphone.follow(taken, () => {});
  }, failed);
  const meter = context && new TrackMeter(context, () => stream?.getAudioTracks()[0]);
  return {
    read: () => meter?.read() ?? 0,
    close() {
      closed = true;
      unfollow();
      meter?.close();
      if (stream) stopTracks(stream);
    },
  };
}

/** The far end, and the phone's own sounds on the same device. */
export function speakerMeter(speaker: Speaker, sounder: Sounder): LevelMeter {
  const outlet = sounder.outlet("speaker");
  if (!outlet) return EMPTY_METER;
  const meter = new TrackMeter(outlet.context, () => speaker.stream?.getAudioTracks()[0]);
  const untap = outlet.tap(meter.analyser.node);
  return {
    read: () => meter.read(),
    close() {
      untap();
      meter.close();
    },
  };
}

export function ringerMeter(sounder: Sounder): LevelMeter {
  const outlet = sounder.outlet("ringer");
  if (!outlet) return EMPTY_METER;
  const meter = new AnalyserMeter(outlet.context);
  const untap = outlet.tap(meter.node);
  return { read: () => meter.read(), close: untap };
}
