// A cable between a browser and the server that can be pulled and put back.
// @ts-check
import net from 'node:net';

export class Cable {
  #listener;
  /** @type {Set<net.Socket>} */
  #ends = new Set();
  #pulled = false;

  /** @param {number} port of the server */
  constructor(port) {
    this.#listener = net.createServer((near) => {
      if (this.#pulled) {
        near.destroy();
        return;
      }
      const far = net.connect(port, '127.0.0.1');
      for (const [end, other] of [
        [near, far],
        [far, near],
      ]) {
        this.#ends.add(end);
        end.pipe(other);
        end.on('error', () => other.destroy());
        end.on('close', () => {
          this.#ends.delete(end);
          other.destroy();
        });
      }
    });
  }

  /** @param {number} port of the server @param {number} own the port to connect to instead */
  static async lay(port, own) {
    const cable = new Cable(port);
    await new Promise((resolve) => cable.#listener.listen(own, '127.0.0.1', () => resolve(undefined)));
    return cable;
  }

  /** Every connection breaks, and no new one is possible. */
  pull() {
    this.#pulled = true;
    for (const end of this.#ends) end.destroy();
  }

  plugIn() {
    this.#pulled = false;
  }

  async stop() {
    this.pull();
    await new Promise((resolve) => this.#listener.close(resolve));
  }
}
