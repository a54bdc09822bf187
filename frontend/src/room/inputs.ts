// The microphone and the camera in use: the device's own track, the effect over it, and the track that is sent.
import { t } from "../shared/i18n";
import * as devices from "./devices";
import { type Running, Unsupported } from "./effects/effect";
import type { Action } from "./reducer";
import type { State } from "./state";

type Kind = devices.Input;
const KINDS: readonly Kind[] = ["microphone", "camera"];

interface Line {
  raw: MediaStreamTrack | null; // of the device
  effect: Running | null;
  track: MediaStreamTrack | null; // what is sent: raw, or what the effect makes of it
}

export interface InputHooks {
  state(): State;
  dispatch(action: Action): void;
  notice(text: string): void;
  /** Another track is there, or none. */
  changed(): void;
  /** A device went away by itself; `again`: the next best one took its place. */
  lost(kind: Kind, again: boolean): Promise<void>;
}

export class Inputs {
  readonly preview = new MediaStream();
  #lines: Readonly<Record<Kind, Line>> = {
    microphone: { raw: null, effect: null, track: null },
    camera: { raw: null, effect: null, track: null },
  };
  #meter: { stop(): void } | null = null;
  #closed = new AbortController();

  constructor(private readonly hooks: InputHooks) {
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.list(), { signal: this.#closed.signal });
  }

  track(kind: Kind): MediaStreamTrack | null {
    return this.#lines[kind].track;
  }

  live(kind: Kind): boolean {
    return this.#lines[kind].track?.readyState === "live";
  }

  async openAll(): Promise<void> {
    // One after the other: two prompts at once confuse people, and some browsers drop the second.
    for (const kind of KINDS) await this.open(kind);
    await this.list();
  }

  /** Opens the chosen device, or the next best. False: there is none, and the state says why. */
  async open(kind: Kind): Promise<boolean> {
    const found = await devices.open(kind, this.hooks.state().devices[kind]);
    if (this.#closed.signal.aborted) {
      if (typeof found !== "string") found.stop();
      return false;
    }
    const bad = typeof found === "string" ? found : null;
    this.hooks.dispatch({ type: "devices", devices: kind === "microphone" ? { microphoneProblem: bad } : { cameraProblem: bad } });
    if (bad) this.hooks.dispatch({ type: "own", own: kind === "microphone" ? { microphoneOn: false } : { cameraOn: false } });
    this.#end(kind);
    this.#lines[kind].raw = typeof found === "string" ? null : found;
    this.#set(kind, typeof found === "string" ? null : await this.#changed(kind, found));
    return bad === null;
  }

  /** The device is let go: a camera's lamp goes out. */
  drop(kind: Kind): void {
    this.#end(kind);
    this.#set(kind, null);
  }

  dropAll(): void {
    for (const kind of KINDS) this.drop(kind);
  }

  /** An effect was switched: another track, then `sent`, and only then the old effect ends. There is no gap. */
  async reapply(kind: Kind, sent: () => Promise<void>): Promise<void> {
    const line = this.#lines[kind];
    if (!line.raw) return; // it is applied when the device is opened
    const before = line.effect;
    line.effect = null;
    this.#set(kind, await this.#changed(kind, line.raw));
    await sent();
    before?.stop();
  }

  async list(): Promise<void> {
    this.hooks.dispatch({ type: "devices", devices: await devices.list() });
  }

  close(): void {
    this.#closed.abort();
    this.#meter?.stop();
    for (const kind of KINDS) this.#end(kind);
  }

  #set(kind: Kind, track: MediaStreamTrack | null): void {
    const line = this.#lines[kind];
    if (line.track && kind === "camera") this.preview.removeTrack(line.track);
    line.track = track;
    if (track && kind === "camera") this.preview.addTrack(track);
    if (kind === "microphone") {
      this.#meter?.stop();
      this.#meter = track ? devices.meter(track, (level) => this.hooks.dispatch({ type: "level", level })) : null;
    }
    track?.addEventListener("ended", () => void this.#ended(kind, track), { signal: this.#closed.signal });
    this.hooks.changed();
  }

  /** A device was unplugged: the next best one takes its place. */
  async #ended(kind: Kind, track: MediaStreamTrack): Promise<void> {
    if (this.#lines[kind].track !== track) return;
    await this.hooks.lost(kind, await this.open(kind));
    await this.list();
  }

  /** The device's track with its effect, or as it is when there is none or it can't be had. */
  async #changed(kind: Kind, raw: MediaStreamTrack): Promise<MediaStreamTrack> {
    const { blur, noiseSuppression } = this.hooks.state().own;
    if (kind === "camera" ? !blur : !noiseSuppression) return raw;
    try {
      const running = kind === "camera"
        ? await (await import("./effects/blur")).blur(raw, (blur_ms) => this.hooks.dispatch({ type: "cost", cost: { blur_ms } }))
        : await (await import("./effects/noise")).suppressNoise(raw, (noise_ms) => this.hooks.dispatch({ type: "cost", cost: { noise_ms } }));
      this.#lines[kind].effect = running;
      return running.track;
    } catch (error) {
      if (error instanceof Unsupported) console.info("effect not available", kind, error.message);
      else console.error(error);
      this.hooks.dispatch({ type: "own", own: kind === "camera" ? { blur: false } : { noiseSuppression: false } });
      this.hooks.notice(kind === "camera" ? t("Background blur does not work in this browser.") : t("Noise suppression does not work in this browser."));
      return raw;
    }
  }

  #end(kind: Kind): void {
    const line = this.#lines[kind];
    line.effect?.stop();
    line.effect = null;
    line.track?.stop();
    line.raw?.stop();
    line.raw = null;
  }
}
