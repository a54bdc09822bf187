// One large picture (a shared screen, whoever is pinned, or who speaks) with the others in a strip beside it.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, query, state as local } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../shared/i18n";
import { hands, stripOrder } from "../order";
import type { State } from "../state";
import type { Wants } from "../wants";
import { icon } from "./icons";
import { Part, screens } from "./part";
import "./share";
import "./tile";

const STRIP_PX = 216; // 13.5rem
const TILE_PX = (STRIP_PX * 10) / 16;
const MORE_PX = 52;
const PHONE_TILES = 12;
const MOST_SHARES = 4; // side by side; the others by their buttons
const FIRST_PX = 720; // until it is measured

@customElement("stoa-focus-view")
export class FocusView extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "chat",
    "unread",
    "stats",
    "notices",
    "reactions",
    "panel",
    "waiting",
    "devices",
    "cost",
  ] as const;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) speaking: ReadonlySet<string> = new Set();
  @property({ attribute: false }) wants!: Wants;
  @property({ type: Boolean }) soundOnly = false;
  @property() main = ""; // participant id, or "" for a share
  @property({ type: Boolean }) narrow = false;
  @local() private height_px = 0;
  @local() private chosen = ""; // publication id of a share
  @query(".film") private film!: HTMLElement | null;
  #observer: ResizeObserver | null = null;
  #watched: HTMLElement | null = null;

  protected override updated(): void {
    if (this.#watched === this.film) return;
    this.#observer?.disconnect();
    this.#watched = this.film;
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry) this.height_px = entry.contentRect.height;
    });
    if (this.film) this.#observer.observe(this.film);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#watched = null;
  }

  #tile(id: string, whole: boolean, queue: ReadonlyMap<string, number>): TemplateResult | typeof nothing {
    const person = this.state.participants.get(id);
    if (!person) return nothing;
    return html`<stoa-tile
      .state=${this.state}
      .person=${person}
      ?speaking=${this.speaking.has(id)}
      .hand=${queue.get(id) ?? 0}
      ?soundOnly=${this.soundOnly}
      .wants=${this.wants}
      ?whole=${whole}
    ></stoa-tile>`;
  }

  protected override render(): unknown {
    const { state } = this;
    const shares = screens(state);
    const chosen = shares.find((p) => p.id === this.chosen) ?? shares.find((p) => state.pinned === `${p.participant}:screen`);
    // Several are shown together where there is room for them; one at a time on a phone.
    const shown_shares = chosen ? [chosen] : this.narrow ? shares.slice(-1) : shares.slice(-MOST_SHARES);
    const queue = hands(state.participants);
    const order = stripOrder({
      participants: state.participants,
      own: state.own.id,
      speaking: this.speaking,
      lastSpoke: state.lastSpoke,
      pinned: "",
      presenters: shares.map((p) => p.participant),
      hideSelf: state.own.hideSelf,
    }).filter((id) => id !== this.main);
    const height_px = this.height_px || FIRST_PX;
    const fits = Math.max(1, Math.floor((height_px + 8) / (TILE_PX + 8)));
    const room = this.narrow
      ? PHONE_TILES
      : order.length <= fits
        ? fits
        : Math.max(1, Math.floor((height_px - MORE_PX + 8) / (TILE_PX + 8)));
    const shown = order.slice(0, room);
    const rest = order.length - shown.length;
    return html`<div class="focus-view">
      <div class="focus-main">
        ${
          shares.length > 1 && this.main === ""
            ? html`<div class="switcher" role="group" aria-label=${t("Shared screens")}>
                ${
                  this.narrow
                    ? nothing
                    : html`<button
                        type="button"
                        class="btn"
                        aria-pressed=${String(!chosen)}
                        @click=${() => {
                          this.chosen = "";
                        }}
                      >
                        ${icon("layout-grid")}${t("All screens")}
                      </button>`
                }
                ${shares.map(
                  (p) =>
                    html`<button
                      type="button"
                      class="btn"
                      aria-pressed=${String(shown_shares.length === 1 && p === shown_shares[0])}
                      @click=${() => {
                        this.chosen = p.id;
                      }}
                    >
                      ${icon("screen-share")}<span class="clip">${state.participants.get(p.participant)?.name ?? ""}</span>
                    </button>`,
                )}
              </div>`
            : nothing
        }
        ${this.main ? html`<div class="big">${this.#tile(this.main, true, queue)}</div>` : shown_shares.length ? html`<div class="big shares" data-count=${shown_shares.length}>
              ${repeat(shown_shares, ({ id }) => id, ({ id }) => html`<stoa-share .state=${state} .publication=${id} .wants=${this.wants}></stoa-share>`)}
            </div>` : nothing}
      </div>
      ${
        order.length
          ? html`<div class="film" role="group" aria-label=${t("Participants")}>
              ${repeat(
                shown,
                (id) => id,
                (id) => this.#tile(id, false, queue),
              )}
              ${rest > 0 ? html`<button type="button" class="btn more" @click=${() => this.ask({ do: "panel", panel: "people" })}>${icon("users")}${t("{count} more", { count: rest })}</button>` : nothing}
            </div>`
          : nothing
      }
    </div>`;
  }
}
