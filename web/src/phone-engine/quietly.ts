/** For farewells: SIP.js throws or rejects when the other side was faster, and then there is nothing left to do. */
export function quietly(farewell: () => Promise<unknown>): void {
  try {
    farewell().catch(() => {});
  } catch {
    // As above.
  }
}
