import Hls from "hls.js";
import { LitElement, type TemplateResult, html, nothing } from "lit";
import { t } from "../shared/i18n";
import { type Note, type Pause, type PlayerData, type Standing, type Track, post } from "./data";
import { due } from "./pauses";
import { Reporter } from "./reporter";
import { allowed, clock } from "./spans";

interface Line {
  start: number;
  text: string;
}

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

export class StoaPlayer extends LitElement {
  static override properties = {
    lines: { state: true }, chapters: { state: true }, notes: { state: true }, sought: { state: true }, now: { state: true }, at: { state: true },
    levels: { state: true }, standing: { state: true }, problem: { state: true },
    pause: { state: true }, shown: { state: true },
  };
  declare lines: Line[];
  declare chapters: Line[];
  declare notes: Note[];
  declare sought: string;
  declare now: number;
  declare at: number;
  declare levels: number[];
  declare standing: Standing | null;
  declare problem: string;
  declare pause: Pause | null;
  declare shown: string; // the language of the captions in the picture, "": none
  #data!: PlayerData;
  #hls: Hls | null = null;
  #reporter: Reporter | null = null;
  #closed = new AbortController();
  #reached = 0;
  #asked = new Set<string>();
  #was = 0; // where the picture stood at the tick before

  constructor() {
    super();
    Object.assign(this, { lines: [], chapters: [], notes: [], sought: "", now: -1, at: 0, levels: [], standing: null, problem: "", pause: null, shown: "" });
  }

  protected override createRenderRoot(): this {
    return this; // the look comes from components.css and courses.css
  }

  override connectedCallback(): void {
    this.#data = JSON.parse(this.querySelector("script")?.textContent ?? "{}") as PlayerData;
    this.notes = this.#data.notes ?? [];
    this.#reached = this.#data.reached ?? 0;
    this.replaceChildren();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reporter?.leave();
    this.#closed.abort();
    this.#hls?.destroy();
  }

  get video(): HTMLVideoElement {
    return this.querySelector("video") as HTMLVideoElement;
  }

  protected override firstUpdated(): void {
    const { video } = this;
    const signal = this.#closed.signal;
    this.querySelector("media-captions-button")?.setAttribute("role", "switch"); // it says aria-checked, which a button may not
    this.#load(video);
    if (this.#data.viewing)
      this.#reporter = new Reporter(
        this.#data.viewing,
        () => video.currentTime,
        (standing) => this.#told(standing),
        () => (this.problem = t("What you watch is not counted any more. Reload the page to go on.")),
        signal,
      );
    video.addEventListener("loadedmetadata", () => this.#resume(), { signal, once: true });
    for (const name of ["timeupdate", "seeked", "play", "pause", "ended", "ratechange"]) video.addEventListener(name, () => this.#tick(), { signal });
    document.addEventListener("visibilitychange", () => this.#tick(), { signal });
    video.addEventListener("seeking", () => this.#seeking(), { signal });
    for (const name of ["pause", "ended"]) video.addEventListener(name, () => void this.#reporter?.send(), { signal });
    video.textTracks.addEventListener("change", () => (this.shown = this.#captions().find((track) => track.mode === "showing")?.language ?? ""), { signal });
    for (const track of this.querySelectorAll("track")) {
      track.addEventListener("load", () => this.#read(track), { signal });
      if (track.dataset["transcript"] !== undefined && track.track.mode === "disabled") track.track.mode = "hidden"; // read, not shown
    }
  }

  #load(video: HTMLVideoElement): void {
    if (!Hls.isSupported()) {
      video.src = this.#data.hls; // Safari plays HLS itself
      return;
    }
    this.#hls = new Hls({ enableWebVTT: false });
    this.#hls.on(Hls.Events.MANIFEST_PARSED, (_event, { levels }) => (this.levels = levels.map((level) => level.height)));
    this.#hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) this.#hls?.recoverMediaError();
      else this.problem = t("The video stopped loading. Reload the page to go on where you were.");
    });
    this.#hls.loadSource(this.#data.hls);
    this.#hls.attachMedia(video);
  }

  #resume(): void {
    const to = this.#data.position ?? 0;
    if (to > 1 && to < this.#data.duration - 3) this.video.currentTime = to;
  }

  #tick(): void {
    const { video } = this;
    const playing = !video.paused && !video.seeking && !video.ended;
    this.#reporter?.recorder.tick({ position: video.currentTime, speed: video.playbackRate, hidden: document.hidden, playing });
    if (playing && video.currentTime <= this.#reached + 2) this.#reached = Math.max(this.#reached, video.currentTime);
    this.at = Math.floor(video.currentTime);
    this.now = this.lines.findLastIndex((line) => line.start <= video.currentTime + 0.05);
    const pause = !playing || this.pause ? undefined : due(this.#data.pauses ?? [], this.#asked, this.#was, video.currentTime);
    this.#was = video.currentTime;
    if (pause) this.#ask(pause);
  }

  #ask(pause: Pause): void {
    this.#asked.add(pause.name);
    this.video.pause();
    if (document.fullscreenElement) void document.exitFullscreen(); // the question stands beside the picture
    if (document.pictureInPictureElement) void document.exitPictureInPicture();
    this.pause = pause;
  }

  #answered(): void {
    this.pause = null;
    void this.video.play().catch(() => undefined);
    this.querySelector<HTMLElement>("media-controller")?.focus();
  }

  #seeking(): void {
    this.#was = this.video.currentTime;
    this.#reporter?.recorder.cut();
    const to = allowed(this.video.currentTime, this.#reached, this.#data.noSeek);
    if (to === this.video.currentTime) return;
    this.video.currentTime = to;
    this.problem = t("This lesson is watched from beginning to end; you can go back, not ahead.");
  }

  #told(standing: Standing): void {
    const first = standing.complete && this.standing !== null && !this.standing.complete;
    this.standing = standing;
    this.#reached = Math.max(this.#reached, standing.reached);
    if (first) this.dispatchEvent(new CustomEvent("lesson-complete", { bubbles: true }));
  }

  #read(track: HTMLTrackElement): void {
    const lines = [...(track.track.cues ?? [])].map((cue) => ({ start: cue.startTime, text: plain(cue as VTTCue) }));
    if (track.kind === "chapters") this.chapters = lines;
    else if (track.dataset["transcript"] !== undefined) this.lines = lines;
  }

  #go(to: number): void {
    this.video.currentTime = to;
    void this.video.play().catch(() => undefined); // a browser may want a click first
  }

  async #keep(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const field = form.elements.namedItem("text") as HTMLInputElement;
    if (!field.value.trim()) return;
    try {
      const said = { text: field.value, at: Math.floor(this.video.currentTime) };
      this.notes = (await post<{ notes: Note[] }>(`/courses/lessons/${this.#data.lesson}/notes/`, said)).notes;
      field.value = "";
    } catch {
      this.problem = t("The note was not saved. It is still in its field; please try again.");
    }
  }

