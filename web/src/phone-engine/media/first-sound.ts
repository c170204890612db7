const POLL_MS = 5;
const PATIENCE_MS = 10_000;
/** About -60 dBFS: above comfort noise, below any speech. */
const SILENCE = 0.001;

/** Calls back once, when the stream is first heard to be more than silence. Returns how to stop listening. */
export function whenFirstHeard(context: AudioContext, stream: MediaStream, heard: () => void): () => void {
  const source = context.createMediaStreamSource(stream);
  const analyser = new AnalyserNode(context, { fftSize: 256 });
  const samples = new Float32Array(analyser.fftSize);
  source.connect(analyser);
  const stop = () => {
    clearInterval(poll);
    clearTimeout(patience);
    source.disconnect();
  };
  const poll = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    if (!samples.some((sample) => Math.abs(sample) > SILENCE)) return;
    stop();
    heard();
  }, POLL_MS);
  const patience = setTimeout(stop, PATIENCE_MS);
  return stop;
}
