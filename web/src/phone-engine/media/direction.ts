export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/**
 * Direction of the first audio section, as its author sees it. RFC 8866 section 6.7: a session-level direction is
 * only the default of the sections; Firefox sends both, and they differ while it holds.
 */
export function audioDirection(sdp: string): Direction {
  const [session = "", ...sections] = sdp.split(/^(?=m=)/m);
  const audio = sections.find((section) => section.startsWith("m=audio")) ?? "";
  return directionLine(audio) ?? directionLine(session) ?? "sendrecv";
}

/** RFC 3264 section 8.4: whoever sends without receiving, or neither, has put us on hold. */
export function holdsUs(direction: Direction): boolean {
  return direction === "sendonly" || direction === "inactive";
}

function directionLine(part: string): Direction | undefined {
  const found = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(part);
  return found?.[1] as Direction | undefined;
}
