import type { TabMessage } from "./tab-message";

/** A place in the queue for the one telephone of this browser. */
export interface Claim {
  /** Leaves the queue, or gives the phone to whoever is next. */
  release(): void;
}

export interface ClaimEvents {
  /** The phone is this tab's. */
  onGranted(): void;
  /** Another tab has taken it away. */
  onTaken(): void;
}

/** What the tabs of one browser need to share one telephone; tests have their own. */
export interface Tabs {
  /** Waits for the phone until the tab that has it lets go, ends or crashes; or takes it away from that tab. */
  claim(how: "wait" | "take", events: ClaimEvents): Claim;
  /** To all other tabs. */
  post(message: TabMessage): void;
  /** What other tabs post. */
  listen(listener: (message: TabMessage) => void): void;
}

const NAME = "webcalling.phone";

/**
 * Web Locks (W3C) say whose the phone is, also when a tab crashes, and a BroadcastChannel (HTML Standard section 9.5)
 * carries the rest. Undefined where there are none, such as on a page that is not secure: every tab then is a phone.
 */
export function browserTabs(version: string): Tabs | undefined {
  if (!navigator.locks || typeof BroadcastChannel === "undefined") return undefined;
  // Pages of two versions do not understand each other.
  const channel = new BroadcastChannel(`${NAME}.${version}`);
  return {
    claim: (how, events) => claim(navigator.locks, how, events),
    post: (message) => channel.postMessage(message),
    listen(listener) {
      channel.onmessage = ({ data }: MessageEvent<TabMessage>) => listener(data);
    },
  };
}

function claim(locks: LockManager, how: "wait" | "take", { onGranted, onTaken }: ClaimEvents): Claim {
  const queue = new AbortController();
  let isOver = false;
  let isGranted = false;
  let letGo = () => {};
  const hold = (): Promise<void> => {
    if (isOver) return Promise.resolve();
    isGranted = true;
    onGranted();
    return new Promise((resolve) => {
      if (isOver) resolve();
      letGo = resolve;
    });
  };
  // A lock that is taken away rejects.
  locks.request(NAME, how === "take" ? { steal: true } : { signal: queue.signal }, hold).catch(() => {
    if (isGranted && !isOver) onTaken();
  });
  return {
    release() {
      isOver = true;
      queue.abort();
      letGo();
    },
  };
}
