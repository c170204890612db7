import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { PhoneState } from "../../phone-engine/phone-engine";
import { aCall, active, type FakeEngine, fakeEngine } from "../../store/fake-engine";
import { PhoneContext } from "../../store/phone-context";
import { createPhone } from "../../store/phone-store";
import { App } from "../app";

let engine: FakeEngine;

function show(state: Partial<PhoneState>): void {
  engine = fakeEngine(state);
  render(
    <PhoneContext value={createPhone(engine)}>
      <App />
    </PhoneContext>,
  );
}

describe("a call on another device", () => {
  const otherCalls = [{ id: "d1", direction: "incoming" as const, peer: { number: "1001", name: "<b>Bob</b>" } }];

  it("is there to be continued here", async () => {
    show({ otherCalls });
    expect(screen.getByText("You talk with <b>Bob</b> on another device.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Continue here" }));
    expect(engine.moveHere).toHaveBeenCalledWith("d1");
  });

  it("cannot come while the phone has no connection", () => {
    show({ otherCalls, registration: { kind: "reconnecting" } });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Continue here" }).disabled).toBe(true);
  });
});

describe("a phone in another tab", () => {
  const brings = () => screen.queryByRole("button", { name: "Bring it here" });

  it("can be brought here, with the call that is talked on", async () => {
    show({ elsewhere: true, calls: [aCall(active())], current: "call-1" });
    expect(document.querySelector("#otherTab")?.textContent).toContain("in another tab");
    await userEvent.click(screen.getByRole("button", { name: "Bring it here" }));
    expect(engine.bringHere).toHaveBeenCalledTimes(1);
  });

  it.each(["incoming", "calling", "preparing"] as const)("stays there while a call is %s", (kind) => {
    show({ elsewhere: true, calls: [aCall({ kind })], current: "call-1" });
    expect(document.querySelector("#otherTab")).not.toBeNull();
    expect(brings()).toBeNull();
  });

  it("is not spoken of where the phone is here", () => {
    show({});
    expect(document.querySelector("#otherTab")).toBeNull();
  });
});
