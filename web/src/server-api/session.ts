import type { CredentialSource, NoCredential, Signed } from "../phone-engine/credential-source";
import { field, number, text } from "./json";
import { send } from "./request";

const PATH = "/api/session";

/** The session of this browser at the server of this page (docs/api.md). The cookie is the browser's; no script sees it. */
export class ServerSession implements CredentialSource {
  open(extension: string, password: string): Promise<Signed | NoCredential> {
    return ask("POST", { extension, password });
  }

  async renew(): Promise<Signed | NoCredential> {
    const answer = await ask("GET");
    // There was no password that could be wrong.
    return answer === "wrong-password" ? "session-ended" : answer;
  }

  async close(): Promise<void> {
    await send(PATH, "DELETE").catch(() => undefined);
  }
}

async function ask(method: "GET" | "POST", body?: unknown): Promise<Signed | NoCredential> {
  const response = await send(PATH, method, body).catch(() => undefined);
  if (!response) return "server-unreachable";
  switch (response.status) {
    case 200:
      return readSigned(await response.json().catch(() => undefined)) ?? "none";
    case 401:
      return "wrong-password";
    case 403:
    case 429:
      return "server-error";
    default:
      // No such address here, or a server whose disk does not work: telephony goes on with the password.
      return "none";
  }
}

function readSigned(answer: unknown): Signed | undefined {
  const extension = text(field(answer, "extension"));
  const sip = field(answer, "sip");
  const username = text(field(sip, "username"));
  const password = text(field(sip, "password"));
  const expires = number(field(sip, "expires"));
  if (!extension || !username || !password || !expires) return undefined;
  return { extension, credential: { username, password, expires } };
}
