import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { HistoryApi, HistoryCall } from "../../server-api/history";
import { aCall, active, type FakeEngine, fakeEngine } from "../../store/fake-engine";
import { PhoneContext } from "../../store/phone-context";
import { createPhone } from "../../store/phone-store";
import { createServerHistory } from "../../store/server-history";
import { createShell, type Shell, ShellContext } from "../../store/shell";
import { HistoryPage } from "./history-page";

const SUMMARY = {
  seconds: 7,
  receiving: { averageMos: 4.1, worstMos: 3.9, lossPercent: 1.5, jitterMs: 3 },
  setUp: {},
};
const kept = (id: string, change: Partial<HistoryCall> = {}): HistoryCall => ({
  id,
  direction: "in",
  missed: true,
  number: `100${id}`,
  began: 1_000,
  ended: 9_000,
  cause: "cancelled",
  callId: `sip-${id}`,
  ...change,
});

let engine: FakeEngine;
let shell: Shell;
const api = {
  list: vi.fn<HistoryApi["list"]>(),
  remove: vi.fn<HistoryApi["remove"]>(),
  clear: vi.fn<HistoryApi["clear"]>(),
  keepQuality: vi.fn<HistoryApi["keepQuality"]>(),
};
const entries = () => [...document.querySelectorAll<HTMLElement>("li.entry")];
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

beforeEach(async () => {
  api.list.mockReset().mockResolvedValue({ value: { calls: [kept("2"), kept("1")], more: false } });
  for (const act of [api.remove, api.clear, api.keepQuality]) act.mockReset().mockResolvedValue({ value: true });
  engine = fakeEngine();
  const phone = createPhone(engine);
  const plain = createShell(phone, window);
  shell = { ...plain, keptHistory: createServerHistory(phone, plain.server, api) };
  render(
    <PhoneContext value={phone}>
      <ShellContext value={shell}>
        <HistoryPage />
      </ShellContext>
    </PhoneContext>,
  );
  await act(async () => shell.server.setState({ features: ["history"] }));
});

describe("the history of the server", () => {
  it("says what became of each call", async () => {
    const calls = [
      kept("1"),
      kept("2", { missed: false, answered: 2_000, quality: SUMMARY }),
      kept("3", { missed: false, cause: "answeredElsewhere" }),
      kept("4", { missed: false, cause: "declined" }),
      kept("5", { missed: false, direction: "out" }),
    ];
    api.list.mockResolvedValue({ value: { calls, more: false } });
    await act(() => shell.keptHistory.commands.refresh());
    expect(entries().map(({ dataset }) => dataset.outcome)).toEqual([
      "missed",
      "answered",
      "answered-elsewhere",
      "rejected",
      "not-reached",
    ]);
    expect(document.querySelectorAll(".quality-table")).toHaveLength(1);
  });

  it("shows older calls when asked for", async () => {
    api.list.mockResolvedValue({ value: { calls: [kept("2")], more: true } });
    await act(() => shell.keptHistory.commands.refresh());
    api.list.mockResolvedValue({ value: { calls: [kept("1")], more: false } });
    await press("Show older calls");
    expect(api.list).toHaveBeenLastCalledWith(expect.objectContaining({ before: "2" }));
    expect(entries()).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "Show older calls" })).toBeNull();
  });

  it("asks for what the user wants to see, and says if there is nothing", async () => {
    api.list.mockResolvedValue({ value: { calls: [], more: false } });
    await userEvent.click(screen.getByRole("radio", { name: "Missed" }));
    expect(api.list).toHaveBeenLastCalledWith(expect.objectContaining({ direction: "missed" }));
    await userEvent.type(screen.getByRole("searchbox"), "bob");
    await vi.waitFor(() => expect(api.list).toHaveBeenLastCalledWith(expect.objectContaining({ search: "bob" })));
    expect(await screen.findByText("No call matches this.")).toBeTruthy();
  });

  it("shows the last that was asked for, whichever answer comes first", async () => {
    let late: (answer: Awaited<ReturnType<HistoryApi["list"]>>) => void = () => {};
    api.list.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    const first = shell.keptHistory.commands.refresh();
    await act(() => shell.keptHistory.commands.refresh());
    await act(async () => {
      late({ value: { calls: [], more: false } });
      await first;
    });
    expect(entries()).toHaveLength(2);
  });

  it("deletes one call, after a question", async () => {
    const [button] = screen.getAllByText("Delete");
    if (button) await userEvent.click(button);
    expect(api.remove).not.toHaveBeenCalled();
    await userEvent.click(document.querySelector("[data-confirm] [data-action=confirm]") ?? document.body);
    expect(api.remove).toHaveBeenCalledWith("2");
    expect(entries()).toHaveLength(1);
  });

  it("deletes nothing for whoever thinks better of it", async () => {
    await press("Delete all");
    await press("Cancel");
    expect(api.clear).not.toHaveBeenCalled();
    await press("Delete all");
    api.list.mockResolvedValue({ value: { calls: [], more: false } });
    await press("Delete all");
    expect(api.clear).toHaveBeenCalled();
    expect(screen.getByText("There are no calls yet.")).toBeTruthy();
  });

  it.each([
    ["signed-out", "Your session has ended. Sign in again."],
    ["unreachable", "The history cannot be reached at the moment."],
  ] as const)("says that it is %s", async (problem, sentence) => {
    api.list.mockResolvedValue({ problem });
    await act(() => shell.keptHistory.commands.refresh());
    expect(screen.getByRole("alert").textContent).toContain(sentence);
    expect(entries()).toHaveLength(2);
  });

  it("keeps what was measured in a call with it, as soon as the server has it", async () => {
    vi.useFakeTimers();
    const call = { sipCallId: "sip-3", summary: SUMMARY };
    let written = false;
    api.list.mockImplementation(async () => ({ value: { calls: written ? [kept("3")] : [], more: false } }));
    await act(async () => engine.become({ calls: [aCall(active(), call)] }));
    await act(async () => engine.become({ calls: [aCall({ kind: "ended", reason: "hung-up" }, call)] }));
    await act(() => vi.advanceTimersByTimeAsync(300));
    expect(api.list).toHaveBeenCalledWith({ callId: "sip-3" });
    // The list is shown anew all the same.
    expect(api.list).toHaveBeenLastCalledWith(expect.objectContaining({ search: "" }));
    expect(api.keepQuality).not.toHaveBeenCalled();
    written = true;
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(api.keepQuality).toHaveBeenCalledWith("3", SUMMARY);
    expect(entries()).toHaveLength(1);
  });
});
