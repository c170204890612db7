import { describe, expect, it } from "vitest";
import { claimContactIdentity } from "./contact-identity";

describe("the contact of this tab", () => {
  it("stays the same over reloads", async () => {
    expect(await claimContactIdentity()).toEqual(await claimContactIdentity());
  });

  it("differs between tabs", async () => {
    const first = await claimContactIdentity();
    sessionStorage.clear();
    expect((await claimContactIdentity()).user).not.toBe(first.user);
  });

  it.each(["nonsense", "{}", '{"user":"x","host":"y"}', '{"user":"<script>","host":"a.invalid"}'])(
    "is made anew when storage holds %s",
    async (stored) => {
      sessionStorage.setItem("webcalling.contact", stored);
      expect(await claimContactIdentity()).toMatchObject({
        user: expect.stringMatching(/^[a-z0-9]{8}$/),
        host: expect.stringMatching(/^[a-z0-9]{12}\.invalid$/),
      });
    },
  );

  it("is not taken from a tab that was duplicated and still lives", async () => {
    const inherited = { user: "abcdefgh", host: "abcdefghijkl.invalid" };
    sessionStorage.setItem("webcalling.contact", JSON.stringify(inherited));
    const request = (name: string, _: LockOptions, granted: () => Promise<void>) =>
      name.endsWith(inherited.user) ? Promise.reject(new DOMException("", "TimeoutError")) : granted();
    Object.defineProperty(navigator, "locks", { value: { request }, configurable: true });
    expect((await claimContactIdentity()).user).not.toBe(inherited.user);
    Reflect.deleteProperty(navigator, "locks");
  });
});
