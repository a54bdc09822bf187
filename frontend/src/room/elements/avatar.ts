// Initials on one of eight grounds; Chinese names show the family name.
import { type TemplateResult, html } from "lit";

const HAN = /^\p{Script=Han}/u;
const DOUBLE = new Set([
  "欧阳",
  "司马",
  "上官",
  "诸葛",
  "司徒",
  "夏侯",
  "皇甫",
  "东方",
  "尉迟",
  "公孙",
  "慕容",
  "令狐",
  "长孙",
  "宇文",
  "端木",
]);

export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? "";
  if (HAN.test(first)) return DOUBLE.has(first.slice(0, 2)) && first.length > 2 ? first.slice(0, 2) : ([...first][0] ?? "");
  const letters = [first, words[1] ?? ""].map((word) => [...word.replace(/^[^\p{L}\p{N}]+/u, "")][0] ?? "");
  return letters.join("").toLocaleUpperCase();
}

export function avatar(name: string, colour: number, size: "sm" | "" | "lg" | "xl" = ""): TemplateResult {
  return html`<span class="avatar ${size} c${colour % 8}" aria-hidden="true">${initials(name)}</span>`;
}

/** `lang` for a name or a message, so that Chinese words get their own shapes and line height. */
export function langOf(text: string): string {
  return /\p{Script=Han}/u.test(text) ? "zh-CN" : "";
}
