/** The element in which the far end is heard. The page lends it; it may come and go. */
export class Speaker {
  readonly #onBlocked: (blocked: boolean) => void;
  #element: HTMLAudioElement | null = null;
  #stream: MediaStream | null = null;
  #muted = false;

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  attach(element: HTMLAudioElement | null): void {
    this.#element = element;
    this.#apply();
  }

  play(stream: MediaStream | null): void {
    if (this.#stream === stream) return;
    this.#stream = stream;
    this.#apply();
  }

  /** Again, now inside a press of the user. */
  retry(): void {
    this.#start();
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#element) this.#element.muted = muted;
  }

  #apply(): void {
    const element = this.#element;
    if (!element) return;
    element.muted = this.#muted;
    // Setting the same stream again would interrupt it.
    if (element.srcObject !== this.#stream) element.srcObject = this.#stream;
    if (this.#stream) this.#start();
    else this.#onBlocked(false);
  }

  #start(): void {
    if (!this.#element || !this.#stream) return;
    this.#element.play().then(
      () => this.#onBlocked(false),
      (error: unknown) => {
        // AbortError only says that another stream took its place.
        if (error instanceof Error && error.name === "NotAllowedError") this.#onBlocked(true);
      },
    );
  }
}
