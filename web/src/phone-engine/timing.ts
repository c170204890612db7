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

/** How long the user waited in the last call, in milliseconds; what did not happen is left out. */
export function measureSetUp(): { ringingMs?: number; soundMs?: number } {
  const at = (moment: Moment) => performance.getEntriesByName(`webcalling:${moment}`).at(-1)?.startTime;
  const between = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : Math.max(0, to - from);
  return {
    ringingMs: between(at("call-clicked"), at("ringing")),
    soundMs: between(at("answer-clicked") ?? at("answered"), at("first-audio")),
  };
}
