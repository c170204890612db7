/** What is read of an INVITE. */
interface Headers {
  getHeaders(name: string): string[];
}

/**
 * Whether the caller, or the server, asks this phone to answer by itself, as for an intercom: by `Answer-Mode: Auto`
 * (RFC 5373), or as desk phones are asked, by `;answer-after=0` in Call-Info or `;info=alert-autoanswer` in Alert-Info.
 * It is a wish, not a right: whether it is granted is up to the user.
 */
export function asksForAnswer(invite: Headers): boolean {
  const any = (name: string, wish: RegExp) => invite.getHeaders(name).some((value) => wish.test(value));
  return (
    any("Answer-Mode", /^\s*auto\s*(;|$)/i) ||
    any("Call-Info", /;\s*answer-after\s*=\s*"?0+"?\s*(;|,|$)/i) ||
    any("Alert-Info", /;\s*info\s*=\s*"?alert-autoanswer"?\s*(;|,|$)/i)
  );
}
