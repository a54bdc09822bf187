// On the sound thread: collects 128 samples at a time into RNNoise's 480, hands out what it cleaned. 10 ms behind.
import "./worklet-globals";
import createModule from "@jitsi/rnnoise-wasm/dist/rnnoise-sync.js";
import { Frames } from "./frames";

interface Rnnoise {
  readonly HEAPF32: Float32Array;
  _malloc(bytes: number): number;
  _rnnoise_create(model: number): number;
  _rnnoise_process_frame(state: number, output: number, input: number): number;
}
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: unknown): void;

const FRAME = 480;
const SCALE = 32_768; // RNNoise works on 16-bit amplitudes
const TELL_EVERY = 100;

class Noise extends AudioWorkletProcessor {
  #module = createModule() as Rnnoise;
  #state = this.#module._rnnoise_create(0);
  #at = this.#module._malloc(FRAME * 4);
  #frames = new Frames(FRAME, (frame) => this.#clean(frame));
  #cleaned = 0;
  #spent_ms = 0;

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const input = inputs[0]?.[0];
    const output = outputs[0]?.[0];
    if (input && output) this.#frames.pass(input, output);
    return true;
  }

  #clean(frame: Float32Array): void {
    const began = Date.now();
    const heap = this.#module.HEAPF32.subarray(this.#at / 4, this.#at / 4 + FRAME);
    for (let i = 0; i < FRAME; i++) heap[i] = (frame[i] ?? 0) * SCALE;
    this.#module._rnnoise_process_frame(this.#state, this.#at, this.#at);
    for (let i = 0; i < FRAME; i++) frame[i] = (heap[i] ?? 0) / SCALE;
    // This thread has whole milliseconds only; over a hundred frames they average out.
    this.#spent_ms += Date.now() - began;
    this.#cleaned += 1;
    if (this.#cleaned % TELL_EVERY === 0) {
      this.port.postMessage(this.#spent_ms / TELL_EVERY);
      this.#spent_ms = 0;
    }
  }
}

registerProcessor("stoa-noise", Noise);
