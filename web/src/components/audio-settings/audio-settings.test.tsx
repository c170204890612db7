import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AudioState } from "../../phone-engine/media/audio-state";
import { aCall, active, type FakeEngine, fakeEngine } from "../../store/fake-engine";
import { PhoneContext } from "../../store/phone-context";
import { createPhone } from "../../store/phone-store";
import { AudioNotice } from "./audio-notice";
import { AudioSettings } from "./audio-settings";

let engine: FakeEngine;

const HEADSET = { id: "h", label: "Headset <b>" };
const devices = { devices: [HEADSET, { id: "w", label: "Webcam" }], missing: false };

function show(change: Partial<AudioState> = {}, checkNumber?: string): void {
  engine = fakeEngine();
  engine.become({
    audio: { ...engine.state.audio, namesKnown: true, microphone: devices, speaker: devices, ...change },
  });
  render(
    <PhoneContext value={createPhone(engine)}>
      <AudioNotice />
      <AudioSettings checkNumber={checkNumber} />
    </PhoneContext>,
  );
}

const become = (change: Partial<AudioState>) =>
  act(() => engine.become({ audio: { ...engine.state.audio, ...change } }));
const optionsOf = (name: string) =>
  [...(screen.getByRole("combobox", { name }) as HTMLSelectElement).options].map(({ text }) => text);

describe("the audio settings", () => {
  beforeEach(() => {
    vi.stubGlobal("requestAnimationFrame", () => 0);
  });

  it("offer the devices by name, and the system's default", async () => {
    show();
    expect(optionsOf("Microphone")).toEqual(["System default", "Headset <b>", "Webcam"]);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Speaker" }), "Webcam");
    expect(engine.chooseDevice).toHaveBeenCalledWith("speaker", "w");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Speaker" }), "System default");
    expect(engine.chooseDevice).toHaveBeenLastCalledWith("speaker", "");
  });

  it("show a device that is not there as what it is", () => {
    show({ microphone: { devices: [], wanted: HEADSET, missing: true } });
    expect(optionsOf("Microphone")).toEqual(["System default", "Headset <b> (not connected)"]);
    expect((screen.getByRole("combobox", { name: "Microphone" }) as HTMLSelectElement).value).toBe("h");
  });

  it("say how to see names, and that some browsers choose no outputs", () => {
    show({ namesKnown: false, outputsSelectable: false });
    expect(document.body.textContent).toContain("as soon as this page may use the microphone");
    expect(document.body.textContent).toContain("on the device that is chosen in the system");
    expect(screen.getAllByRole("combobox")).toHaveLength(1);
  });

  it("switch the processing of the microphone", async () => {
    show();
    const noise = screen.getByRole("switch", { name: "Noise suppression" }) as HTMLInputElement;
    expect(noise.checked).toBe(true);
    await userEvent.click(noise);
    expect(engine.setProcessing).toHaveBeenCalledWith({ noiseSuppression: false });
  });

  it("set the volume, told in percent", () => {
    show({ volume: 0.5 });
    const slider = screen.getByRole("slider", { name: "Volume" });
    expect(slider.getAttribute("aria-valuetext")).toBe("50 percent");
    fireEvent.change(slider, { target: { value: "80" } });
    expect(engine.setVolume).toHaveBeenCalledWith(0.8);
  });

  it("offer the server's audio check where there is one, and no call", async () => {
    show();
    expect(screen.queryByRole("button", { name: /Record four seconds/ })).toBeNull();
    cleanup();
    show({}, "9199");
    await userEvent.click(screen.getByRole("button", { name: /Record four seconds/ }));
    expect(engine.dial).toHaveBeenCalledWith("9199");
    act(() => engine.become({ calls: [aCall(active())] }));
    expect(screen.getByRole("button", { name: /Record four seconds/ })).toHaveProperty("disabled", true);
  });

  it("show the microphone's level from the press to the next", async () => {
    show();
    const close = vi.fn();
    vi.mocked(engine.openMeter).mockReturnValue({ read: () => 0.42, close });
    expect(screen.queryByRole("meter")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Test the microphone" }));
    const meter = screen.getByRole("meter", { name: "Level of the microphone" });
    expect(meter.getAttribute("aria-valuenow")).toBe("42");
    expect(meter.style.getPropertyValue("--level")).toBe("0.420");
    await userEvent.click(screen.getByRole("button", { name: "Stop the test" }));
    expect(screen.queryByRole("meter")).toBeNull();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it("play a test sound with its level beside it, for as long as it lasts", () => {
    vi.useFakeTimers();
    show();
    fireEvent.click(screen.getByRole("button", { name: "Ring once" }));
    expect(engine.testSound).toHaveBeenCalledWith("ringer");
    expect(screen.getByRole("meter", { name: "Level of the ringer" })).toBeTruthy();
    act(() => vi.advanceTimersByTime(5000));
    expect(screen.queryByRole("meter")).toBeNull();
  });
});

describe("a notice about a device", () => {
  it("names it, as plain text, and can be closed", async () => {
    show({ notice: { kind: "device-lost", device: "microphone", label: HEADSET.label } });
    expect(screen.getByRole("alert").textContent).toContain("The microphone Headset <b> is gone.");
    expect(screen.getByRole("alert").dataset.notice).toBe("microphone-device-lost");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(engine.dismissAudioNotice).toHaveBeenCalled();
    become({ notice: undefined });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("says what to do when the permission is taken away", () => {
    show({ notice: { kind: "microphone-problem", problem: "microphone-refused" } });
    expect(screen.getByRole("alert").textContent).toContain("Allow it with the button beside the address bar");
  });
});
