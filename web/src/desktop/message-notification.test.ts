import { beforeEach, expect, it, vi } from "vitest";
import { type FakeEngine, fakeEngine } from "../store/fake-engine";
import { createPhone, type Phone } from "../store/phone-store";
import { createShell, type Shell } from "../store/shell";
import { notifyOfMessages } from "./message-notification";
import type { Desktop } from "./notifier";

let engine: FakeEngine;
let phone: Phone;
let shell: Shell;
let tell: (data: unknown) => void;
const worker = { showNotification: vi.fn(async () => {}), getNotifications: vi.fn(async () => []) };

beforeEach(() => {
  worker.showNotification.mockClear();
  engine = fakeEngine();
  phone = createPhone(engine);
  shell = createShell(phone, window);
});

function watch(change: Partial<Desktop> = {}): Desktop {
  const desktop: Desktop = {
    tab: "this-tab",
    inFront: () => false,
    focus: vi.fn(),
    permission: () => "granted",
    worker: async () => worker,
    show: vi.fn(() => ({ close: vi.fn(), onclick: null })),
    onWorkerMessage: (listener) => {
      tell = listener;
    },
    ...change,
  };
  notifyOfMessages({ ...shell, phone }, desktop);
  return desktop;
}

async function receive(text: string): Promise<void> {
  engine.receive({ id: text, from: { number: "1001", name: "Alice" }, text, sentAt: 0 });
  await vi.waitFor(() => expect(shell.messages.getState().conversations.length).toBe(1));
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

it("says who has written what", async () => {
  watch();
  await receive("<b>Hello</b>");
  expect(worker.showNotification).toHaveBeenCalledTimes(1);
  expect(worker.showNotification).toHaveBeenCalledWith(
    "Message from Alice (1001)",
    expect.objectContaining({ body: "<b>Hello</b>", data: { tab: "this-tab", conversation: "1001" } }),
  );
});

it.each([
  ["the user looks at the page", { inFront: () => true }],
  ["nobody has allowed it", { permission: () => "default" as const }],
])("does not come if %s", async (_, change) => {
  watch(change);
  await receive("Hello");
  expect(worker.showNotification).not.toHaveBeenCalled();
});

it("comes neither for what the user sends nor for what was kept in the browser", async () => {
  watch();
  shell.messages.send("1001", "Hello");
  await receive("one");
  engine.become({ registration: { kind: "signed-out" } });
  engine.become({ registration: { kind: "registered" } });
  expect(shell.messages.getState().conversations[0]?.unread).toBe(1);
  expect(worker.showNotification).toHaveBeenCalledTimes(1);
});

it("opens its conversation when it is pressed, in its own tab", () => {
  watch();
  tell({ kind: "message-press", tab: "another", conversation: "1001" });
  expect(shell.navigation.getState().page).toBe("phone");
  tell({ kind: "message-press", tab: "this-tab", conversation: "1001" });
  expect(shell.navigation.getState().page).toBe("messages");
  expect(shell.messages.getState().open).toBe("1001");
});

it("does the same without a service worker", async () => {
  const shown: Pick<Notification, "close" | "onclick"> = { close: vi.fn(), onclick: null };
  const desktop = watch({ worker: async () => undefined, show: vi.fn(() => shown) });
  await receive("Hello");
  shown.onclick?.call(shown as unknown as Notification, new Event("click"));
  expect(desktop.focus).toHaveBeenCalled();
  expect(shell.messages.getState().open).toBe("1001");
});

it("leaves that to the tab that has the phone", async () => {
  watch();
  engine.become({ elsewhere: true });
  await receive("hello");
  expect(worker.showNotification).not.toHaveBeenCalled();
});
