import type { Claim, ClaimEvents, Tabs } from "./browser-tabs";
import type { TabMessage } from "./tab-message";

interface Waiting extends ClaimEvents {
  tab: FakeTab;
}

/** A browser in which tabs are opened, hang and crash as the test wants. */
export class FakeBrowser {
  readonly #tabs = new Set<FakeTab>();
  #holder: Waiting | undefined;
  #queue: Waiting[] = [];

  open(): FakeTab {
    const tab = new FakeTab(this);
    this.#tabs.add(tab);
    return tab;
  }

  crash(tab: FakeTab): void {
    this.#tabs.delete(tab);
    this.#queue = this.#queue.filter((waiting) => waiting.tab !== tab);
    if (this.#holder?.tab === tab) this.#next();
  }

  claim(how: "wait" | "take", claim: Waiting): Claim {
    if (how === "take") {
      const before = this.#holder;
      this.#grant(claim);
      before?.onTaken();
    } else if (this.#holder) this.#queue.push(claim);
    else this.#grant(claim);
    return {
      release: () => {
        this.#queue = this.#queue.filter((waiting) => waiting !== claim);
        if (this.#holder === claim) this.#next();
      },
    };
  }

  post(from: FakeTab, message: TabMessage): void {
    // As between real tabs: whatever is posted is copied, and functions are not taken.
    for (const tab of this.#tabs) if (tab !== from) tab.receive(structuredClone(message));
  }

  #next(): void {
    this.#holder = undefined;
    const next = this.#queue.shift();
    if (next) this.#grant(next);
  }

  #grant(claim: Waiting): void {
    this.#holder = claim;
    claim.onGranted();
  }
}

export class FakeTab implements Tabs {
  readonly #browser: FakeBrowser;
  #listener: (message: TabMessage) => void = () => {};
  /** It has stopped answering, but is still there. */
  hangs = false;

  constructor(browser: FakeBrowser) {
    this.#browser = browser;
  }

  claim(how: "wait" | "take", events: ClaimEvents): Claim {
    return this.#browser.claim(how, { ...events, tab: this });
  }

  post(message: TabMessage): void {
    if (!this.hangs) this.#browser.post(this, message);
  }

  listen(listener: (message: TabMessage) => void): void {
    this.#listener = listener;
  }

  receive(message: TabMessage): void {
    if (!this.hangs) this.#listener(message);
  }
}
