// A quiz' form: it saves what is answered, says the time, orders without dragging.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type StoaQuiz, passed, shown } from "../../src/elements/quiz";

const PAGE = `<stoa-quiz save="/save/" review="/review/" remaining="400"><span class="quiz-time"><span data-time></span></span><span data-saved></span><p data-announce></p>
<form action="/submit/"><input type="hidden" name="sequence" value="5">
<fieldset data-place="1"><input type="radio" name="q1" value="a"></fieldset>
<fieldset data-place="2"><p>Number them</p><ol data-order><li><select name="q2:x"><option selected>1</option><option>2</option></select><div id="x-text">Wet</div></li><li><select name="q2:y"><option>1</option><option selected>2</option></select><div id="y-text">Rinse</div></li></ol></fieldset>
<button data-save>Save</button><button data-hand-in>Hand in</button><span data-answered></span></form></stoa-quiz>`;
const sent: FormData[] = [];
let answer = () => new Response(JSON.stringify({ sequence: 5, remaining: 390 }));

beforeEach(async () => {
  vi.useFakeTimers();
  sent.length = 0;
  vi.stubGlobal("fetch", (_url: string, init: { body: FormData }) => {
    sent.push(init.body);
    return Promise.resolve(answer());
  });
  document.body.innerHTML = PAGE;
  await Promise.resolve();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answer = () => new Response(JSON.stringify({ sequence: 5, remaining: 390 }));
});

const quiz = () => document.querySelector("stoa-quiz") as StoaQuiz;
const choose = () => {
  const field = document.querySelector<HTMLInputElement>("[name=q1]");
  if (field) field.checked = true;
  field?.dispatchEvent(new Event("input", { bubbles: true }));
};

test("what is answered is saved after a moment, each time under a number of its own", async () => {
  choose();
  await vi.advanceTimersByTimeAsync(1_500);
  choose();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(sent.map((data) => [data.get("sequence"), data.get("q1")])).toEqual([
    ["5", "a"],
    ["6", "a"],
  ]);
  expect(quiz().querySelector("[data-saved]")?.textContent).toBe("Saved");
});

test("without a connection it is sent again", async () => {
  answer = () => {
    throw new TypeError("offline");
  };
  choose();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(quiz().querySelector("[data-saved]")?.textContent).toContain("No connection");
  answer = () => new Response(JSON.stringify({ sequence: 6, remaining: null }));
  await vi.advanceTimersByTimeAsync(6_000);
  expect(quiz().querySelector("[data-saved]")?.textContent).toBe("Saved");
});

test("a page that another device has overtaken stops saving and offers to reload", async () => {
  answer = () => new Response(JSON.stringify({ error: { code: "attempt.moved", text: "Continued elsewhere." } }), { status: 409 });
  choose();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(quiz().querySelector("[data-saved] button")?.textContent).toBe("Reload");
  choose();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent.length).toBe(1);
});

test("the time is said at five minutes and at one, and then the form is handed in", async () => {
  const submitted = vi.fn();
  (document.querySelector("form") as HTMLFormElement).submit = submitted;
  await vi.advanceTimersByTimeAsync(101_000);
  expect(quiz().querySelector("[data-announce]")?.textContent).toBe("5 minutes left.");
  await vi.advanceTimersByTimeAsync(240_000);
  expect(quiz().querySelector("[data-announce]")?.textContent).toBe("1 minute left.");
  expect(submitted).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(submitted).toHaveBeenCalledTimes(1);
});

test("an order is made with buttons, and the focus stays", () => {
  const down = document.querySelectorAll<HTMLButtonElement>(".quiz-moves button")[1];
  down?.click();
  const items = [...document.querySelectorAll("[data-order] li")];
  expect(items.map((item) => item.querySelector("div")?.textContent)).toEqual(["Rinse", "Wet"]);
  expect(items.map((item) => item.querySelector("select")?.value)).toEqual(["1", "2"]);
  expect(document.activeElement).toBe(down);
  expect(quiz().querySelector("[data-announce]")?.textContent).toBe("Now 2 of 2");
});

test("times", () => {
  expect([0, 5, 65, 3_725].map(shown)).toEqual(["0:00", "0:05", "1:05", "1:02:05"]);
  expect([passed(301, 299), passed(400, 301), passed(61, 60), passed(59, 58)]).toEqual([300, undefined, 60, undefined]);
});
