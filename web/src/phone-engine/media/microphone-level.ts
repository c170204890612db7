/** Root mean square of the last moment, 0 to 1. */
export interface Level {
  read(): number;
  close(): void;
}

/** Begins to measure a microphone; nothing where that is not possible. Hears it also while the call has muted it. */
export type LevelSource = (microphone: MediaStream) => Level | undefined;

/** With an AnalyserNode in the page's own AudioContext. */
export function analyserLevels(context: () => AudioContext | undefined): LevelSource {
  return (microphone) => {
    const [muted] = microphone.getAudioTracks();
    const audio = context();
    if (!muted || !audio) return undefined;
    // A muted track is silence; a clone of it has a switch of its own.
    const track = muted.clone();
    track.enabled = true;
    const source = audio.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(audio, { fftSize: 1024 });
    const samples = new Float32Array(analyser.fftSize);
    source.connect(analyser);
    return {
      read() {
        analyser.getFloatTimeDomainData(samples);
        return Math.sqrt(samples.reduce((power, sample) => power + sample * sample, 0) / samples.length);
      },
      close() {
        source.disconnect();
        track.stop();
      },
    };
  };
}
