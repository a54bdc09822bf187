// The sound thread's global scope lacks names that Emscripten's loader asks for. Imported before it.
const scope = globalThis as unknown as Record<string, unknown>;
scope["self"] ??= globalThis;
scope["location"] ??= { href: "" };

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
scope["atob"] ??= (text: string): string => {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) continue; // padding
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return out;
};
export {};
