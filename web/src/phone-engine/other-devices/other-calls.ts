import type { KeptCall } from "../kept-calls";
import { type EventPackage, type ServerLine, Subscription } from "../subscriptions/subscription";
import { type Dialog, type OtherCall, readDialogs } from "./dialog-info";

/** RFC 4235. */
const DIALOG: EventPackage = { event: "dialog", accept: "application/dialog-info+xml" };

interface Seen {
  dialog: Dialog;
  /** Milliseconds since 1970; the call may have begun earlier. */
  since: number;
}

/** Knows what the extension's other phones talk on, so that it can go on here (RFC 4235 and 3891). */
export class OtherCalls {
  readonly #tell: (calls: readonly OtherCall[]) => void;
  #seen = new Map<string, Seen>();
  /** On their way to this phone; the server's next words may still be those of before. */
  readonly #taken = new Set<string>();
  #subscription: Subscription | undefined;
  #line: ServerLine | undefined;

  constructor(tell: (calls: readonly OtherCall[]) => void) {
    this.#tell = tell;
  }

  /** Registered, with this user part in the Contact. */
  connected(line: ServerLine, extension: string, contact: string): void {
    if (this.#line === line) return;
    this.disconnected();
    this.#line = line;
    this.#subscription = new Subscription(line, extension, DIALOG, (document) =>
      this.#learn((document && readDialogs(document)) || [], contact),
    );
  }

  disconnected(): void {
    this.#line = undefined;
    this.#subscription?.forget();
    this.#subscription = undefined;
  }

  /** What is needed to go on with it here; undefined if it is over. Nobody else is told to take it. */
  take(id: string): KeptCall | undefined {
    const seen = this.#seen.get(id);
    if (!seen || this.#taken.has(id)) return undefined;
    this.#taken.add(id);
    this.#show();
    const { dialog, since } = seen;
    const { callId, direction, peer } = dialog;
    // The server's side of the dialog is that phone's far end, and will be ours.
    const tags = { localTag: dialog.remoteTag, remoteTag: dialog.localTag };
    return { callId, ...tags, sipCallId: "", direction, peer, since, muted: false, held: false, current: true };
  }

  #learn(dialogs: readonly Dialog[], ownContact: string): void {
    const before = this.#seen;
    const others = dialogs.filter(({ contact }) => contact !== ownContact);
    this.#seen = new Map(
      others.map((dialog) => [dialog.id, { dialog, since: before.get(dialog.id)?.since ?? Date.now() }]),
    );
    for (const id of this.#taken) if (!this.#seen.has(id)) this.#taken.delete(id);
    this.#show();
  }

  #show(): void {
    const calls = [...this.#seen.values()].filter(({ dialog }) => !this.#taken.has(dialog.id));
    this.#tell(calls.map(({ dialog: { id, direction, peer } }) => ({ id, direction, peer })));
  }
}
