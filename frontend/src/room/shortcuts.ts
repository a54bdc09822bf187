// The keyboard of the stage. `?` lists this table, so what stands here is what people are told.
import { t } from "../shared/i18n";

export type Shortcut =
  | "microphone" | "camera" | "hand" | "share" | "chat" | "people" | "layout" | "fullscreen" | "help" | "talk";

export const SHORTCUTS: readonly { readonly key: string; readonly does: Shortcut; readonly text: () => string }[] = [
  { key: "m", does: "microphone", text: () => t("Microphone on or off") },
  { key: "v", does: "camera", text: () => t("Camera on or off") },
  { key: "h", does: "hand", text: () => t("Raise or lower your hand") },
  { key: "s", does: "share", text: () => t("Share your screen or stop") },
  { key: "c", does: "chat", text: () => t("Open or close the chat") },
  { key: "p", does: "people", text: () => t("Open or close the people list") },
  { key: "l", does: "layout", text: () => t("Grid or speaker view") },
  { key: "f", does: "fullscreen", text: () => t("Full screen") },
  { key: " ", does: "talk", text: () => t("Hold to talk while muted") },
  { key: "?", does: "help", text: () => t("Show these keys") },
];

/** What a key press asks for; null while somebody types, and with modifier keys, which belong to the browser. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, [contenteditable], dialog[open]")) return null;
  const found = SHORTCUTS.find(({ key }) => key === event.key.toLowerCase())?.does ?? null;
  // Space on a button presses the button.
  return found === "talk" && target?.closest("button, a, summary, [role=tab], [role=menuitem]") ? null : found;
}
