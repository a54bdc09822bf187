// <stoa-upload endpoint="/assets/tus/" chunk="8388608">: files on their way by tus: several at a time, pause, resume
// after a reload or a lost server (choose the same file again), speed, time left. Says `stoa-uploaded` with the asset's id.
import { LitElement, type TemplateResult, html, nothing } from "lit";
import { DetailedError, Upload } from "tus-js-client";
import { t } from "../shared/i18n";
import { timeLeft } from "./job";
import "./progress";

export type State = "waiting" | "running" | "paused" | "done" | "failed";

export interface Item {
  id: number;
  file: File;
  state: State;
  sent: number;
  speed_bps: number; // bytes a second
  error: string;
  trouble: string; // the connection is away, and it is tried again
  asset: string;
  upload: Upload | undefined;
  samples: [at_ms: number, sent: number][];
}

const AT_ONCE = 2;
const WINDOW_MS = 8_000;
const PAUSES_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 30_000, 30_000, 60_000, 60_000, 60_000];

/** Bytes as people say them: 3.4 MB. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  while (n >= 1000 && at < units.length - 1) {
    n /= 1000;
    at += 1;
  }
  return `${at === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[at]}`;
}

/** Bytes a second over the last seconds; 0 while that can't be said. Drops samples that are too old. */
export function speed(samples: [number, number][], now_ms: number): number {
  while (samples.length > 2 && (samples[0]?.[0] ?? 0) < now_ms - WINDOW_MS) samples.shift();
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (!first || !last || last[0] - first[0] < 500) return 0;
  return Math.max(0, ((last[1] - first[1]) * 1000) / (last[0] - first[0]));
}

/** Why it did not go: the server's own words, else ours. */
export function words(error: Error): string {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer) return t("The connection was lost. Press “Go on” when it is back; nothing that arrived is lost.");
  try {
    return (JSON.parse(answer.getBody()) as { error: { text: string } }).error.text;
  } catch {
    return t("The server could not take this file. Please try again.");
  }
}

/** Whether another try may help: the network, a server that starts again, a lock; not a refusal. */
export function again(status: number): boolean {
  return status === 0 || status >= 500 ? status !== 507 : status === 409 || status === 423 || status === 460 || status === 429;
}

export class StoaUpload extends LitElement {
  static override properties = { endpoint: {}, chunk: { type: Number }, library: {}, over: { state: true } };
  declare endpoint: string;
  declare chunk: number;
  declare library: string;
  declare over: boolean;
  readonly items: Item[] = [];
  #next = 1;
  #closed = new AbortController();

  constructor() {
    super();
    this.endpoint = "";
    this.library = "";
    this.chunk = 8 * 1024 * 1024;
    this.over = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this.querySelector<HTMLElement>(":scope > .upload") ?? this.appendChild(Object.assign(document.createElement("div"), { className: "upload stack" }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#closed = new AbortController();
    // Leaving would stop what is on its way.
    addEventListener("beforeunload", (event) => this.items.some((item) => item.state === "running") && event.preventDefault(), {
      signal: this.#closed.signal,
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#closed.abort();
    for (const item of this.items) void item.upload?.abort();
  }

  get organisation(): string {
    return this.querySelector<HTMLInputElement | HTMLSelectElement>('[name="organisation"]')?.value ?? "";
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const item: Item = { id: this.#next++, file, state: "waiting", sent: 0, speed_bps: 0, error: "", trouble: "", asset: "", upload: undefined, samples: [] };
      this.items.push(item);
    }
    this.#go();
  }

  /** Start what waits, as many at a time as is good for everybody. */
  #go(): void {
    const running = this.items.filter((item) => item.state === "running").length;
    for (const item of this.items.filter((each) => each.state === "waiting").slice(0, Math.max(0, AT_ONCE - running))) void this.#start(item);
    this.requestUpdate();
  }

  async #start(item: Item): Promise<void> {
    item.state = "running";
    item.error = "";
    item.samples = [];
    item.upload ??= this.#made(item);
    try {
      const [before] = item.upload.url ? [] : await item.upload.findPreviousUploads();
      if (before) item.upload.resumeFromPreviousUpload(before);
    } catch {
      // No memory of earlier uploads: begin from nothing.
      item.trouble = "";
    }
    if (item.state === "running") item.upload.start();
  }

  #made(item: Item): Upload {
    const metadata = { filename: item.file.name, filetype: item.file.type, organisation: this.organisation };
    return new Upload(item.file, {
      endpoint: this.endpoint,
      chunkSize: this.chunk,
      retryDelays: PAUSES_MS,
      removeFingerprintOnSuccess: true,
      metadata,
      fingerprint: async (file) => ["stoa", this.endpoint, metadata.organisation, (file as File).name, (file as File).size, (file as File).lastModified].join("|"),
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
      onShouldRetry: (error) => {
        const retried = again(error.originalResponse?.getStatus() ?? 0);
        if (retried) this.#change(item, { trouble: t("The connection is away. Trying again; nothing that arrived is lost.") });
        return retried;
      },
      onAfterResponse: (_request, response) => {
        item.asset = response.getHeader("X-Asset") ?? item.asset;
      },
      onProgress: (sent) => {
        const now = performance.now();
        item.samples.push([now, sent]);
        this.#change(item, { sent, trouble: "", speed_bps: speed(item.samples, now) });
      },
      onError: (error) => {
        this.#change(item, { state: "failed", trouble: "", error: words(error) });
        this.#go();
      },
      onSuccess: () => {
        this.#change(item, { state: "done", sent: item.file.size, trouble: "" });
        this.dispatchEvent(new CustomEvent("stoa-uploaded", { bubbles: true, detail: { asset: item.asset, name: item.file.name } }));
        this.#go();
      },
    });
  }

  #change(item: Item, fields: Partial<Item>): void {
    Object.assign(item, fields);
    this.requestUpdate();
  }

