import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/room/config";
import "../../src/room/elements/room";
import type { RoomEngine } from "../../src/room/elements/part";
import type { Intent, State } from "../../src/room/state";
import { people, person, publication, state } from "./people";

class FakeEngine extends EventTarget implements RoomEngine {
  readonly preview = new MediaStream();
  readonly asked: Intent[] = [];
  constructor(public state: State) {
    super();
  }
  do(intent: Intent): void {
    this.asked.push(intent);
  }
  become(change: Partial<State>): Promise<void> {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event("change"));
    return settled();
  }
}

async function settled(): Promise<void> {
  for (let round = 0; round < 6; round++)
    await Promise.resolve().then(() => new Promise((done) => queueMicrotask(() => done(null))));
}

const config = { ...readConfig(), title: "Reading circle", organisation: "Lakeside", join_url: "https://stoa.example/rooms/x/" };

async function open(
  change: Partial<State> = {},
  over: Partial<typeof config> = {},
): Promise<{ room: HTMLElement; engine: FakeEngine }> {
  const engine = new FakeEngine(state(change));
  const room = document.createElement("stoa-room");
  room.engine = engine;
  room.config = { ...config, ...over };
  document.body.append(room);
  await settled();
  return { room, engine };
}

function button(room: ParentNode, name: string): HTMLButtonElement {
  const all = [...room.querySelectorAll("button")];
  const found = all.find((b) => (b.getAttribute("aria-label") ?? b.textContent).trim() === name);
  if (!found) throw new Error(`no button ${name} among ${all.map((b) => b.textContent.trim()).join(" | ")}`);
  return found;
}

beforeEach(() => localStorage.clear());
afterEach(() => document.body.replaceChildren());

describe("the green room", () => {
  it("asks a guest's name, and enters with it", async () => {
    const { room, engine } = await open({ phase: "green" });
    const label = [...room.querySelectorAll("label")].find((l) => l.textContent === "Your name");
    const field = room.querySelector<HTMLInputElement>(`#${label?.htmlFor}`)!;
    room.querySelector("form")!.requestSubmit();
    await settled();
    expect(engine.asked).toEqual([]);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    field.value = "  Bob ";
    field.dispatchEvent(new Event("input"));
    room.querySelector("form")!.requestSubmit();
    expect(engine.asked).toEqual([{ do: "join", name: "Bob", passcode: "" }]);
  });

  it("does not ask those who are signed in, and says who they are", async () => {
    const { room, engine } = await open({ phase: "green" }, { signed_in: true, name: "Ada Berger" });
    expect(room.textContent).not.toContain("Your name");
    expect(room.textContent).toContain("Ada Berger");
    room.querySelector("form")!.requestSubmit();
    expect(engine.asked).toEqual([{ do: "join", name: "Ada Berger", passcode: "" }]);
  });

  it("asks for the passcode beside its own words when it was wrong", async () => {
    const { room } = await open({ phase: "green", problem: { code: "passcode.wrong", text: "That is not the passcode." } });
    const error = room.querySelector(`#${room.querySelector("#passcode")?.getAttribute("aria-describedby")}`);
    expect(error?.textContent).toContain("That is not the passcode.");
  });

  it.each([
    ["refused", "blocking the microphone"],
    ["missing", "No microphone was found"],
    ["in_use", "in use by another program"],
    ["unsupported", "cannot use a microphone"],
    ["failed", "did not start"],
  ] as const)("says what to do when the microphone is %s, and lets one enter all the same", async (problem, words) => {
    const base = state().devices;
    const { room } = await open({ phase: "green", devices: { ...base, microphoneProblem: problem } });
    expect(room.querySelector(".notice")?.textContent).toContain(words);
    expect(button(room, "Join now").getAttribute("aria-disabled")).toBeNull();
  });

  it("shows no tile of a participant", async () => {
    const { room } = await open({ phase: "green" });
    expect(room.querySelectorAll("[data-participant]")).toHaveLength(0);
  });
});

