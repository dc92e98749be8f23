// The bytes between two moving ends: they come in at the back in chunks of any size, and go at the front. It grows
// by doubling, so tiny chunks cost no more than large ones, and a view once given out never changes: what is added
// later lies behind it or in another buffer.

export class Window {
  #buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  /** A view. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  /** Copies the chunk. */
  add(chunk: Buffer): void {
    const held = this.length;
    if (this.#to + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe((held + chunk.length) * 2);
      this.#buffer.copy(larger, 0, this.#from, this.#to);
      this.#buffer = larger;
      this.#from = 0;
      this.#to = held;
    }
    chunk.copy(this.#buffer, this.#to);
    this.#to += chunk.length;
  }

  /** From the front. */
  drop(bytes: number): void {
    this.#from += bytes;
  }

  /** Everything, which is then no longer held. */
  take(): Buffer {
    const taken = this.bytes;
    this.drop(taken.length);
    return taken;
  }
}
