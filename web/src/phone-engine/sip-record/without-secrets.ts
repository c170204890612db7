const REMOVED = "(removed)";

/** Credentials, keys of media, and what is pressed in a call: a PIN, maybe. The server's own stories are without the same. */
const SECRETS: readonly [RegExp, string][] = [
  [/^((?:proxy-)?authorization[ \t]*:).*$/gim, `$1 ${REMOVED}`],
  [/^((?:authentication-info|replaces)[ \t]*:).*$/gim, `$1 ${REMOVED}`],
  [/^(a=ice-pwd:|a=key-mgmt:|k=).*$/gim, `$1${REMOVED}`],
  [/^(a=crypto:\d+ \S+ inline:).*$/gim, `$1${REMOVED}`],
  [/^(Signal=).*$/gim, `$1${REMOVED}`],
];

/** The message with its secrets taken out. */
export function withoutSecrets(message: string): string {
  return SECRETS.reduce((text, [secret, instead]) => text.replace(secret, instead), message);
}
