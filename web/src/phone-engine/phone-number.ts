/** Longest number that is dialled; longer input is a mistake, not a number. */
const MAX_LENGTH = 64;

/**
 * What is dialled for what was typed: spaces, brackets, dots and dashes of a written number go away,
 * a `sip:` address loses its scheme and host, anything that is no number or name is refused.
 */
export function normalizeNumber(typed: string): string | undefined {
  const user = typed
    .trim()
    .replace(/^sips?:/i, "")
    .replace(/@.*$/, "");
  const number = /^[\d\s()./+*#-]+$/.test(user) ? user.replace(/[\s()./-]/g, "") : user;
  if (number.length === 0 || number.length > MAX_LENGTH) return undefined;
  return /^[\w.+*#-]+$/.test(number) ? number : undefined;
}

/** A key of the pad as RFC 4733 knows it. */
export function isDigit(key: string): boolean {
  return /^[0-9*#]$/.test(key);
}
