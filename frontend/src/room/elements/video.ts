// One moving picture. Tells how large it is shown, so that no larger one is sent.
import { html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { wantedHeight } from "../grid";
import type { Wants } from "../wants";
import { Part } from "./part";

@customElement("stoa-video")
export class Video extends Part {
  @property({ attribute: false }) track: MediaStreamTrack | null = null;
  @property({ attribute: false }) publication = ""; // "" for one's own: nothing is wanted
  @property({ attribute: false }) wants: Wants | null = null;
  @property({ type: Boolean }) mirrored = false;
  @property({ type: Boolean }) whole = false; // never cropped
  @query("video") readonly video!: HTMLVideoElement | null;

  #observer: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(this);
    if (this.video?.srcObject && this.video.paused) this.video.autoplay = true;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observer = null;
    if (this.publication) this.wants?.drop(this, this.publication);
  }

  #measure(): void {
    if (!this.publication || !this.isConnected) return;
    const ratio = this.ownerDocument.defaultView?.devicePixelRatio ?? 1;
    this.wants?.show(this, this.publication, wantedHeight(this.clientWidth, this.clientHeight, ratio, !this.whole));
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("track") && this.video) this.video.srcObject = this.track ? new MediaStream([this.track]) : null;
    if (changed.has("publication")) {
      const before = changed.get("publication");
      if (typeof before === "string" && before) this.wants?.drop(this, before);
      this.#measure();
    }
  }

  protected override render(): unknown {
    return html`<video
      class="${this.mirrored ? "mirrored" : ""} ${this.whole ? "whole" : ""}"
      autoplay
      playsinline
      disablepictureinpicture
      .muted=${true}
      aria-hidden="true"
      tabindex="-1"
    ></video>`;
  }
}