  async pause(item: Item): Promise<void> {
    this.#change(item, { state: "paused", speed_bps: 0, trouble: "" });
    await item.upload?.abort();
    this.#go();
  }

  resume(item: Item): void {
    this.#change(item, { state: "waiting", error: "" });
    this.#go();
  }

  async drop(item: Item): Promise<void> {
    this.items.splice(this.items.indexOf(item), 1);
    this.requestUpdate();
    try {
      await item.upload?.abort(item.state !== "done"); // also at the server
    } catch {
      item.trouble = ""; // it expires there by itself
    }
    this.#go();
  }

  #told(item: Item): string {
    if (item.state === "failed") return item.error;
    if (item.trouble) return item.trouble;
    const size = t("{n} of {all}", { n: bytes(item.sent), all: bytes(item.file.size) });
    if (item.state === "done") return t("Here, {all}. It is being prepared now.", { all: bytes(item.file.size) });
    if (item.state === "waiting") return t("Waiting to begin");
    if (item.state === "paused") return [t("Paused"), size].join(" · ");
    const left = item.speed_bps ? Math.round((item.file.size - item.sent) / item.speed_bps) : null;
    return [size, item.speed_bps ? t("{n} a second", { n: bytes(item.speed_bps) }) : "", timeLeft(left)].filter(Boolean).join(" · ");
  }

  #row(item: Item): TemplateResult {
    const share = item.file.size ? item.sent / item.file.size : 0;
    const name = item.file.name;
    return html`<li data-state=${item.state}>
      <div class="grow stack-s">
        <h3>${name}</h3>
        <stoa-progress value=${share} label=${name}></stoa-progress>
        <p class="small ${item.state === "failed" ? "error" : "muted"}" role=${item.state === "failed" ? "alert" : "presentation"}>${this.#told(item)}</p>
      </div>
      ${item.state === "running" || item.state === "waiting"
        ? html`<button type="button" class="btn" @click=${() => void this.pause(item)}>${t("Pause")}<span class="sr"> ${name}</span></button>`
        : nothing}
      ${item.state === "paused" || item.state === "failed"
        ? html`<button type="button" class="btn primary" @click=${() => this.resume(item)}>${t("Go on")}<span class="sr"> ${name}</span></button>`
        : nothing}
      ${item.state === "done" && item.asset
        ? html`<a class="btn" href="${this.library}${item.asset}/">${t("Open")}<span class="sr"> ${name}</span></a>`
        : nothing}
      ${item.state === "done"
        ? nothing
        : html`<button type="button" class="btn plain" @click=${() => void this.drop(item)}>${t("Cancel")}<span class="sr"> ${name}</span></button>`}
    </li>`;
  }

  protected override render(): TemplateResult {
    const done = this.items.filter((item) => item.state === "done").length;
    return html`<label
        class="drop ${this.over ? "over" : ""}"
        @dragover=${(event: DragEvent) => {
          event.preventDefault();
          this.over = true;
        }}
        @dragleave=${() => (this.over = false)}
        @drop=${(event: DragEvent) => {
          event.preventDefault();
          this.over = false;
          this.add(event.dataTransfer?.files ?? []);
        }}
      >
        <span>${t("Choose files, or drop them here")}</span>
        <input
          class="sr"
          type="file"
          multiple
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            this.add([...(input.files ?? [])]);
            input.value = "";
          }}
        />
      </label>
      ${this.items.length ? html`<ul class="list">${this.items.map((item) => this.#row(item))}</ul>` : nothing}
      <p class="sr" role="status">${this.items.length ? t("{n} of {all} files are here", { n: done, all: this.items.length }) : ""}</p>`;
  }
}

function token(): string {
  const found = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie)?.[1];
  if (found) return decodeURIComponent(found);
  const headers = document.body.getAttribute("hx-headers");
  return headers ? ((JSON.parse(headers) as Record<string, string>)["X-CSRFToken"] ?? "") : "";
}

customElements.define("stoa-upload", StoaUpload);
