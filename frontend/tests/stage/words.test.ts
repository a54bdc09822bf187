import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { zh } from "../../src/shared/zh";

const SOURCE = join(__dirname, "../../src");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.includes("zh"),
);

function words(text: string): string[] {
  const code = text.replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`) as string);
}

const said = new Map<string, string>();
for (const name of files) for (const word of words(readFileSync(join(SOURCE, name), "utf8"))) said.set(word, name);

describe("the Chinese of the page", () => {
  it("has every sentence the source says", () => {
    expect([...said].filter(([word]) => !(word in zh))).toEqual([]);
  });

  it("has nothing that nobody says", () => {
    expect(Object.keys(zh).filter((word) => !said.has(word))).toEqual([]);
  });

  it("fills in the same values", () => {
    const slots = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();
    for (const [english, chinese] of Object.entries(zh)) expect(slots(chinese), english).toEqual(slots(english));
  });
});

describe("the elements of the page", () => {
  it("have each a name of its own: two of one name stop a page that loads both", () => {
    const names = files.flatMap((name) => {
      const text = readFileSync(join(SOURCE, name), "utf8");
      return [...text.matchAll(/(?:@customElement|customElements\.define)\(\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
    });
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
