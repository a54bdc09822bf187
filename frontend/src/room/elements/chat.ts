// The chat: to everyone, or to one person where that is allowed.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, query, state as local } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../shared/i18n";
import { type Piece, pieces } from "../links";
import type { ChatMessage } from "../protocol.gen";
import type { State } from "../state";
import { avatar, langOf } from "./avatar";
import { icon } from "./icons";
import { Part, may } from "./part";
import { clock } from "./words";

const LONGEST = 4000;

@customElement("stoa-chat")
export class Chat extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "stats",
    "notices",
    "reactions",
    "received",
    "devices",
    "cost",
    "waiting",
  ] as const;
  @property({ attribute: false }) state!: State;
  @local() private to = ""; // participant id, "" everyone
  @local() private toName = "";
  @query(".scroll") private list!: HTMLElement | null;
  @query("textarea") private box!: HTMLTextAreaElement | null;
  #following = true;
  #count = -1;

  protected override updated(): void {
    if (this.state.chat.length === this.#count) return;
    this.#count = this.state.chat.length;
    if (this.#following && this.list) this.list.scrollTop = this.list.scrollHeight;
  }

  /** Whom a message goes to: participant id, "" everyone. Where only private words are allowed, the first of the others. */
  #addressee(): string {
    if (this.to !== "" || may(this.state, "chat")) return this.to;
    return [...this.state.participants.keys()].find((id) => id !== this.state.own.id) ?? "";
  }

  #send(): void {
    const text = this.box?.value.trim() ?? "";
    const to = this.#addressee();
    if (!text || !this.box || (to !== "" && !this.state.participants.has(to))) return; // never to others than was meant
    this.ask({ do: "chat", text, to: to || null });
    this.box.value = "";
    this.#following = true;
    this.#grow();
  }

  /** Enter sends, unless it ends a composition (Chinese input) or Shift asks for a new line. */
  #key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === "Escape") {
      this.tell("panel-escape");
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #grow(): void {
    const box = this.box;
    if (!box) return;
    box.style.blockSize = "auto";
    box.style.blockSize = `${Math.min(box.scrollHeight + 2, 144)}px`;
  }

  #piece({ text, href }: Piece): TemplateResult | string {
    return href ? html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${text}</a>` : text;
  }

  #message(message: ChatMessage): TemplateResult {
    const own = message.author === this.state.own.id;
    const lang = langOf(message.text);
    return html`<li class="msg ${message.to ? "private" : ""}">
      ${avatar(message.author_name, message.author_colour, "sm")}
      <p class="by">
        <span class="clip" lang=${langOf(message.author_name) || nothing}>${own ? t("You") : message.author_name}</span
        ><time class="num" datetime=${new Date(message.sent_ms).toISOString()}>${clock(message.sent_ms)}</time>
        ${message.to ? html`<span class="badge">${icon("lock")}${own ? t("to {name} only", { name: message.to_name }) : t("to you only")}</span>` : nothing}
      </p>
      <p class="text" lang=${lang || nothing}>
        <span class="said">${pieces(message.text).map((piece) => this.#piece(piece))}</span>
      </p>
    </li>`;
  }

  protected override render(): unknown {
    const { state } = this;
    const open = may(state, "chat");
    const alone = may(state, "private_chat");
    const others = [...state.participants.values()].filter((p) => p.id !== state.own.id);
    const to = this.#addressee();
    const chosen = others.find((p) => p.id === to);
    const gone = to !== "" && !chosen;
    return html`<div
        class="scroll"
        role="log"
        tabindex="0"
        aria-label=${t("Messages")}
        @scroll=${() => {
          const l = this.list;
          if (l) this.#following = l.scrollHeight - l.scrollTop - l.clientHeight < 48;
        }}
      >
        ${
          state.chat.length === 0
            ? html`<div class="none">
                ${icon("message-square")}
                <p>
                  ${t("No messages yet. What is written here can be read by everybody in the meeting, also by those who come later.")}
                </p>
              </div>`
            : html`<ul class="msgs">
                ${repeat(
                  state.chat,
                  (m) => m.id,
                  (m) => this.#message(m),
                )}
              </ul>`
        }
      </div>
      ${
        open || alone
          ? html`<form
              class="compose"
              @submit=${(event: Event) => {
                event.preventDefault();
                this.#send();
              }}
            >
              ${
                alone && others.length
                  ? html`<div class="to">
                      <label for="chat-to">${t("To")}</label
                      ><select
                        class="input"
                        id="chat-to"
                        @change=${(event: Event) => {
                          this.to = (event.target as HTMLSelectElement).value;
                          this.toName = others.find((p) => p.id === this.to)?.name ?? "";
                        }}
                      >
                        ${open ? html`<option value="" ?selected=${to === ""}>${t("Everyone")}</option>` : nothing}
                        ${gone ? html`<option value=${to} selected>${this.toName}</option>` : nothing}
                        ${others.map((p) => html`<option value=${p.id} ?selected=${p.id === to}>${p.name}</option>`)}
                      </select>
                    </div>`
                  : nothing
              }
              ${gone ? html`<p class="sub" role="alert">${t("{name} has left. Choose who shall read this.", { name: this.toName })}</p>` : nothing}
              <div class="line">
                <label class="sr" for="chat-box">${t("Message")}</label>
                <textarea
                  class="input"
                  id="chat-box"
                  rows="1"
                  maxlength=${LONGEST}
                  autocomplete="off"
                  placeholder=${chosen ? t("Message to {name}", { name: chosen.name }) : t("Message to everyone")}
                  @keydown=${(event: KeyboardEvent) => this.#key(event)}
                  @input=${() => this.#grow()}
                ></textarea>
                <button class="btn icon" aria-label=${t("Send")} title=${t("Send")}>${icon("send")}</button>
              </div>
            </form>`
          : html`<p class="compose-off">${t("The hosts have switched writing off. You can read here.")}</p>`
      }`;
  }
}
