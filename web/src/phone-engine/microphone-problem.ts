/** Why the microphone could not be opened. */
export type MicrophoneProblem =
  | "no-microphone"
  | "microphone-refused"
  | "microphone-in-use"
  | "insecure-page"
  | "microphone-failed";
