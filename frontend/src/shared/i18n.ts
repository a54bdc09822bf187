// Words in the reader's language. Write t("English text"); the Chinese stands in zh.ts.
import { zh } from "./zh";

const language = document.documentElement.lang || "en";

/** The text in the page's language, `{name}` replaced by values of `fill`. Falls back to the English. */
export function t(text: string, fill: Readonly<Record<string, string | number>> = {}): string {
  const words = language.startsWith("zh") ? (zh[text] ?? text) : text;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole));
}
