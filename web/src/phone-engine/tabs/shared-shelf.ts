import { type CallShelf, type Keeper, type KeptCall, tabShelf } from "../kept-calls";

/** Keeps calls for the next page of this tab, and for the tabs beside it. */
export class SharedShelf implements CallShelf {
  #kept: readonly KeptCall[] = [];
  /** Of the tab that had the phone before. */
  #inherited: { address: string; calls: readonly KeptCall[] } | undefined;

  /** What was kept last. */
  get kept(): readonly KeptCall[] {
    return this.#kept;
  }

  /** Another tab's calls, to be taken once this one has the phone. What this tab has kept itself is out of date. */
  inherit(address: string, calls: readonly KeptCall[]): void {
    this.#inherited = { address, calls };
    tabShelf.forget();
  }

  keep(keeper: Keeper, calls: readonly KeptCall[]): void {
    this.#kept = calls;
    tabShelf.keep(keeper, calls);
  }

  take(keeper: Keeper): readonly KeptCall[] {
    const inherited = this.#inherited;
    this.#inherited = undefined;
    if (!inherited) return tabShelf.take(keeper);
    return inherited.address === keeper.address ? inherited.calls : [];
  }

  forget(): void {
    this.#kept = [];
    this.#inherited = undefined;
    tabShelf.forget();
  }
}
