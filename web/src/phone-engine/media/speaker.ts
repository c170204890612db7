/** The element in which the far end is heard. The page lends it; it may come and go. */
export class Speaker {
  readonly #onBlocked: (blocked: boolean) => void;
  #element: HTMLAudioElement | null = null;
  #stream: MediaStream | null = null;
  #muted = false;
  #volume = 1;
  /** A device's id; empty is the system's default. */
  #sink = "";

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  /** What is being played. */
  get stream(): MediaStream | null {
    return this.#stream;
  }

  attach(element: HTMLAudioElement | null): void {
    this.#element = element;
    this.#apply();
    if (this.#sink !== "") this.#applySink();
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

  /** 0 to 1 */
  set volume(volume: number) {
    this.#volume = volume;
    if (this.#element) this.#element.volume = volume;
  }

  set sink(id: string) {
    if (id === this.#sink) return;
    this.#sink = id;
    this.#applySink();
  }

  #apply(): void {
    const element = this.#element;
    if (!element) return;
    element.muted = this.#muted;
    element.volume = this.#volume;
    // Setting the same stream again would interrupt it.
    if (element.srcObject !== this.#stream) element.srcObject = this.#stream;
    if (this.#stream) this.#start();
    else this.#onBlocked(false);
  }

  #applySink(): void {
    const element = this.#element;
    if (!element || !("setSinkId" in element)) return;
    // A device that has just gone: the element goes on with the one it has, and the list of devices will tell.
    element.setSinkId(this.#sink).catch(() => {});
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