describe("waiting and leaving", () => {
  it("says for whom one waits, and whether somebody is there", async () => {
    const { room, engine } = await open({ phase: "lobby", hostsPresent: false });
    expect(room.textContent).toContain("Reading circle");
    expect(room.textContent).toContain("No host is here yet");
    await engine.become({ hostsPresent: true });
    expect(room.textContent).toContain("sees that you wait");
    button(room, "Stop waiting").click();
    expect(engine.asked).toEqual([{ do: "leave" }]);
  });

  it.each([
    ["left", "You have left", true],
    ["removed", "You were removed", false],
    ["refused", "You were not admitted", false],
    ["ended", "has ended", false],
    ["suspended", "elsewhere", true],
    ["failed", "could not be opened", true],
  ] as const)("%s: says so and offers the way on", async (phase, words, again) => {
    const { room, engine } = await open({ phase, problem: { code: "x", text: "" } });
    expect(room.textContent).toContain(words);
    expect(room.querySelector("main a")).not.toBeNull();
    const back = room.querySelector<HTMLButtonElement>("main button");
    expect(back !== null).toBe(again);
    back?.click();
    expect(engine.asked).toEqual(again ? [{ do: "rejoin" }] : []);
  });
});

describe("the stage", () => {
  it("has a tile for each participant, and for nobody else", async () => {
    const { room, engine } = await open({ participants: people("ada", "bob", "cem") });
    const ids = (): (string | null)[] =>
      [...room.querySelectorAll("[data-participant]")].map((tile) => tile.getAttribute("data-participant"));
    expect(ids()).toEqual(["ada", "bob", "cem"]);
    await engine.become({ participants: people("ada", "cem") });
    expect(ids()).toEqual(["ada", "cem"]);
  });

  it("puts a shared screen before the people", async () => {
    const { room } = await open({ received: new Map([publication("bob", "screen")]) });
    expect(room.querySelector('[data-source="screen"]')?.textContent).toContain("bob is presenting");
    expect(room.querySelectorAll("[data-participant]")).toHaveLength(2);
  });

  it("marks who is muted, whose hand is up and in which place, and whose line broke", async () => {
    const { room } = await open({
      participants: people("ada", person("bob", { hand_at_ms: 2 }), person("cem", { hand_at_ms: 1, connected: false })),
      received: new Map([publication("bob", "microphone", true), publication("cem", "microphone")]),
    });
    const says = (id: string): string =>
      [...room.querySelectorAll(`[data-participant=${id}] [aria-label]`)].map((e) => e.getAttribute("aria-label")).join("; ");
    expect(says("bob")).toContain("Muted");
    expect(says("bob")).toContain("Hand up, number 2");
    expect(says("cem")).not.toContain("Muted");
    expect(room.querySelector("[data-participant=cem]")?.textContent).toContain("Reconnecting");
  });

  it("keeps the order of the controls", async () => {
    const { room } = await open();
    const words = [...room.querySelectorAll(".bar .ctl > span:not(.count, .dot)")].map((s) => s.textContent);
    expect(words).toEqual(["Mute", "Stop video", "Share", "Raise hand", "Chat", "People", "More", "Leave"]);
  });

  it("asks for what its controls say", async () => {
    const { room, engine } = await open();
    const asked = (): Intent[] => engine.asked.filter((a) => a.do !== "want");
    for (const name of ["Mute", "Stop video", "Share", "Raise hand"]) button(room, name).click();
    expect(asked()).toEqual([
      { do: "microphone", on: false },
      { do: "camera", on: false },
      { do: "share", on: true },
      { do: "hand", raised: true },
    ]);
  });

  it("does not start what a host has switched off", async () => {
    const { room, engine } = await open({ participants: people(person("ada", { capabilities: ["chat"] }), "bob") });
    const share = button(room, "Share");
    expect(share.getAttribute("aria-disabled")).toBe("true");
    share.click();
    expect(engine.asked.filter((a) => a.do === "share")).toEqual([]);
  });

  it("lets a guest leave at once, and asks a host whether to end it for all", async () => {
    const guest = await open();
    button(guest.room, "Leave").click();
    expect(guest.engine.asked).toContainEqual({ do: "leave" });
    document.body.replaceChildren();
    const host = await open({ participants: people(person("ada", { role: "host" }), "bob") });
    button(host.room, "Leave").click();
    await settled();
    expect(host.engine.asked).not.toContainEqual({ do: "leave" });
    expect(host.room.querySelector("dialog")?.textContent).toContain("End for everybody");
  });

  it("says how to invite while one is alone", async () => {
    const { room, engine } = await open({ participants: people("ada") });
    expect(room.querySelector<HTMLInputElement>(".alone input")?.value).toBe(config.join_url);
    await engine.become({ participants: people("ada", "bob") });
    expect(room.querySelector(".alone")).toBeNull();
  });

  it("fetches nobody's camera when one wants sound only", async () => {
    const track = {} as MediaStreamTrack;
    const [id, row] = publication("bob", "camera");
    const { room, engine } = await open({ received: new Map([[id, { ...row, track }]]) });
    expect(room.querySelector("[data-participant=bob] video")).not.toBeNull();
    const more = room.querySelector("stoa-controls")!.more;
    more.find((item) => item.label === "Sound only")!.run();
    await settled();
    expect(room.querySelector("[data-participant=bob] video")).toBeNull();
    expect(engine.asked).toContainEqual({ do: "camera", on: false });
  });

  it("tells a host who waits", async () => {
    const waiting = [{ id: "w", name: "Eve", organisation: "", colour: 0, guest: true, since_ms: 0 }];
    const { room, engine } = await open({ waiting, participants: people(person("ada", { role: "host" }), "bob") });
    expect(room.querySelector(".knocking")?.textContent).toContain("Eve");
    button(room.querySelector(".knocking")!, "Admit").click();
    expect(engine.asked).toContainEqual({ do: "admit", waiting: "w" });
  });

  it("shows those who are no hosts nothing of moderation", async () => {
    const { room } = await open({ panel: "people" });
    expect(room.textContent).not.toContain("Who may do what");
  });
});

