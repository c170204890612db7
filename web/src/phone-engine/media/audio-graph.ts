/** Something that sound comes out of or goes into. */
export interface AudioPoint {
  readonly kind: "source" | "output";
}

/** Where streams are mixed. The browser's Web Audio behind so few words that a test can say who hears whom. */
export interface AudioGraph<Point extends AudioPoint = AudioPoint> {
  source(stream: MediaStream): Point;
  /** A stream of whatever is connected to the point. */
  output(): { point: Point; stream: MediaStream };
  connect(from: Point, to: Point): void;
  /** Nothing made here sounds any more. */
  close(): void;
}

interface WebAudioPoint extends AudioPoint {
  node: AudioNode;
}

/** In the page's own AudioContext, which a press of the user has unlocked. */
export class WebAudioGraph implements AudioGraph<WebAudioPoint> {
  readonly #context: AudioContext;
  readonly #nodes: AudioNode[] = [];
  readonly #players: HTMLAudioElement[] = [];

  constructor(context: AudioContext) {
    this.#context = context;
  }

  source(stream: MediaStream): WebAudioPoint {
    // Chromium decodes a stream from a peer connection only while an element plays it (crbug.com/121673).
    const player = new Audio();
    player.muted = true;
    player.srcObject = stream;
    player.play().catch(() => {});
    this.#players.push(player);
    return { kind: "source", node: this.#keep(this.#context.createMediaStreamSource(stream)) };
  }

  output(): { point: WebAudioPoint; stream: MediaStream } {
    const node = this.#keep(this.#context.createMediaStreamDestination());
    return { point: { kind: "output", node }, stream: node.stream };
  }

  connect(from: WebAudioPoint, to: WebAudioPoint): void {
    from.node.connect(to.node);
  }

  close(): void {
    for (const node of this.#nodes) node.disconnect();
    for (const player of this.#players) player.srcObject = null;
  }

  #keep<Node extends AudioNode>(node: Node): Node {
    this.#nodes.push(node);
    return node;
  }
}
