// Uploads as people see them; the protocol itself is proven against the real server.
import { afterEach, expect, test, vi } from "vitest";
import { type Item, StoaUpload, again, bytes, speed } from "../../src/elements/upload";

const begun: { file: File; options: Record<string, (...given: never[]) => unknown>; start: ReturnType<typeof vi.fn>; abort: ReturnType<typeof vi.fn> }[] = [];
vi.mock("tus-js-client", () => ({
  DetailedError: class extends Error {},
  Upload: class {
    url = null;
    start = vi.fn();
    abort = vi.fn(async () => undefined);
    findPreviousUploads = async () => [];
    constructor(public file: File, public options: Record<string, never>) {
      begun.push(this as never);
    }
  },
}));

afterEach(() => {
  document.body.replaceChildren();
  begun.length = 0;
});

async function shown(count: number): Promise<StoaUpload> {
  document.body.innerHTML = `<stoa-upload endpoint="/assets/tus/" library="/assets/"><input type="hidden" name="organisation" value="libraries"></stoa-upload>`;
  const element = document.querySelector<StoaUpload>("stoa-upload")!;
  element.add(Array.from({ length: count }, (_, n) => new File(["x".repeat(1000)], `讲座 ${n}.mp4`)));
  await settled(element);
  return element;
}

async function settled(element: StoaUpload): Promise<void> {
  for (let n = 0; n < 5; n++) await Promise.resolve();
  await element.updateComplete;
}

const states = (element: StoaUpload) => element.items.map((item: Item) => item.state);

test("bytes are said as people say them", () => {
  expect([0, 999, 1000, 3_440_000, 123_000_000, 20e9].map(bytes)).toEqual(["0 B", "999 B", "1.0 kB", "3.4 MB", "123 MB", "20.0 GB"]);
});

test("speed is that of the last seconds", () => {
  expect(speed([], 0)).toBe(0);
  expect(speed([[0, 0]], 0)).toBe(0);
  expect(speed([[0, 0], [1000, 500]], 1000)).toBe(500);
  expect(speed([[0, 0], [1000, 900_000], [10_000, 900_000], [12_000, 902_000]], 12_000)).toBe(1000);
});

test("the network and a server that starts again are tried again, a refusal is not", () => {
  expect([0, 409, 423, 429, 460, 500, 502, 503].every(again)).toBe(true);
  expect([400, 401, 403, 404, 410, 413, 415, 422, 507].some(again)).toBe(false);
});

test("two go at a time, the next when one is here", async () => {
  const element = await shown(3);
  expect(states(element)).toEqual(["running", "running", "waiting"]);
  begun[0]?.options["onSuccess"]?.();
  await settled(element);
  expect(states(element)).toEqual(["done", "running", "running"]);
});

test("pausing lets another go on; going on waits its turn", async () => {
  const element = await shown(3);
  element.querySelector<HTMLButtonElement>('li[data-state="running"] button')?.click();
  await settled(element);
  expect(states(element)).toEqual(["paused", "running", "running"]);
  element.querySelector<HTMLButtonElement>('li[data-state="paused"] button')?.click();
  await settled(element);
  expect(states(element)).toEqual(["waiting", "running", "running"]);
});

test("a refusal is said and others go on", async () => {
  const element = await shown(3);
  begun[0]?.options["onError"]?.(new Error("x") as never);
  await settled(element);
  expect(states(element)).toEqual(["failed", "running", "running"]);
  expect(element.querySelector('[role="alert"]')?.textContent).toContain("The connection was lost");
});

test("cancelling takes it from the list and from the server", async () => {
  const element = await shown(1);
  [...element.querySelectorAll("button")].find((each) => each.textContent?.startsWith("Cancel"))?.click();
  await settled(element);
  expect(element.items).toEqual([]);
  expect(begun[0]?.abort).toHaveBeenCalledWith(true);
});