describe("the chat", () => {
  async function chat(
    change: Partial<State> = {},
  ): Promise<{ room: HTMLElement; box: HTMLTextAreaElement; sent: () => Intent[] }> {
    const { room, engine } = await open({ panel: "chat", ...change });
    return { room, box: room.querySelector("textarea")!, sent: () => engine.asked.filter((a) => a.do === "chat") };
  }
  const enter = (init: KeyboardEventInit = {}): KeyboardEvent =>
    new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init });

  it("sends with Enter, to everyone", async () => {
    const { box, sent } = await chat();
    box.value = " Hello ";
    box.dispatchEvent(enter());
    expect(sent()).toEqual([{ do: "chat", text: "Hello", to: null }]);
    expect(box.value).toBe("");
  });

  it("does not send while Chinese is being composed, nor with Shift", async () => {
    const { box, sent } = await chat();
    box.value = "nihao";
    box.dispatchEvent(enter({ isComposing: true }));
    box.dispatchEvent(enter({ shiftKey: true }));
    expect(sent()).toEqual([]);
    expect(box.value).toBe("nihao");
  });

  it("sends nothing empty", async () => {
    const { box, sent } = await chat();
    box.value = "   ";
    box.dispatchEvent(enter());
    expect(sent()).toEqual([]);
  });

  it("never turns a private word into a public one when its reader has left", async () => {
    const { room, engine } = await open({ panel: "chat" });
    const select = room.querySelector<HTMLSelectElement>("#chat-to")!;
    select.value = "bob";
    select.dispatchEvent(new Event("change"));
    await engine.become({ participants: people("ada", "cem") });
    const box = room.querySelector("textarea")!;
    box.value = "between us";
    box.dispatchEvent(enter());
    expect(engine.asked.filter((a) => a.do === "chat")).toEqual([]);
    expect(box.value).toBe("between us");
  });

  it("writes to one person where writing to all is switched off", async () => {
    const { box, sent } = await chat({ participants: people(person("ada", { capabilities: ["private_chat"] }), "bob") });
    box.value = "psst";
    box.dispatchEvent(enter());
    expect(sent()).toEqual([{ do: "chat", text: "psst", to: "bob" }]);
  });

  it("makes addresses links that tell the other site nothing", async () => {
    const message = {
      id: "1",
      author: "bob",
      author_name: "bob",
      author_colour: 0,
      text: "see https://example.org/a <b>x</b>",
      sent_ms: 0,
      to: null,
      to_name: "",
    };
    const { room } = await chat({ chat: [message] });
    const link = room.querySelector<HTMLAnchorElement>(".msg a")!;
    expect(link.getAttribute("href")).toBe("https://example.org/a");
    expect(link.rel).toContain("noopener");
    expect(room.querySelector(".msg b")).toBeNull();
  });
});
