// Blocks of one size in, blocks of another worked on, the first size out again, one work block later. Pure.

export class Frames {
  #input: Float32Array;
  #output: Float32Array;
  #filled = 0;

  constructor(size: number, private readonly work: (frame: Float32Array) => void) {
    this.#input = new Float32Array(size);
    this.#output = new Float32Array(size);
  }

  /** `to` gets as many samples as `from` has, silence at first. */
  pass(from: Float32Array, to: Float32Array): void {
    for (let i = 0; i < from.length; i++) {
      to[i] = this.#output[this.#filled] ?? 0;
      this.#input[this.#filled] = from[i] ?? 0;
      this.#filled += 1;
      if (this.#filled === this.#input.length) {
        this.work(this.#input);
        [this.#input, this.#output] = [this.#output, this.#input];
        this.#filled = 0;
      }
    }
  }
}
