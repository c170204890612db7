import { expect, it } from "vitest";
import { fakeEngine } from "./fake-engine";
import { createPhone } from "./phone-store";
import { lookForSecurePage } from "./secure-page";

async function insecurePageAfter(page: { isSecureContext?: boolean; hostname?: string; answer: () => Response }) {
  const phone = createPhone(fakeEngine());
  const { isSecureContext = false, hostname = "10.0.0.5", answer } = page;
  const fetch = async (path: unknown) => {
    expect(path).toBe("/server.json");
    return answer();
  };
  await lookForSecurePage(phone, { isSecureContext, fetch, location: { hostname } });
  return phone.store.getState().insecurePage;
}

const described = () => new Response('{"httpsPort":8443}\n');

it("leaves a secure page alone", async () => {
  expect(await insecurePageAfter({ isSecureContext: true, answer: described })).toBeUndefined();
});

it.each([
  ["10.0.0.5", "https://10.0.0.5:8443/"],
  ["[2001:db8::1]", "https://[2001:db8::1]:8443/"],
])("knows the secure page of %s", async (hostname, otherwise) => {
  expect(await insecurePageAfter({ hostname, answer: described })).toEqual({ otherwise });
});

it.each([
  ["a page of its own", () => new Response("<!doctype html>")],
  ["something else", () => new Response("7")],
  ["no port", () => new Response('{"httpsPort":"8443"}')],
  [
    "nothing",
    () => {
      throw new TypeError("Failed to fetch");
    },
  ],
])("knows no other page if the server answers %s", async (_what, answer) => {
  expect(await insecurePageAfter({ answer })).toEqual({});
});
