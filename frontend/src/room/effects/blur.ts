// Background blur: the camera's frames go through a worker and come back, so that the page never waits for them.
// W3C MediaStreamTrack Insertable Media Processing; Chromium has it, others get the camera as it is.
import workerUrl from "./blur.worker.ts?worker&url";
import { type Cost, type Running, Unsupported } from "./effect";

const FILES = "/static/effects/selfie/"; // the model and its WebAssembly, from the build

interface Processor { readonly readable: ReadableStream<VideoFrame> }
interface Generator extends MediaStreamTrack { readonly writable: WritableStream<VideoFrame> }
interface Insertable {
  MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack }) => Processor;
  MediaStreamTrackGenerator?: new (init: { kind: "video" }) => Generator;
}

export async function blur(track: MediaStreamTrack, cost: Cost): Promise<Running> {
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } = window as unknown as Insertable;
  if (!Processor || !Generator || typeof OffscreenCanvas === "undefined") throw new Unsupported();
  const worker = new Worker(workerUrl); // a classic worker: the model's own script is loaded by importScripts
  const { width = 640, height = 360 } = track.getSettings();
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ ready?: true; error?: string; cost_ms?: number }>) => {
      if (data.ready) resolve();
      else if (data.error !== undefined) reject(new Unsupported(data.error));
      else cost(data.cost_ms ?? 0);
    };
    worker.onerror = (event) => reject(new Unsupported(event.message));
  });
  worker.postMessage({ files: FILES, width, height });
  try {
    await ready;
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const copy = track.clone(); // the processor ends with its track; the camera itself must not
  const processor = new Processor({ track: copy });
  const generator = new Generator({ kind: "video" });
  worker.postMessage({ readable: processor.readable, writable: generator.writable }, [processor.readable, generator.writable] as Transferable[]);
  return {
    track: generator,
    stop() {
      copy.stop();
      generator.stop();
      worker.terminate();
    },
  };
}
