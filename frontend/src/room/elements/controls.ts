// The bar of controls. Its order never changes: microphone, camera, share, hand | chat, people, more | leave.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { Capability } from "../protocol.gen";
import type { State } from "../state";
import { type IconName, icon } from "./icons";
import type { MenuItem } from "./menu";
import { Part, isHost, may } from "./part";
import "./menu";

interface Control {
  readonly word: string;
  readonly icon: IconName;
  readonly run: () => void;
  readonly off?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly needs?: Capability;
  readonly desk?: boolean;
  readonly count?: number;
  readonly says?: string; // for the count
}

@customElement("stoa-controls")
export class Controls extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "chat",
    "stats",
    "notices",
    "reactions",
    "received",
    "devices",
    "cost",
  ] as const;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) more: readonly MenuItem[] = [];
  @property({ attribute: false }) reactions: TemplateResult | null = null;

  #control(c: Control): TemplateResult {
    const barred = c.needs !== undefined && !may(this.state, c.needs);
    return html`<button
      type="button"
      class="ctl ${c.off ? "off" : ""} ${c.desk ? "desk" : ""}"
      aria-pressed=${c.pressed === undefined ? nothing : String(c.pressed)}
      aria-expanded=${c.expanded === undefined ? nothing : String(c.expanded)}
      aria-disabled=${barred ? "true" : nothing}
      title=${barred ? t("A host has switched this off") : nothing}
      @click=${() => {
        if (!barred) c.run();
      }}
    >
      ${icon(c.icon)}<span>${c.word}</span>${c.count ? html`<span class="count"><span aria-hidden="true">${c.count > 99 ? "99+" : c.count}</span><span class="sr">${c.says ?? c.count}</span></span>` : nothing}
    </button>`;
  }

  protected override render(): unknown {
    const { state } = this;
    const { own } = state;
    const raised = state.participants.get(own.id)?.hand_at_ms != null;
    const toggle = (panel: "chat" | "people") => () => this.ask({ do: "panel", panel: state.panel === panel ? "none" : panel });
    const people = isHost(state) && state.waiting.length ? state.waiting.length : state.participants.size;
    const says =
      isHost(state) && state.waiting.length
        ? t("{count} waiting", { count: state.waiting.length })
        : t("{count} in the room", { count: people });
    return html`<footer class="bar-foot">
      <div
        class="bar"
        role="toolbar"
        aria-label=${t("Meeting controls")}
        @keydown=${(event: KeyboardEvent) => this.#arrows(event)}
      >
        ${this.#control({ word: own.microphoneOn ? t("Mute") : t("Unmute"), icon: own.microphoneOn ? "mic" : "mic-off", off: !own.microphoneOn, needs: own.microphoneOn ? undefined : "microphone", run: () => this.ask({ do: "microphone", on: !own.microphoneOn }) } as Control)}
        ${this.#control({ word: own.cameraOn ? t("Stop video") : t("Start video"), icon: own.cameraOn ? "video" : "video-off", off: !own.cameraOn, needs: own.cameraOn ? undefined : "camera", run: () => this.ask({ do: "camera", on: !own.cameraOn }) } as Control)}
        ${this.#control({ word: own.sharing ? t("Stop sharing") : t("Share"), icon: own.sharing ? "screen-share-off" : "screen-share", pressed: own.sharing, desk: true, needs: own.sharing ? undefined : "share", run: () => this.ask({ do: "share", on: !own.sharing }) } as Control)}
        ${this.#control({ word: raised ? t("Lower hand") : t("Raise hand"), icon: "hand", pressed: raised, run: () => this.ask({ do: "hand", raised: !raised }) })}
        <span class="gap"></span>
        ${this.#control({ word: t("Chat"), icon: "message-square", expanded: state.panel === "chat", desk: true, count: state.unread, says: t("{count} unread", { count: state.unread }), run: toggle("chat") })}
        ${this.#control({ word: t("People"), icon: "users", expanded: state.panel === "people", desk: true, count: people, says, run: toggle("people") })}
        <stoa-menu
          id="more"
          class="more-menu"
          look="ctl"
          .word=${t("More")}
          icon="ellipsis"
          .items=${this.more}
          .above=${this.reactions}
          ?dot=${state.unread > 0 || (isHost(state) && state.waiting.length > 0)}
        ></stoa-menu>
        <span class="gap"></span>
        <button type="button" class="ctl leave" @click=${() => this.tell("room-leave")}>
          ${icon("log-out")}<span>${t("Leave")}</span>
        </button>
      </div>
    </footer>`;
  }

  /** A toolbar: Left and Right go along it, beside Tab. */
  #arrows(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const buttons = [...this.querySelectorAll<HTMLButtonElement>(".bar > .ctl, .more-menu > .ctl")].filter(
      (b) => b.getClientRects().length > 0,
    );
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (here < 0) return;
    event.preventDefault();
    const forward = (event.key === "ArrowRight") !== (getComputedStyle(this).direction === "rtl");
    buttons.at((here + (forward ? 1 : -1)) % buttons.length)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "stoa-controls": Controls;
  }
}
