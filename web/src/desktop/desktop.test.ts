import { beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, active, type FakeEngine, fakeEngine } from "../store/fake-engine";
import { createPhone, type Phone } from "../store/phone-store";
import { createShell, type Shell } from "../store/shell";
import { followBadge } from "./app-badge";
import { createInstallation, startServiceWorker } from "./installation";
import { type Desktop, notifyOfCalls } from "./notifier";

let engine: FakeEngine;
let phone: Phone;
let shell: Shell;

beforeEach(() => {
  engine = fakeEngine();
  phone = createPhone(engine);
  shell = createShell(phone, window);
});

const ringing = aCall({ kind: "incoming" }, { direction: "incoming", peer: { number: "1001", name: "Alice" } });
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("a notification of a call", () => {
  let tell: (data: unknown) => void = () => {};
  const open = new Set<string>();
  const worker = {
    showNotification: vi.fn(async (_title: string, options?: NotificationOptions) => void open.add(options?.tag ?? "")),
    getNotifications: async ({ tag }: GetNotificationOptions = {}) => [
      { close: () => open.delete(tag ?? "") } as unknown as Notification,
    ],
  };
  const plain = { close: vi.fn(), onclick: null as Notification["onclick"] };

  function watch(change: Partial<Desktop> = {}): Desktop {
    open.clear();
    worker.showNotification.mockClear();
    plain.close.mockClear();
    const desktop: Desktop = {
      tab: "this-tab",
      inFront: () => false,
      focus: vi.fn(),
      permission: () => "granted",
      worker: async () => worker,
      show: vi.fn(() => plain),
      onWorkerMessage: (listener) => {
        tell = listener;
      },
      ...change,
    };
    notifyOfCalls(phone, shell.settings, desktop);
    return desktop;
  }

  it("says who calls, with buttons, and goes away with the ringing", async () => {
    watch();
    engine.become({ calls: [ringing] });
    await settled();
    expect(worker.showNotification).toHaveBeenCalledWith(
      "Incoming Call from Alice (1001)",
      expect.objectContaining({
        tag: "webcalling-call-this-tab-call-1",
        data: { tab: "this-tab", call: "call-1" },
        actions: [
          { action: "answer", title: "Answer Call" },
          { action: "reject", title: "Reject" },
        ],
      }),
    );
    expect(open.size).toBe(1);
    engine.become({ calls: [{ ...ringing, phase: active() }] });
    await settled();
    expect(open.size).toBe(0);
  });

  it("goes away even if the caller gave up while it was being shown", async () => {
    watch();
    engine.become({ calls: [ringing] });
    engine.become({ calls: [] });
    await settled();
    expect(worker.showNotification).toHaveBeenCalledTimes(1);
    expect(open.size).toBe(0);
  });

  it("comes once for each call", async () => {
    watch();
    engine.become({ calls: [ringing] });
    engine.become({ calls: [{ ...ringing, notice: "no-microphone" }] });
    await settled();
    expect(worker.showNotification).toHaveBeenCalledTimes(1);
  });

  it("answers and rejects its call in its own tab only", () => {
    watch();
    engine.become({ calls: [ringing] });
    const press = { kind: "notification-press", tab: "this-tab", call: "call-1" };
    tell({ ...press, tab: "another-tab", action: "answer" });
    tell({ ...press, action: "format the disk" });
    tell({ ...press, kind: "weather", action: "answer" });
    tell("nonsense");
    expect(engine.answer).not.toHaveBeenCalled();
    tell({ ...press, action: "answer" });
    expect(engine.answer).toHaveBeenCalledWith("call-1");
    tell({ ...press, action: "reject" });
    expect(engine.decline).toHaveBeenCalledWith("call-1");
  });

  it("has no buttons without a service worker, and brings the page to the front", async () => {
    const desktop = watch({ worker: async () => undefined });
    engine.become({ calls: [ringing] });
    await settled();
    expect(desktop.show).toHaveBeenCalledWith(
      "Incoming Call from Alice (1001)",
      expect.not.objectContaining({ actions: expect.anything() }),
    );
    plain.onclick?.call(plain as unknown as Notification, new Event("click"));
    expect(desktop.focus).toHaveBeenCalled();
    engine.become({ calls: [] });
    await settled();
    expect(plain.close).toHaveBeenCalled();
  });

  it.each([
    ["the user looks at the page", { inFront: () => true }],
    ["nobody has allowed it", { permission: () => "default" as const }],
  ])("does not come if %s", async (_, change) => {
    watch(change);
    engine.become({ calls: [ringing] });
    await settled();
    expect(worker.showNotification).not.toHaveBeenCalled();
  });

  it("does not come if it is switched off", async () => {
    shell.settings.setState({ notifications: false });
    watch();
    engine.become({ calls: [ringing] });
    await settled();
    expect(worker.showNotification).not.toHaveBeenCalled();
  });

  it("that the browser refuses to show disturbs nothing", async () => {
    watch({
      worker: async () => undefined,
      show: () => {
        throw new TypeError("Illegal constructor");
      },
    });
    engine.become({ calls: [ringing] });
    engine.become({ calls: [] });
    await settled();
    expect(phone.store.getState().calls).toEqual([]);
  });
});