  async #drop(note: Note): Promise<void> {
    try {
      this.notes = (await post<{ notes: Note[] }>(`/courses/notes/${note.id}/delete/`, {})).notes;
    } catch {
      this.problem = t("That did not work. Nothing was changed. Please try again.");
    }
  }

  protected override render(): TemplateResult {
    const data = this.#data;
    const captions = data.tracks.filter((track) => track.kind !== "chapters");
    const shown = inTongue(captions);
    const chapters = inTongue(data.tracks.filter((track) => track.kind === "chapters"));
    return html`<div class="watch">
      <div class="watch-main">
        <media-controller class="player" lang=${document.documentElement.lang} ?audio=${data.audio}>
          <video slot="media" playsinline preload="metadata" crossorigin="anonymous" poster=${data.poster || nothing} aria-label=${data.title}>
            ${[...captions, ...(chapters ? [chapters] : [])].map((track) => html`<track kind=${track.kind} srclang=${track.language} label=${track.label} src=${track.url}
              ?default=${track.kind === "chapters"} ?data-transcript=${track === shown}>`)}
            ${data.storyboard ? html`<track kind="metadata" label="thumbnails" default src=${data.storyboard}>` : nothing}
          </video>
          <media-loading-indicator slot="centered-chrome" noautohide></media-loading-indicator>
          <media-control-bar class="bar-time"><media-time-range></media-time-range></media-control-bar>
          <media-control-bar>
            <media-play-button></media-play-button>
            <media-seek-backward-button seekoffset="10"></media-seek-backward-button>
            <media-seek-forward-button seekoffset="10" class="desk"></media-seek-forward-button>
            <span class="bar-time-text num">${clock(this.at)} / ${clock(data.duration)}</span><span class="bar-gap"></span>
            <media-mute-button class="desk"></media-mute-button><media-volume-range class="desk"></media-volume-range>
            ${captions.length ? html`<media-captions-button></media-captions-button>` : nothing}
            <media-pip-button class="desk"></media-pip-button><media-fullscreen-button></media-fullscreen-button>
          </media-control-bar>
        </media-controller>
        ${this.pause ? html`<stoa-pause .pause=${this.pause} page=${data.page} @pause-over=${() => this.#answered()}></stoa-pause>` : nothing}
        ${this.problem ? html`<p class="notice warn" role="status">${this.problem}</p>` : nothing}
        <p class="row wrap small watch-line">
          <span class="muted" aria-live="polite">${this.#line()}</span>
          <label class="row end">${t("Speed")}<select class="input" @change=${(event: Event) => (this.video.playbackRate = Number((event.target as HTMLSelectElement).value))}>
            ${SPEEDS.map((speed) => html`<option value=${speed} ?selected=${speed === 1}>${speed}×</option>`)}</select></label>
          ${captions.length ? html`<label class="row">${t("Captions")}<select class="input" .value=${this.shown} @change=${(event: Event) => this.#show((event.target as HTMLSelectElement).value)}>
            <option value="">${t("Off")}</option>${captions.map((track) => html`<option value=${track.language} ?selected=${track.language === this.shown}>${track.label}</option>`)}</select></label>` : nothing}
          ${this.levels.length > 1 ? html`<label class="row">${t("Quality")}<select class="input" @change=${(event: Event) => this.#quality(event)}>
            <option value="-1">${t("Automatic")}</option>${this.levels.map((height, index) => html`<option value=${index}>${height}p</option>`)}</select></label>` : nothing}
        </p>
        ${data.complete ? nothing : html`<p class="small muted">${t("More qualities are still being made.")}</p>`}
        ${this.#notes()}
      </div>
      ${this.#side()}
    </div>`;
  }

  #line(): string {
    const share = this.standing?.share ?? (this.#data.viewing ? Math.floor(((this.#data.seconds ?? 0) * 100) / Math.max(1, this.#data.duration)) : -1);
    if (share < 0) return "";
    return this.standing?.complete ? t("{n}% watched. Lesson completed.", { n: share }) : t("{n}% watched", { n: share });
  }

  /** Captions in this language; the transcript's go on being read. */
  #show(language: string): void {
    for (const track of this.#captions()) track.mode = track.language === language ? "showing" : track.mode === "disabled" ? "disabled" : "hidden";
  }

  #captions(): TextTrack[] {
    return [...this.video.textTracks].filter((track) => track.kind === "captions" || track.kind === "subtitles");
  }

  #quality(event: Event): void {
    if (this.#hls) this.#hls.nextLevel = Number((event.target as HTMLSelectElement).value);
  }

  #notes(): TemplateResult {
    return html`<section class="section notes" aria-labelledby="notes-head"><header><h2 id="notes-head">${t("Your notes")}</h2><span class="small muted end">${t("Only you can see these")}</span></header>
      ${this.notes.length ? html`<ul class="list">${this.notes.map((note) => html`<li><button class="btn plain num" @click=${() => this.#go(note.at_s)} aria-label=${t("Go to {time}", { time: clock(note.at_s) })}>${clock(note.at_s)}</button><span class="grow breaks">${note.text}</span>
        <button class="btn plain small" @click=${() => void this.#drop(note)}>${t("Delete")}<span class="sr"> ${note.text}</span></button></li>`)}</ul>` : nothing}
      <form class="row" @submit=${(event: SubmitEvent) => void this.#keep(event)}><input class="input grow" name="text" maxlength="2000" autocomplete="off" aria-label=${t("New note at this moment")}><button class="btn">${t("Save note")}</button></form>
    </section>`;
  }

  #side(): TemplateResult | typeof nothing {
    if (!this.lines.length && !this.chapters.length) return nothing;
    const words = this.sought.trim().toLowerCase();
    const found = this.lines.map((line, index) => ({ ...line, index })).filter((line) => !words || line.text.toLowerCase().includes(words));
    return html`<aside class="card flush watch-side" aria-label=${t("Transcript and chapters")}>
      ${this.chapters.length ? html`<h2 class="side-head">${t("Chapters")}</h2><ol class="script">${this.chapters.map((line) => this.#entry(line, false))}</ol>` : nothing}
      ${this.lines.length ? html`<h2 class="side-head">${t("Transcript")}</h2><div class="side-tools"><input class="input" type="search" aria-label=${t("Find in the transcript")} placeholder=${t("Find in the transcript")} .value=${this.sought} @input=${(event: InputEvent) => (this.sought = (event.target as HTMLInputElement).value)}></div>
        <ol class="script" tabindex="0" aria-label=${t("Transcript")}>${found.map((line) => this.#entry(line, line.index === this.now))}</ol>${found.length ? nothing : html`<p class="side-tools muted">${t("Not in the transcript.")}</p>`}` : nothing}
    </aside>`;
  }

  #entry(line: Line, current: boolean): TemplateResult {
    return html`<li><button aria-current=${current ? "true" : nothing} @click=${() => this.#go(line.start)}><time>${clock(line.start)}</time><span>${line.text}</span></button></li>`;
  }
}

/** The track in the page's language, else the first. */
function inTongue(tracks: Track[]): Track | undefined {
  const tongue = document.documentElement.lang.slice(0, 2);
  return tracks.find((track) => track.language.startsWith(tongue)) ?? tracks[0];
}

/** A cue's words without its markup. */
function plain(cue: VTTCue): string {
  return cue.getCueAsHTML().textContent?.trim() ?? "";
}

customElements.define("stoa-player", StoaPlayer);
