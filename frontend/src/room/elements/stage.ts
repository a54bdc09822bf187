// The meeting itself: top line, pictures, side panel, controls, and what floats above them.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, query, state as local } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { RoomConfig } from "../config";
import { Speaking } from "../speaking";
import type { Intent, State } from "../state";
import { Wants } from "../wants";
import type { DialogSpec } from "./dialog";
import type { Menu } from "./menu";
import { leaveDialog, moreItems, reactionRow } from "./more";
import { Part, isHost, screens } from "./part";
import { Float, canFloat } from "./pip";
import { listenForKeys, shortcutsDialog } from "./shortcuts";
import "./announcer";
import "./controls";
import "./dialog";
import "./focus-view";
import "./grid-view";
import "./invite";
import "./panel";
import "./reactions";
import "./toasts";
import "./top";

const TICK_MS = 200;
const ADVISE_AFTER_MS = 10_000;

@customElement("stoa-stage")
export class Stage extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) config!: RoomConfig;
  @local() private dialog: DialogSpec | null = null;
  @local() private pageIndex = 0;
  @local() private speaking: ReadonlySet<string> = new Set();
  @local() private phone = false;
  @local() private narrow = false;
  @local() private full = false;
  @local() private soundOnly = false;
  @local() private advise = false; // the line has been weak for a while
  @query("#more") private menu!: Menu | null;

  #voices = new Speaking();
  #last = ""; // who spoke last
  #timer = 0;
  #weakSince = 0; // ms, 0 not weak; -1 the advice was declined
  #closed = new AbortController();
  readonly #wants = new Wants((publication, max_height_px) => {
    if (this.isConnected) this.ask({ do: "want", publication, max_height_px }); // it waits a little; the page may be gone
  });
  readonly #float = new Float(
    (detail) => this.ask(detail),
    () => this.#visibility(),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#closed = new AbortController();
    const { signal } = this.#closed;
    const phone = matchMedia("(width < 600px)");
    const narrow = matchMedia("(width < 960px)");
    const measure = (): void => {
      this.phone = phone.matches;
      this.narrow = narrow.matches;
    };
    phone.addEventListener("change", measure, { signal });
    narrow.addEventListener("change", measure, { signal });
    measure();
    document.addEventListener("visibilitychange", () => this.#visibility(), { signal });
    document.addEventListener(
      "fullscreenchange",
      () => {
        this.full = document.fullscreenElement === document.documentElement;
      },
      { signal },
    );
    listenForKeys(
      {
        state: () => this.state,
        ask: (detail) => this.ask(detail),
        fullScreen: () => this.#toggleFull(),
        help: () => this.showShortcuts(),
      },
      signal,
    );
    this.#timer = window.setInterval(() => {
      if (this.#voices.pending) this.#listen();
      this.advise = this.#weakSince > 0 && Date.now() - this.#weakSince > ADVISE_AFTER_MS;
    }, TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#closed.abort();
    clearInterval(this.#timer);
    this.#float.close();
    if (document.fullscreenElement) void document.exitFullscreen();
  }

  #visibility(): void {
    this.#wants.hide(document.hidden && !this.#float.open);
  }

  #listen(): void {
    const now = this.#voices.step(this.state.speaking, Date.now());
    if (now.size === this.speaking.size && [...now].every((id) => this.speaking.has(id))) return;
    this.speaking = now;
    const other = [...now].find((id) => id !== this.state.own.id);
    if (other) this.#last = other;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("state")) return;
    this.#listen();
    if (this.state.connection !== "weak") this.#weakSince = Math.min(this.#weakSince, 0);
    else if (this.#weakSince === 0) this.#weakSince = Date.now();
    const { received, own } = this.state;
    const pictures = [...received.values()].filter(
      (r) => r.publication.participant !== own.id && (r.publication.source === "camera" || r.publication.source === "screen"),
    );
    this.#wants.know(new Set(pictures.map((r) => r.publication.id)));
  }

  protected override updated(): void {
    this.#float.draw(this.state, this.#focused() || this.state.own.id, this.#wants);
  }

  showShortcuts(): void {
    this.dialog = shortcutsDialog();
  }

  /** Whoever belongs in the large picture when no screen is shared. */
  #focused(): string {
    const { state } = this;
    const pinned = state.pinned.split(":")[0] ?? "";
    if (state.participants.has(pinned)) return pinned;
    if (this.#last && state.participants.has(this.#last)) return this.#last;
    const spoke = [...state.lastSpoke]
      .filter(([id]) => id !== state.own.id && state.participants.has(id))
      .sort((a, b) => b[1] - a[1])[0];
    return spoke?.[0] ?? [...state.participants.keys()].find((id) => id !== state.own.id) ?? state.own.id;
  }

  #pictures(): TemplateResult {
    const { state } = this;
    const shared = screens(state).length > 0;
    const pinnedPerson = state.pinned.endsWith(":camera") && state.participants.has(state.pinned.slice(0, -":camera".length));
    const focus = state.layout === "speaker" || (state.layout === "auto" && (shared || pinnedPerson));
    if (!focus || (state.participants.size === 1 && !shared))
      return html`<stoa-grid-view
        .state=${state}
        .speaking=${this.speaking}
        .wants=${this.#wants}
        ?soundOnly=${this.soundOnly}
        ?phone=${this.phone}
        .pageIndex=${this.pageIndex}
        @room-page=${(event: CustomEvent<number>) => {
          this.pageIndex = event.detail;
        }}
      ></stoa-grid-view>`;
    const main = shared && !pinnedPerson ? "" : this.#focused();
    return html`<stoa-focus-view
      .state=${state}
      .speaking=${this.speaking}
      .wants=${this.#wants}
      .main=${main}
      ?soundOnly=${this.soundOnly}
      ?narrow=${this.narrow}
    ></stoa-focus-view>`;
  }

  /** Somebody waits and a host does not look at the list: say so. */
  #knocking(): TemplateResult | typeof nothing {
    const { state } = this;
    const first = state.waiting[0];
    if (!first || !isHost(state) || state.panel === "people") return nothing;
    const count = state.waiting.length;
    return html`<div class="knocking" role="status">
      <span class="grow"
        >${count === 1 ? t("{name} waits to be let in.", { name: first.name }) : t("{name} and others wait to be let in: {count}", { name: first.name, count })}</span
      >
      ${count === 1 ? html`<button type="button" class="btn primary" @click=${() => this.ask({ do: "admit", waiting: first.id })}>${t("Admit")}</button>` : nothing}
      <button type="button" class="btn" @click=${() => this.ask({ do: "panel", panel: "people" })}>${t("Who waits")}</button>
    </div>`;
  }

  /** Without pictures a weak line carries the voices. One's own camera goes off too; shared screens stay. */
  #setSoundOnly(on: boolean): void {
    this.soundOnly = on;
    if (on && this.state.own.cameraOn) this.ask({ do: "camera", on: false });
  }

  #advice(): TemplateResult | typeof nothing {
    if (!this.advise || this.soundOnly) return nothing;
    return html`<div class="knocking" role="status">
      <span class="grow">${t("Your line is weak. Without pictures the sound is steadier.")}</span>
      <button type="button" class="btn primary" @click=${() => this.#setSoundOnly(true)}>${t("Sound only")}</button>
      <button type="button" class="btn" @click=${() => this.#declineAdvice()}>${t("Go on as it is")}</button>
    </div>`;
  }

  #declineAdvice(): void {
    this.#weakSince = -1;
    this.advise = false;
  }

  #leave(): void {
    const ask = (detail: Intent): void => this.ask(detail);
    if (isHost(this.state) && this.state.participants.size > 1) this.dialog = leaveDialog(ask);
    else this.ask({ do: "leave" });
  }

  #toggleFull(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen();
  }

  protected override render(): unknown {
    const { state, config } = this;
    const ask = (detail: Intent): void => this.ask(detail);
    const alone = state.participants.size <= 1 && screens(state).length === 0;
    const more = moreItems(state, {
      ask,
      dialog: (spec) => {
        this.dialog = spec;
      },
      fullScreen: () => this.#toggleFull(),
      pictureInPicture: canFloat()
        ? () =>
            void this.#float
              .show(
                this.querySelector<HTMLVideoElement>(".focus-main video") ??
                  this.querySelector(`[data-participant="${this.#focused()}"] video`),
              )
              .then(() => this.requestUpdate())
        : null,
      shortcuts: () => this.showShortcuts(),
      full: this.full,
      soundOnly: this.soundOnly,
      setSoundOnly: (on) => this.#setSoundOnly(on),
    });
    return html`<div
      class="stage-page"
      @room-dialog=${(event: CustomEvent<DialogSpec>) => {
        this.dialog = event.detail;
      }}
      @room-full-screen=${() => this.#toggleFull()}
      @room-leave=${() => this.#leave()}
    >
      <stoa-top .state=${state} .heading=${config.title} .organisation=${config.organisation} ?full=${this.full}></stoa-top>
      <main class="stage-body ${state.panel === "none" ? "" : "with-panel"}" id="main">
        <div class="scene">
          ${this.#pictures()}
          ${
            alone
              ? html`<div class="alone">
                  <h2>${t("Nobody else is here yet")}</h2>
                  <p>
                    ${config.join_url ? t("Send the link to those you want to meet. They need nothing but a browser.") : t("As soon as somebody comes in, you see them here.")}
                  </p>
                  ${config.join_url ? html`<stoa-invite .link=${config.join_url}></stoa-invite>` : nothing}
                </div>`
              : nothing
          }
          <stoa-reactions .state=${state}></stoa-reactions>
          <stoa-toasts .notices=${state.notices} ?microphoneOn=${state.own.microphoneOn}></stoa-toasts>
          <div class="banners">${this.#knocking()}${this.#advice()}</div>
        </div>
        ${state.panel === "none" ? nothing : html`<stoa-panel .state=${state} .speaking=${this.speaking} .link=${config.join_url}></stoa-panel>`}
      </main>
      <stoa-controls
        .state=${state}
        .more=${more}
        .reactions=${reactionRow(state, ask, () => this.menu?.querySelector<HTMLElement>("[popover]")?.hidePopover())}
      ></stoa-controls>
      <stoa-announcer .state=${state}></stoa-announcer>
      <stoa-dialog
        .spec=${this.dialog}
        @dialog-closed=${() => {
          this.dialog = null;
        }}
      ></stoa-dialog>
    </div>`;
  }
}
