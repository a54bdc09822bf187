// The connection in figures, with words for those who do not live by figures.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, state as local } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { Source } from "../protocol.gen";
import type { State, StatsRow } from "../state";
import { icon } from "./icons";
import { Part } from "./part";
import { connectionWords, reasonWords } from "./words";

const kbit = (bps: number): string =>
  bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`;

function sourceWords(source: Source | undefined): string {
  switch (source) {
    case "microphone":
      return t("voice");
    case "camera":
      return t("picture");
    case "screen":
      return t("screen");
    case "screen_audio":
      return t("sound of the screen");
    case undefined:
      return "";
  }
}

const LAYERS = { q: () => t("small"), h: () => t("medium"), f: () => t("full") } as const;

@customElement("stoa-diagnostics")
export class Diagnostics extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "chat",
    "unread",
    "notices",
    "reactions",
    "devices",
    "cost",
  ] as const;
  @property({ attribute: false }) state!: State;
  @local() private copied = false;

  #name(row: StatsRow): string {
    const received = this.state.received.get(row.publication);
    const person = received && this.state.participants.get(received.publication.participant);
    const who = row.direction === "up" ? t("You") : (person?.name ?? "");
    return [who, sourceWords(received?.publication.source)].filter(Boolean).join(", ") || row.kind;
  }

  #cells(row: StatsRow): readonly (readonly [string, string])[] {
    const received = this.state.received.get(row.publication);
    const layer =
      row.layer === "q" || row.layer === "h" || row.layer === "f" ? `${LAYERS[row.layer]()} (${row.layer})` : row.layer;
    const picture: readonly (readonly [string, string])[] =
      row.kind === "video"
        ? [
            [t("Size"), row.width ? `${row.width} × ${row.height}` : "–"],
            [t("Frames a second"), String(Math.round(row.fps))],
            [t("Layer"), layer || "–"],
          ]
        : [];
    const why = row.direction === "down" && row.kind === "video" ? reasonWords(received?.reason ?? "") : "";
    return [
      [t("Bitrate"), kbit(row.bitrate_bps)],
      [t("Loss"), `${(row.loss * 100).toFixed(1)} %`],
      [t("Jitter"), `${Math.round(row.jitter_ms)} ms`],
      [t("Codec"), row.codec || "–"],
      ...picture,
      ...(why ? ([[t("Why this layer"), why]] as const) : []),
    ];
  }

  #text(): string {
    const { state } = this;
    const s = state.stats;
    if (!s) return "";
    const head = [
      new Date(s.at_ms).toISOString(),
      `${t("Connection")}: ${connectionWords(state.connection).word}`,
      `${t("Round trip")}: ${Math.round(s.roundTrip_ms)} ms`,
      `${t("Sent")}: ${kbit(s.up_bps)}`,
      `${t("Received")}: ${kbit(s.down_bps)}`,
      navigator.userAgent,
    ];
    return [
      ...head,
      ...s.rows.map(
        (row) =>
          `${row.direction === "up" ? "↑" : "↓"} ${this.#name(row)} [${row.publication}]: ${this.#cells(row)
            .map(([k, v]) => `${k} ${v}`)
            .join("; ")}`,
      ),
    ].join("\n");
  }

  async #copy(): Promise<void> {
    const text = this.#text();
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    this.copied = true;
  }

  #rows(rows: readonly StatsRow[], heading: string): TemplateResult | typeof nothing {
    if (rows.length === 0) return nothing;
    return html`<h3>${heading}</h3>
      ${rows.map(
        (row) =>
          html`<div class="stat">
            <h4 class="clip">${icon(row.kind === "audio" ? "mic" : "video")}${this.#name(row)}</h4>
            <dl>
              ${this.#cells(row).map(
                ([key, value]) =>
                  html`<div>
                    <dt>${key}</dt>
                    <dd>${value}</dd>
                  </div>`,
              )}
            </dl>
          </div>`,
      )}`;
  }

  protected override render(): unknown {
    const { state } = this;
    const line = connectionWords(state.connection);
    const s = state.stats;
    return html`<div class="scroll diag" tabindex="0" role="group" aria-label=${t("Connection in figures")}>
      <div class="notice ${state.connection === "good" ? "good" : "warn"}">
        ${icon(line.icon)}
        <div>
          <p><strong>${line.word}</strong></p>
          <p>${line.why}</p>
        </div>
      </div>
      ${
        s === null
          ? html`<p class="sub">${t("The first figures come within a few seconds.")}</p>`
          : html`<dl class="sums">
                <div>
                  <dt>${t("Round trip")}</dt>
                  <dd>${Math.round(s.roundTrip_ms)} ms</dd>
                </div>
                <div>
                  <dt>${t("Sent")}</dt>
                  <dd>${kbit(s.up_bps)}</dd>
                </div>
                <div>
                  <dt>${t("Received")}</dt>
                  <dd>${kbit(s.down_bps)}</dd>
                </div>
              </dl>
              ${this.#rows(
                s.rows.filter((r) => r.direction === "up"),
                t("You send"),
              )}
              ${this.#rows(
                s.rows.filter((r) => r.direction === "down"),
                t("You receive"),
              )}
              ${navigator.clipboard ? html`<button type="button" class="btn" @click=${() => void this.#copy()}>${icon(this.copied ? "check" : "copy")}<span role="status">${this.copied ? t("Copied") : t("Copy as text")}</span></button>` : nothing}
              <details class="fold">
                <summary>
                  ${icon("info")}<span class="grow">${t("What the words mean")}</span>${icon("chevron-down", "", "chev")}
                </summary>
                <p class="sub">
                  ${t("Round trip: how long a question and its answer travel; below 200 ms one talks without noticing. Loss: what did not arrive; above 3 % one sees and hears it. Jitter: how unevenly it arrives; above 30 ms voices may stutter. Layer: which of the sizes that the sender offers you are sent.")}
                </p>
              </details>`
      }
    </div>`;
  }
}