describe("the badge", () => {
  it("counts what rings and what was missed", () => {
    const holder = { setAppBadge: vi.fn(async () => {}), clearAppBadge: vi.fn(async () => {}) };
    followBadge(phone, shell.history, holder);
    engine.become({ voicemail: 3 });
    expect(holder.setAppBadge).not.toHaveBeenCalled();
    engine.become({ calls: [ringing] });
    expect(holder.setAppBadge).toHaveBeenLastCalledWith(1);
    engine.become({ calls: [{ ...ringing, phase: { kind: "ended", reason: "missed" } }] });
    engine.become({ calls: [] });
    expect(shell.history.getState().unseen).toBe(1);
    expect(holder.clearAppBadge).not.toHaveBeenCalled();
    shell.history.setState({ unseen: 0 });
    expect(holder.clearAppBadge).toHaveBeenCalledTimes(1);
  });

  it("is not missed where there is none, and its refusal disturbs nobody", async () => {
    followBadge(phone, shell.history, {});
    const setAppBadge = vi.fn(() => Promise.reject(new DOMException("not installed", "NotAllowedError")));
    followBadge(phone, shell.history, { setAppBadge });
    engine.become({ calls: [ringing] });
    await settled();
    expect(setAppBadge).toHaveBeenCalledTimes(1);
  });
});

describe("installing", () => {
  it("is offered while the browser would do it, and asks only when pressed", () => {
    const installation = createInstallation(window);
    const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: vi.fn() });
    window.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(event.prompt).not.toHaveBeenCalled();
    installation.getState().install?.();
    expect(event.prompt).toHaveBeenCalledTimes(1);
    expect(installation.getState().install).toBeUndefined();
  });
});

describe("a new version", () => {
  function workers(controller: object | null) {
    const update = vi.fn(async () => {});
    const register = vi.fn(async () => ({ update }));
    const container = Object.assign(new EventTarget(), { controller, register });
    return { container: container as unknown as ServiceWorkerContainer, update, register };
  }

  it("is told when it takes over from another, not when the first one comes", async () => {
    for (const [before, told] of [
      [null, false],
      [{}, true],
    ] as const) {
      const installation = createInstallation(window);
      const { container, register } = workers(before);
      await startServiceWorker(installation, container);
      expect(register).toHaveBeenCalledWith("/service-worker.js");
      container.dispatchEvent(new Event("controllerchange"));
      expect(installation.getState().newVersion).toBe(told);
    }
  });

  it("is looked for every hour", async () => {
    vi.useFakeTimers();
    const { container, update } = workers({});
    await startServiceWorker(createInstallation(window), container);
    vi.advanceTimersByTime(3 * 60 * 60 * 1000);
    expect(update).toHaveBeenCalledTimes(3);
  });
});
