/** A sound to be generated: what is heard, in order. `frequencies` empty is silence. */
export interface ToneStep {
  frequencies: readonly number[];
  seconds: number;
}

/** Heard by the caller while the far phone rings and sends no sound of its own. */
export const RINGBACK: readonly ToneStep[] = [
  { frequencies: [440, 480], seconds: 1.5 },
  { frequencies: [], seconds: 3 },
];

/** An incoming call: two soft double chimes and a pause. */
export const RINGTONE: readonly ToneStep[] = [
  { frequencies: [659.25, 987.77], seconds: 0.35 },
  { frequencies: [783.99, 1174.66], seconds: 0.35 },
  { frequencies: [], seconds: 0.15 },
  { frequencies: [659.25, 987.77], seconds: 0.35 },
  { frequencies: [783.99, 1174.66], seconds: 0.55 },
  { frequencies: [], seconds: 2 },
];

/** Somebody else calls while the user talks: two short notes now and then, that leave room for the talk. */
export const CALL_WAITING: readonly ToneStep[] = [
  { frequencies: [425], seconds: 0.2 },
  { frequencies: [], seconds: 0.2 },
  { frequencies: [425], seconds: 0.2 },
  { frequencies: [], seconds: 5 },
];

/** Three rising notes: long enough to look for the loudspeaker, too short to annoy. */
export const TEST_CHIME: readonly ToneStep[] = [
  { frequencies: [523.25], seconds: 0.3 },
  { frequencies: [659.25], seconds: 0.3 },
  { frequencies: [783.99, 1046.5], seconds: 0.7 },
];

/** ITU-T Q.23: each key is one low and one high frequency. */
export function digitTone(digit: string): readonly ToneStep[] {
  const index = "123456789*0#".indexOf(digit);
  const low = [697, 770, 852, 941][Math.floor(index / 3)];
  const high = [1209, 1336, 1477][index % 3];
  return index < 0 || !low || !high ? [] : [{ frequencies: [low, high], seconds: 0.1 }];
}

const FADE_SECONDS = 0.012;

/** Mono samples between -1 and 1; each step fades in and out, so that nothing clicks. */
export function renderTone(steps: readonly ToneStep[], sampleRate: number): Float32Array<ArrayBuffer> {
  const lengths = steps.map((step) => Math.round(step.seconds * sampleRate));
  const samples = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  const fade = FADE_SECONDS * sampleRate;
  let start = 0;
  steps.forEach(({ frequencies }, step) => {
    const length = lengths[step] ?? 0;
    for (let i = 0; i < length && frequencies.length > 0; i++) {
      const envelope = Math.min(1, i / fade, (length - i) / fade);
      const sum = frequencies.reduce((level, hertz) => level + Math.sin((2 * Math.PI * hertz * i) / sampleRate), 0);
      samples[start + i] = (envelope * sum) / frequencies.length;
    }
    start += length;
  });
  return samples;
}
