/** The moments of a call that tests and the curious measure, as performance marks. */
export type Moment = "call-clicked" | "invite-sent" | "ringing" | "answer-clicked" | "answered" | "first-audio";

const MOMENTS: readonly Moment[] = [
  "call-clicked",
  "invite-sent",
  "ringing",
  "answer-clicked",
  "answered",
  "first-audio",
];

export function forgetMoments(): void {
  for (const moment of MOMENTS) performance.clearMarks(`webcalling:${moment}`);
}

export function markMoment(moment: Moment): void {
  performance.mark(`webcalling:${moment}`);
}
