// Everybody in equal tiles, a page at a time.
import { html, nothing } from "lit";
import { customElement, property, query, state as local } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../shared/i18n";
import { PER_PAGE, fit } from "../grid";
import { gridOrder, hands, page } from "../order";
import type { State } from "../state";
import type { Wants } from "../wants";
import { icon } from "./icons";
import { Part, screens } from "./part";
import "./share";
import "./tile";

@customElement("stoa-grid-view")
export class GridView extends Part {
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
  @property({ type: Boolean }) phone = false;
  @property({ type: Number }) pageIndex = 0;
  @local() private box = { width_px: 0, height_px: 0 };
  @query(".tiles") private tiles!: HTMLElement | null;
  #observer: ResizeObserver | null = null;

  protected override firstUpdated(): void {
    this.#watch();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  #watch(): void {
    if (!this.tiles) return;
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry) this.box = { width_px: Math.floor(entry.contentRect.width), height_px: Math.floor(entry.contentRect.height) };
    });
    this.#observer.observe(this.tiles);
  }

  #turn(by: number): void {
    this.tell("room-page", this.pageIndex + by);
  }

  protected override updated(): void {
    const { ids, shares } = this.#shown();
    const best = fit(ids.length + shares.length, this.box.width_px, this.box.height_px);
    this.tiles?.style.setProperty("--cols", String(best.cols));
    this.tiles?.style.setProperty("--tile-w", best.width_px ? `${best.width_px}px` : "1fr");
    this.tiles?.style.setProperty("--tile-h", best.height_px ? `${best.height_px}px` : "auto");
  }

  #shown(): { ids: readonly string[]; shares: ReturnType<typeof screens>; index: number; count: number } {
    const { state } = this;
    const standing = {
      participants: state.participants,
      own: state.own.id,
      speaking: this.speaking,
      lastSpoke: state.lastSpoke,
      pinned: state.pinned.split(":")[0] ?? "",
      presenters: [],
      hideSelf: state.own.hideSelf,
    };
    const shares = screens(state);
    const perPage = Math.max(1, (this.phone ? PER_PAGE.phone : PER_PAGE.desktop) - shares.length);
    const at = page(gridOrder(standing), perPage, this.pageIndex, standing);
    return { ids: at.ids, shares, index: at.index, count: at.count };
  }

  protected override render(): unknown {
    const { state } = this;
    const { ids, shares, index, count } = this.#shown();
    const queue = hands(state.participants);
    return html`<div class="grid-view">
      <div class="tiles">
        ${repeat(
          shares,
          (p) => p.id,
          (p) => html`<stoa-share class="tile" .state=${state} .publication=${p.id} .wants=${this.wants}></stoa-share>`,
        )}
        ${repeat(
          ids,
          (id) => id,
          (id) => {
            const person = state.participants.get(id);
            return person
              ? html`<stoa-tile
                  .state=${state}
                  .person=${person}
                  ?speaking=${this.speaking.has(id)}
                  .hand=${queue.get(id) ?? 0}
                  ?soundOnly=${this.soundOnly}
                  .wants=${this.wants}
                ></stoa-tile>`
              : nothing;
          },
        )}
      </div>
      ${
        count > 1
          ? html`<nav class="pages" aria-label=${t("Pages of people")}>
              <button
                type="button"
                class="btn icon"
                aria-label=${t("Previous page")}
                title=${t("Previous page")}
                ?disabled=${index === 0}
                @click=${() => this.#turn(index - this.pageIndex - 1)}
              >
                ${icon("chevron-left")}
              </button>
              <span class="num" role="status">${t("{page} of {pages}", { page: index + 1, pages: count })}</span>
              <button
                type="button"
                class="btn icon"
                aria-label=${t("Next page")}
                title=${t("Next page")}
                ?disabled=${index === count - 1}
                @click=${() => this.#turn(index - this.pageIndex + 1)}
              >
                ${icon("chevron-right")}
              </button>
            </nav>`
          : nothing
      }
    </div>`;
  }
}
