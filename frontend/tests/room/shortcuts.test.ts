import { afterEach, expect, test } from "vitest";
import { SHORTCUTS, shortcutOf } from "../../src/room/shortcuts";

afterEach(() => document.body.replaceChildren());

function press(key: string, on: Element = document.body, change: KeyboardEventInit = {}): string | null {
  let found: string | null = null;
  const heard = (event: Event) => { found = shortcutOf(event as KeyboardEvent); };
  window.addEventListener("keydown", heard, { once: true });
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...change }));
  return found;
}

const put = (tag: string) => document.body.appendChild(document.createElement(tag));

test("every key that is listed does what is listed, shifted or not", () => {
  for (const { key, does } of SHORTCUTS) {
    expect(press(key)).toBe(does);
    expect(press(key.toUpperCase())).toBe(does);
  }
  expect(new Set(SHORTCUTS.map(({ key }) => key)).size).toBe(SHORTCUTS.length);
});

test("other keys, and keys of the browser, do nothing", () => {
  expect(press("x")).toBeNull();
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) expect(press("m", document.body, { [modifier]: true })).toBeNull();
});

test.each(["input", "textarea", "select"])("who types in a %s writes letters", (tag) => {
  expect(press("m", put(tag))).toBeNull();
});

test("space presses a button, and talks elsewhere", () => {
  expect(press(" ", put("button"))).toBeNull();
  expect(press(" ", put("p"))).toBe("talk");
  expect(press("m", put("button"))).toBe("microphone");
});
