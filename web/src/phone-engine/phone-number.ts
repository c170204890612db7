/** Longest number that is dialled; longer input is a mistake, not a number. */
const MAX_LENGTH = 64;

export type NumberProblem =
  | "empty"
  /** Letters as on the keys of a telephone: which digits they stand for differs from country to country. */
  | "letters"
  | "too-long"
  | "not-a-number";

export type ReadNumber = { number: string } | { problem: NumberProblem };

/** What comes along invisibly when a number is copied: soft hyphens, joiners, marks of direction, byte order marks. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** What people write between digits (ITU-T E.123 and habit); dashes come in many lengths. */
const BETWEEN_DIGITS = /[\s()./\u2010-\u2015\u2212-]/g;
const WRITTEN_NUMBER = /^[\d\s()./+*#\u2010-\u2015\u2212-]+$/;

/**
 * What is dialled for what was typed or pasted, however it is spelt: a written number, `tel:` (RFC 3966) and `sip:`
 * addresses, also with a name before and parameters behind them, a link, or the plain name of somebody on the server.
 */
export function readNumber(typed: string): ReadNumber {
  const text = typed.normalize("NFKC").replace(INVISIBLE, "").trim();
  if (text === "") return { problem: "empty" };
  const { user, isAddress } = userOf(text);
  if (WRITTEN_NUMBER.test(user)) return checked(digitsOf(user), /^\+?[\d*#]+$/);
  // 0800-FLOWERS, and 030 123 ext. 4: never dial what we have guessed.
  if (!isAddress && /^[+(]*\d/.test(user) && /\p{Letter}/u.test(user)) return { problem: "letters" };
  return checked(user, /^[\w.+*#-]+$/);
}

/** The same for those who need no reason. */
export function normalizeNumber(typed: string): string | undefined {
  const read = readNumber(typed);
  return "number" in read ? read.number : undefined;
}

/** A key of the pad as RFC 4733 knows it. */
export function isDigit(key: string): boolean {
  return /^[0-9*#]$/.test(key);
}

function checked(number: string, allowed: RegExp): ReadNumber {
  if (!allowed.test(number)) return { problem: "not-a-number" };
  return number.length > MAX_LENGTH ? { problem: "too-long" } : { number };
}

/** The part of an address that says whom to call. Where the host is another than ours, our server knows the way or not. */
function userOf(text: string): { user: string; isAddress: boolean } {
  // "Bob" <sip:1001@pbx.example>;tag=7
  const address = /<((?:sips?|tel):[^<>]*)>/i.exec(text)?.[1] ?? text;
  const link = address.replace(/^web\+call:(\/\/)?/i, "");
  const scheme = /^(sips?|tel|callto):(\/\/)?/i.exec(link);
  const isAddress = scheme !== null || link.includes("@");
  if (!isAddress && link === address) return { user: text, isAddress };
  // RFC 3261 section 19.1.1: sip:user:password@host;parameters?headers. RFC 3966: tel:number;parameters.
  const [user = ""] = unescaped(link.slice(scheme?.[0].length ?? 0)).split(/[@;?]/);
  const isTelephone = /^tel/i.test(scheme?.[1] ?? "");
  return { user: user.replace(/:.*$/, "").trim(), isAddress: isAddress && !isTelephone };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function digitsOf(written: string): string {
  // The zero of +49 (0)30 is dialled within the country only.
  const international = /^\s*(\+|00)/.test(written);
  const number = international ? written.replace(/\(\s*0\s*\)/, "") : written;
  return number.replace(BETWEEN_DIGITS, "");
}
