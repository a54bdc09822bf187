// <stoa-recording src="…/master.m3u8" poster label>: plays an asset in the library. hls.js is fetched only when it is needed.
import { t } from "../shared/i18n";

export class StoaRecording extends HTMLElement {
  #end: () => void = () => undefined;

  connectedCallback(): void {
    const src = this.getAttribute("src") ?? "";
    const video = document.createElement("video");
    video.controls = true;
    video.playsInline = true;
    video.preload = "metadata";
    video.setAttribute("aria-label", this.getAttribute("label") ?? "");
    const poster = this.getAttribute("poster");
    if (poster) video.poster = poster;
    video.append(...this.querySelectorAll("track"));
    this.append(video);
    if (!src) return;
    if (video.canPlayType("application/vnd.apple.mpegurl")) video.src = src;
    else void this.#stream(video, src);
  }

  disconnectedCallback(): void {
    this.#end();
    this.querySelector("video")?.remove();
  }

  async #stream(video: HTMLVideoElement, src: string): Promise<void> {
    const { default: Hls } = await import("hls.js");
    if (!this.isConnected) return;
    const hls = new Hls({ enableWorker: true });
    this.#end = () => hls.destroy();
    hls.on(Hls.Events.ERROR, (_event, data) => {
      if (!data.fatal) return;
      const words = document.createElement("p");
      words.className = "notice bad";
      words.setAttribute("role", "alert");
      words.textContent = t("This can't be played now. Please reload the page.");
      this.append(words);
      hls.destroy();
    });
    hls.loadSource(src);
    hls.attachMedia(video);
  }
}

customElements.define("stoa-recording", StoaRecording);
