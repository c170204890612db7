import { type Invitation, Inviter, type Session, SessionState } from "sip.js";
import { quietly } from "./quietly";

/** The line on which the last word is said. */
interface Way {
  readonly connected: boolean;
  /** The connection is down; the BYE is due when it is back. */
  byeLater(session: Session): void;
}

/** Says to the other side that it is over, in the way that the state of the session asks for. */
export function endSession(session: Inviter | Invitation | undefined, way: Way): void {
  switch (session?.state) {
    case SessionState.Initial:
    case SessionState.Establishing:
      quietly(() => (session instanceof Inviter ? session.cancel() : session.reject({ statusCode: 480 })));
      break;
    case SessionState.Established:
      if (way.connected) quietly(() => session.bye());
      else way.byeLater(session);
      break;
    default:
      break;
  }
}
