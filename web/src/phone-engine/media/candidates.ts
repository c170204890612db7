/** After the first usable candidate, others of the same machine follow at once; this long they are waited for. */
const SETTLE_MS = 20;
/** No candidate by then (no network, or permission for mDNS pending): the offer goes out as it is. */
const GIVE_UP_MS = 500;

/**
 * Resolves as soon as the local description is worth sending. The PBX has a reachable address of its own, so that the
 * first host candidate, or none and a peer-reflexive one (RFC 8445 section 7.3.1.3), is enough: never wait for all.
 * `restarted`: gathering begins anew, "complete" is the old round's.
 */
export function usableCandidates(pc: RTCPeerConnection, restarted: boolean): Promise<void> {
  if (!restarted && pc.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    let settle: ReturnType<typeof setTimeout> | undefined;
    const done = () => {
      clearTimeout(settle);
      clearTimeout(giveUp);
      pc.removeEventListener("icecandidate", onCandidate);
      resolve();
    };
    const onCandidate = ({ candidate }: RTCPeerConnectionIceEvent) => {
      // RFC 8838 section 13: a null or empty candidate ends the round.
      if (!candidate?.candidate) done();
      else if (isUsable(candidate.candidate)) settle ??= setTimeout(done, SETTLE_MS);
    };
    const giveUp = setTimeout(done, GIVE_UP_MS);
    pc.addEventListener("icecandidate", onCandidate);
  });
}

/** `candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type>` (RFC 8839 section 5.1) */
function isUsable(candidate: string): boolean {
  const fields = candidate.split(" ");
  return fields[1] === "1" && fields[2]?.toLowerCase() === "udp";
}
