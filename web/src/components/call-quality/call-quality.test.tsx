import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { en } from "../../languages/en";
import type { LiveQuality } from "../../phone-engine/quality/quality-watch";
import { CallQuality } from "./call-quality";
import { gradeOf } from "./figures";
import { QualitySummary } from "./quality-table";
import { pathOf } from "./sparkline";

const quality: LiveQuality = {
  receiving: {
    codec: "opus",
    packets: 50,
    lossPercent: 1.25,
    burstRatio: 1,
    jitterMs: 3.4,
    concealedPercent: 2,
    jitterBufferMs: 40,
    kbps: 31.6,
    delayMs: 72,
    mos: 4.21,
  },
  sending: { codec: "opus", kbps: 32, report: { lossPercent: 12, jitterMs: 8, delayMs: 90, mos: 2.94 } },
  roundTripMs: 23.4,
  verdict: "your-network-sending",
  course: [{ receiving: 4.4 }, { receiving: 4.2, sending: 2.9 }],
};

const section = () => screen.getByRole("region", { name: "Call quality" });

describe("the quality of a call", () => {
  it("is told in words, and in attributes for those who test", () => {
    render(<CallQuality quality={quality} />);
    const button = screen.getByRole("button");
    expect(button.textContent).toBe("You hear: good, 4.2 of 5You are heard: bad, 2.9 of 5");
    expect(section().dataset).toMatchObject({
      verdict: "your-network-sending",
      receiving: "4.21",
      sending: "2.94",
    });
    expect(screen.getByRole("status").textContent).toBe(en.verdicts["your-network-sending"]);
  });

  it("says nothing to the eye as long as it is good", () => {
    render(<CallQuality quality={{ ...quality, verdict: "good" }} />);
    expect(screen.getByRole("status").className).toBe("visually-hidden");
  });

  it("has no mark for what is not measured", () => {
    render(<CallQuality quality={{ verdict: "unknown", course: [] }} />);
    expect(screen.getByRole("button").textContent).toContain("not measured yet");
    expect(section().hasAttribute("data-sending")).toBe(false);
  });

  it("shows the numbers and the course on request", async () => {
    render(<CallQuality quality={quality} />);
    expect(screen.queryByRole("table")).toBeNull();
    await userEvent.click(screen.getByRole("button"));
    const row = (name: string) => screen.getByRole("row", { name: new RegExp(`^${name}`) }).textContent;
    expect(row("Lost")).toBe("Lost1.3%12%");
    expect(row("Jitter")).toBe("Jitter3 ms8 ms");
    expect(row("Codec")).toBe("Codecopusopus");
    expect(row("Made up")).toBe("Made up by the phone2%–");
    expect(section().textContent).toContain("Round trip to the server: 23 ms");
    expect(screen.getByRole("img", { name: "You hear: in the last minute between 4.2 and 4.4" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button"));
    expect(screen.queryByRole("table")).toBeNull();
  });
});

it("of a whole call is shown with the time it took to set it up", () => {
  render(
    <QualitySummary
      summary={{
        seconds: 60,
        receiving: { averageMos: 4.3, worstMos: 3.2, lossPercent: 0.5, jitterMs: 3 },
        roundTripMs: { average: 12, worst: 40 },
        trouble: "far-side",
        setUp: { ringingMs: 81 },
      }}
    />,
  );
  expect(document.body.textContent).toContain(en.verdicts["far-side"]);
  expect(screen.getByRole("row", { name: /^At worst/ }).textContent).toBe("At worstpoor, 3.2 of 5not measured yet");
  expect(document.querySelector("dl")?.textContent).toBe("Round trip to the server12 msFrom the call to ringing81 ms");
});

it.each([
  [4.41, "excellent"],
  [4.1, "good"],
  [3.7, "fair"],
  [3.2, "poor"],
  [1, "bad"],
])("a mark of %d is %s", (mos, grade) => {
  expect(gradeOf(mos).grade).toBe(grade);
});

it("draws a second without a mark as a gap", () => {
  expect(pathOf([4.5, 4.5, undefined, 1])).toBe("M227.8 2.0L231.9 2.0M240.0 38.0");
  expect(pathOf([])).toBe("");
});
