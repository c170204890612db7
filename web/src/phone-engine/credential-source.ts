import type { SignInProblem } from "./phone-engine";

/** What digest authentication is answered with in place of the account's password. */
export interface Credential {
  username: string;
  password: string;
  /** Unix milliseconds. */
  expires: number;
}

export interface Signed {
  extension: string;
  credential: Credential;
}

/** Why there is no credential: a problem for the user, or "none", if the server gives none and takes the password itself. */
export type NoCredential = SignInProblem | "none";

/** A server that is asked for a credential, so that no page keeps a password. */
export interface CredentialSource {
  /** Somebody signs in with the account's password. */
  open(extension: string, password: string): Promise<Signed | NoCredential>;
  /** The session that this browser has open, with a credential that is good for a while; also across a reload. */
  renew(): Promise<Signed | NoCredential>;
  /** Nothing of the session is good any more. */
  close(): Promise<void>;
}
