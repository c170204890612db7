/** Why a question to the server has no answer. */
export type ApiProblem =
  /** The session is over. */
  | "signed-out"
  | "unreachable"
  /** Nothing is there, or nothing of ours. */
  | "not-found"
  /** It has answered, but not with what docs/api.md promises. */
  | "nonsense";

export type Answer<T> = { value: T } | { problem: ApiProblem };

interface Question<T> {
  method?: "GET" | "PUT" | "DELETE";
  body?: unknown;
  /** Gives undefined for what cannot be believed. */
  read(json: unknown): T | undefined;
}

const ANSWER_WITHIN_MS = 8_000;

/** One question to the server of this page. What goes wrong is a value, never an exception. */
export async function ask<T>(path: string, { method = "GET", body, read }: Question<T>): Promise<Answer<T>> {
  const response = await send(path, method, body).catch(() => undefined);
  if (!response || response.status >= 500 || response.status === 429) return { problem: "unreachable" };
  if (response.status === 401) return { problem: "signed-out" };
  if (response.status === 404) return { problem: "not-found" };
  if (!response.ok) return { problem: "nonsense" };
  const json: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  const value = read(json);
  return value === undefined ? { problem: "nonsense" } : { value };
}

/** For who wants to see the answer itself. Rejects if there is none. */
export function send(path: string, method: string, body?: unknown): Promise<Response> {
  return fetch(path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
}
