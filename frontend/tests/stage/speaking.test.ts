import { describe, expect, it } from "vitest";
import { Speaking } from "../../src/room/speaking";

const loud = new Map([["ada", 40]]);
const still = new Map<string, number>();

describe("the speaking frame", () => {
  it("comes after 300 ms of speech", () => {
    const voices = new Speaking();
    expect([...voices.step(loud, 0)]).toEqual([]);
    expect([...voices.step(loud, 200)]).toEqual([]);
    expect([...voices.step(loud, 300)]).toEqual(["ada"]);
  });

  it("stays for a second of silence, then goes", () => {
    const voices = new Speaking();
    voices.step(loud, 0);
    voices.step(loud, 300);
    expect([...voices.step(still, 1299)]).toEqual(["ada"]);
    expect(voices.pending).toBe(true);
    expect([...voices.step(still, 1300)]).toEqual([]);
    expect(voices.pending).toBe(false);
  });

  it("does not come for a cough", () => {
    const voices = new Speaking();
    voices.step(loud, 0);
    voices.step(still, 310);
    expect([...voices.step(loud, 400)]).toEqual([]);
  });

  it("bridges the pause between two words", () => {
    const voices = new Speaking();
    voices.step(loud, 0);
    voices.step(loud, 300);
    voices.step(still, 900);
    expect([...voices.step(loud, 1100)]).toEqual(["ada"]);
    expect([...voices.step(still, 2000)]).toEqual(["ada"]);
  });

  it("does not take a silent level for speech", () => {
    const voices = new Speaking();
    voices.step(new Map([["ada", 0]]), 0);
    expect([...voices.step(new Map([["ada", 0]]), 400)]).toEqual([]);
  });
});
