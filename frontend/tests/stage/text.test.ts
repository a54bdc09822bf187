import { describe, expect, it } from "vitest";
import { initials, langOf } from "../../src/room/elements/avatar";
import { elapsed } from "../../src/room/elements/words";
import { pieces } from "../../src/room/links";

describe("links in the chat", () => {
  it.each([
    ["See https://example.org/a.", ["https://example.org/a"]],
    ["(https://example.org/wiki/Stoa_(Athens))", ["https://example.org/wiki/Stoa_(Athens)"]],
    ["请看 https://example.org/课程，谢谢", ["https://example.org/课程"]],
    ["http://a.example and https://b.example?x=1&y=2!", ["http://a.example", "https://b.example?x=1&y=2"]],
    ["javascript:alert(1) data:text/html,x ftp://x.example", []],
    ["https://", []],
    ["no link", []],
  ])("%s", (text, links) => {
    const cut = pieces(text);
    expect(cut.flatMap((piece) => piece.href ?? [])).toEqual(links);
    expect(cut.map((piece) => piece.text).join("")).toBe(text);
  });
});

describe("initials", () => {
  it.each([
    ["Grace Odhiambo", "GO"],
    ["Tan Boon Keng", "TB"],
    ["周敏", "周"],
    ["欧阳修文", "欧阳"],
    ["Ödön", "Ö"],
    ["(guest) bob", "GB"],
    ["", ""],
  ])("of %s are %s", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

it("marks Chinese as Chinese", () => {
  expect(langOf("请问")).toBe("zh-CN");
  expect(langOf("Hello")).toBe("");
});

it.each([
  [0, "0 min"],
  [59, "59 min"],
  [60, "1 h 00 min"],
  [125, "2 h 05 min"],
])("%i minutes are %s", (minutes, words) => {
  expect(elapsed(minutes)).toBe(words);
});
