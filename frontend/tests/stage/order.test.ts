import { describe, expect, it } from "vitest";
import { type Standing, gridOrder, hands, page, peopleOrder, stripOrder } from "../../src/room/order";
import { people, person } from "./people";

function at(change: Partial<Standing> = {}): Standing {
  return {
    participants: people("ada", "bob", "cem", "dan", "eve"),
    own: "ada",
    speaking: new Set(),
    lastSpoke: new Map(),
    pinned: "",
    presenters: [],
    hideSelf: false,
    ...change,
  };
}

describe("the grid's order", () => {
  it("is the order of joining, the pinned one first", () => {
    expect(gridOrder(at())).toEqual(["ada", "bob", "cem", "dan", "eve"]);
    expect(gridOrder(at({ pinned: "cem" }))).toEqual(["cem", "ada", "bob", "dan", "eve"]);
  });

  it("leaves oneself out when one wishes, unless one is alone", () => {
    expect(gridOrder(at({ hideSelf: true }))).not.toContain("ada");
    expect(gridOrder(at({ hideSelf: true, participants: people("ada") }))).toEqual(["ada"]);
  });
});

describe("the strip's order", () => {
  it("is presenter, speaker, last speech, joining", () => {
    const standing = at({
      presenters: ["eve"],
      speaking: new Set(["dan"]),
      lastSpoke: new Map([
        ["cem", 50],
        ["bob", 20],
      ]),
    });
    expect(stripOrder(standing)).toEqual(["eve", "dan", "cem", "bob", "ada"]);
  });
});

describe("pages", () => {
  const order = ["ada", "bob", "cem", "dan", "eve"];

  it("cut the order and know how many there are", () => {
    expect(page(order, 2, 0, at())).toEqual({ ids: ["ada", "bob"], index: 0, count: 3 });
    expect(page(order, 2, 2, at())).toEqual({ ids: ["eve"], index: 2, count: 3 });
  });

  it("come back when people leave and the page is no more", () => {
    expect(page(["ada", "bob"], 2, 7, at())).toEqual({ ids: ["ada", "bob"], index: 0, count: 1 });
    expect(page([], 2, 0, at())).toEqual({ ids: [], index: 0, count: 1 });
  });

  it("always show who speaks, in the place of who was silent longest", () => {
    const standing = at({
      speaking: new Set(["eve"]),
      lastSpoke: new Map([
        ["bob", 90],
        ["cem", 10],
        ["eve", 100],
      ]),
    });
    expect(page(order, 3, 0, standing).ids).toEqual(["ada", "bob", "eve"]);
  });

  it("never take away oneself, the pinned one or another speaker", () => {
    const standing = at({ pinned: "bob", speaking: new Set(["cem", "eve"]) });
    expect(page(order, 3, 0, standing).ids).toEqual(["ada", "bob", "cem"]);
  });

  it("give a speaker a free place on the last page", () => {
    expect(page(order, 2, 2, at({ speaking: new Set(["bob"]), own: "eve" })).ids).toEqual(["eve", "bob"]);
  });
});

describe("hands and the people list", () => {
  const all = people(
    person("ada", { role: "host" }),
    person("bob", { hand_at_ms: 200 }),
    person("cem", { hand_at_ms: 100 }),
    person("dan"),
    person("abe"),
    person("eve", { role: "cohost" }),
  );

  it("number the hands as they were raised", () => {
    expect([...hands(all)]).toEqual([
      ["cem", 1],
      ["bob", 2],
    ]);
  });

  it("list hands, then hosts, then names", () => {
    expect(peopleOrder(all, "en").map((p) => p.id)).toEqual(["cem", "bob", "ada", "eve", "abe", "dan"]);
  });

  it("sort Chinese names by their sound", () => {
    const chinese = people(person("1", { name: "周敏" }), person("2", { name: "陈伟" }), person("3", { name: "李建国" }));
    expect(peopleOrder(chinese, "zh-CN").map((p) => p.name)).toEqual(["陈伟", "李建国", "周敏"]);
  });
});
