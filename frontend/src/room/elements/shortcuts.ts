// The keys, as a table for the `?` dialog.
import { type TemplateResult, html } from "lit";
import { t } from "../../shared/i18n";
import type { DialogSpec } from "./dialog";

export interface ShownKey {
  readonly keys: readonly string[];
  readonly label: string;
}

export function shortcutsDialog(keys: readonly ShownKey[]): DialogSpec {
  const content: TemplateResult = html`<table class="table keys"><thead class="sr"><tr><th scope="col">${t("Key")}</th><th scope="col">${t("What it does")}</th></tr></thead>
    <tbody>${keys.map((row) => html`<tr><th scope="row">${row.keys.map((key) => html`<kbd>${key}</kbd> `)}</th><td>${row.label}</td></tr>`)}</tbody></table>`;
  return { heading: t("Keyboard shortcuts"), content, actions: [] };
}
