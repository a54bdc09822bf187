// The site's small elements: what they say and how they answer the keyboard.
import { afterEach, expect, test, vi } from "vitest";
import { type Told, type StoaJob, timeLeft } from "../../src/elements/job";
import "../../src/elements/menu";
import "../../src/elements/tabs";
import { away } from "../../src/elements/when";

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const key = (target: Element | null, name: string) =>
  target?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));

test("the time left is said in words that fit its size", () => {
  expect([null, 0, 40, 150, 9_000].map(timeLeft)).toEqual([
    "",
    "about 1 s left",
    "about 40 s left",
    "about 3 min left",
    "about 3 h left",
  ]);
});

test("how far away a time is", () => {
  const now = Date.parse("2026-11-23T09:00:00Z");
  expect(away(now + 35 * 60_000, now, "en")).toBe("in 35 minutes");
  expect(away(now + 26 * 3_600_000, now, "en")).toBe("tomorrow");
  expect(away(now - 3 * 3_600_000, now, "zh-CN")).toBe("3小时前");
});

test("tabs have one stop and go by arrows, around the end", async () => {
  document.body.innerHTML = `<stoa-tabs><div role="tablist"><button role="tab" aria-controls="a">A</button><button role="tab" aria-controls="b">B</button></div><div id="a"></div><div id="b"></div></stoa-tabs>`;
  const [a, b] = document.querySelectorAll<HTMLElement>('[role="tab"]');
  await Promise.resolve();
  const stops = () => [a, b].map((tab) => tab?.getAttribute("tabindex"));
  expect(stops()).toEqual(["0", "-1"]);
  expect(document.getElementById("b")?.hidden).toBe(true);
  key(a ?? null, "ArrowLeft");
  expect(document.activeElement?.textContent).toBe("B");
  expect(b?.getAttribute("aria-selected")).toBe("true");
  expect(document.getElementById("a")?.hidden).toBe(true);
  key(b ?? null, "ArrowRight");
  expect(document.activeElement?.textContent).toBe("A");
});

test("Escape closes a menu and gives the focus back", () => {
  document.body.innerHTML = `<details class="account" open><summary>Menu</summary><div class="menu"><a href="#">One</a><button>Two</button></div></details>`;
  const menu = document.querySelector("details");
  key(document.querySelector("summary"), "ArrowDown");
  expect(document.activeElement?.textContent).toBe("One");
  key(document.activeElement, "ArrowUp");
  expect(document.activeElement?.textContent).toBe("Two");
  key(document.activeElement, "Escape");
  expect([menu?.open, document.activeElement?.tagName]).toEqual([false, "SUMMARY"]);
});

const told = (over: Partial<Told>): Told => ({
  title: "Import", label: "", state: "running", done: 0.5, text: "row 5 of 10", time_left_s: 20, error: "", result: null, over: false, ...over,
}); // prettier-ignore

test("a job is asked for until it is over, and says so once", async () => {
  vi.useFakeTimers();
  const answers = [told({}), told({ state: "ready", done: 1, over: true, text: "", time_left_s: null })];
  const fetched = vi.fn(async () => new Response(JSON.stringify(answers.shift())));
  vi.stubGlobal("fetch", fetched);
  const job = document.createElement("stoa-job") as StoaJob;
  const over = vi.fn();
  job.addEventListener("stoa-job-over", over);
  job.src = "/jobs/1/";
  job.innerHTML = "<p>as it stood when the page was made</p>";
  document.body.append(job);
  await vi.advanceTimersByTimeAsync(10);
  await job.updateComplete;
  expect(job.textContent).toContain("Running · row 5 of 10 · about 20 s left");
  expect(job.textContent).not.toContain("as it stood");
  await vi.advanceTimersByTimeAsync(20_000);
  await job.updateComplete;
  expect(job.textContent).toContain("Done");
  expect([fetched.mock.calls.length, over.mock.calls.length]).toEqual([2, 1]);
});

test("a page written before its job was over loads again once, and never in circles", async () => {
  const reload = vi.spyOn(window.location, "reload").mockImplementation(() => {});
  sessionStorage.clear();
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(told({ state: "failed", over: true }))));
  for (const [reloads, times] of [["", 0], ["always", 1], ["always", 1]] as const) {
    vi.useFakeTimers();
    const job = document.createElement("stoa-job") as StoaJob;
    job.setAttribute("reloads", reloads);
    job.src = "/jobs/2/";
    document.body.append(job);
    await vi.advanceTimersByTimeAsync(10);
    expect(reload).toHaveBeenCalledTimes(times);
  }
});

test("a job whose connection is away says so and goes on asking", async () => {
  vi.useFakeTimers();
  const fetched = vi.fn().mockRejectedValueOnce(new TypeError("offline")).mockImplementation(async () => new Response(JSON.stringify(told({}))));
  vi.stubGlobal("fetch", fetched);
  const job = document.createElement("stoa-job") as StoaJob;
  document.body.append(job);
  await vi.advanceTimersByTimeAsync(10);
  await job.updateComplete;
  expect(job.textContent).toContain("Trying again");
  await vi.advanceTimersByTimeAsync(5_000);
  await job.updateComplete;
  expect(job.textContent).toContain("Running");
});
