// Runs beside the page: finds the person in each frame (MediaPipe selfie segmentation) and blurs what is behind.

interface Results { readonly segmentationMask: CanvasImageSource }
interface Segmentation {
  setOptions(options: { modelSelection: 0 | 1; selfieMode: boolean }): void;
  onResults(take: (results: Results) => void): void;
  initialize(): Promise<void>;
  send(inputs: { image: OffscreenCanvas }): Promise<void>;
}
interface Scope {
  SelfieSegmentation: new (config: { locateFile(file: string): string }) => Segmentation;
  importScripts(...urls: string[]): void;
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<Message>) => void) | null;
}
type Message =
  | { readonly files: string; readonly width: number; readonly height: number }
  | { readonly readable: ReadableStream<VideoFrame>; readonly writable: WritableStream<VideoFrame> };

const scope = self as unknown as Scope;
const TELL_EVERY = 15;
let segmentation: Segmentation | null = null;
let mask: CanvasImageSource | null = null;

/** MediaPipe's own way for workers runs the model file as a script. As on a page it works: with these few names. */
function asOnAPage(): void {
  const page = self as unknown as Record<string, unknown>;
  const element = (tag: string): unknown => {
    if (tag === "canvas") return new OffscreenCanvas(1, 1);
    const heard: Record<string, () => void> = {};
    return {
      setAttribute(this: { src: string }, name: string, value: string) { if (name === "src") this.src = value; },
      addEventListener: (name: string, f: () => void) => { heard[name] = f; },
      src: "",
      heard,
    };
  };
  const append = (script: { src: string; heard: Record<string, () => void> }): void => {
    scope.importScripts(script.src);
    queueMicrotask(() => script.heard["load"]?.());
  };
  page["window"] = self;
  const nothing = (): void => undefined;
  page["document"] = {
    createElement: element, body: { appendChild: append }, head: { appendChild: append },
    addEventListener: nothing, removeEventListener: nothing, getElementById: () => null, querySelector: () => null,
  };
  page["HTMLCanvasElement"] ??= OffscreenCanvas;
}

async function prepare(files: string, width: number, height: number): Promise<void> {
  asOnAPage();
  scope.importScripts(`${files}selfie_segmentation.js`);
  segmentation = new scope.SelfieSegmentation({ locateFile: (file) => files + file });
  segmentation.setOptions({ modelSelection: 1, selfieMode: false });
  segmentation.onResults((results) => { mask = results.segmentationMask; });
  await segmentation.initialize();
  const first = new OffscreenCanvas(width, height);
  first.getContext("2d")?.fillRect(0, 0, width, height);
  await segmentation.send({ image: first }); // the first picture costs most; nobody waits for it later
}

function transform(): TransformStream<VideoFrame, VideoFrame> {
  let picture = new OffscreenCanvas(1, 1);
  let out = new OffscreenCanvas(1, 1);
  let spent_ms = 0;
  let frames = 0;
  return new TransformStream({
    async transform(frame, controller) {
      const began = performance.now();
      const { displayWidth: width, displayHeight: height, timestamp } = frame;
      if (out.width !== width || out.height !== height) {
        picture = new OffscreenCanvas(width, height);
        out = new OffscreenCanvas(width, height);
      }
      picture.getContext("2d")?.drawImage(frame, 0, 0, width, height);
      frame.close();
      await segmentation?.send({ image: picture });
      const context = out.getContext("2d");
      if (!context || !mask) return; // rather no picture than one that shows the room
      context.save();
      context.clearRect(0, 0, width, height);
      context.drawImage(mask, 0, 0, width, height);
      context.globalCompositeOperation = "source-in";
      context.drawImage(picture, 0, 0);
      context.globalCompositeOperation = "destination-over";
      context.filter = `blur(${Math.round(height / 40)}px)`;
      context.drawImage(picture, 0, 0);
      context.restore();
      controller.enqueue(new VideoFrame(out, { timestamp }));
      spent_ms += performance.now() - began;
      frames += 1;
      if (frames % TELL_EVERY === 0) {
        scope.postMessage({ cost_ms: spent_ms / TELL_EVERY });
        spent_ms = 0;
      }
    },
  });
}

scope.onmessage = ({ data }) => {
  if ("files" in data) {
    prepare(data.files, data.width, data.height).then(
      () => scope.postMessage({ ready: true }),
      (error: unknown) => scope.postMessage({ error: String(error) }),
    );
    return;
  }
  data.readable.pipeThrough(transform()).pipeTo(data.writable).catch(() => undefined); // ends with its track
};
export {};
