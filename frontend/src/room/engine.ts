// The browser's side of a meeting: performs intents, keeps signalling, media and devices together, produces State.
import { t } from "../shared/i18n";
import type { RoomConfig } from "./config";
import * as devices from "./devices";
import { enter } from "./entry";
import { Measuring } from "./measuring";
import type { Goodbye, ServerEvent, Welcome } from "./protocol.gen";
import { reduce, START, type Action } from "./reducer";
import { requestOf } from "./requests";
import { Rtc } from "./rtc";
import { Sending } from "./sending";
import { Refused, Signalling } from "./signalling";
import { Sound } from "./sound";
import type { Intent, Phase, State } from "./state";

const REACTION_MS = 4_000;

export interface EngineConfig extends RoomConfig {
  readonly faults?: boolean;
}

export class Engine extends EventTarget {
  #state: State = START;
  #signalling: Signalling | null = null;
  #rtc: Rtc;
  #sound: Sound;
  readonly #sending: Sending;
  readonly #measuring: Measuring;
  #keys = 0;
  #told = false;
  #passcode = "";
  #closed = new AbortController();

  constructor(readonly config: EngineConfig) {
    super();
    const chosen = devices.remembered();
    this.#state = {
      ...START,
      own: { ...START.own, name: config.name },
      devices: { ...START.devices, ...chosen },
    };
    this.#sound = new Sound(() => this.#notice(t("Your browser holds the sound back until you click.")));
    this.#rtc = new Rtc({
      offer: (offer) => this.#request(offer),
      track: (publication, track) => this.#track(publication, track),
      published: () => this.#sending.showOwn(),
      connection: (state) => this.#dispatch({ type: "connection", connection: state === "connected" ? "good" : "resuming" }),
    });
    const hooks = { state: () => this.#state, dispatch: (action: Action) => this.#dispatch(action) };
    this.#sending = new Sending(this.#rtc, {
      ...hooks,
      notice: (text) => this.#notice(text),
      changed: () => this.dispatchEvent(new Event("change")),
      mute: (publication, muted) => this.#request({ type: "mute", publication, muted }),
    });
    this.#measuring = new Measuring(this.#rtc, {
      ...hooks,
      report: (report) => {
        if (this.#signalling?.open) this.#request(report).catch(() => undefined);
      },
    });
    const { signal } = this.#closed;
    window.addEventListener("pagehide", () => this.#signalling?.close(), { signal });
    window.addEventListener("click", () => this.#sound.resume(), { signal });
    if (config.faults) (window as unknown as { stoaRoom: unknown }).stoaRoom = { engine: this, fault: (kind: string) => this.fault(kind) };
    void this.#sending.inputs.openAll();
  }

  /** What the own camera shows now. */
  get preview(): MediaStream {
    return this.#sending.inputs.preview;
  }

  get state(): State {
    return this.#state;
  }

  do(intent: Intent): void {
    this.#perform(intent).catch((error: unknown) => this.#complain(error));
  }

  close(): void {
    this.#closed.abort();
    this.#measuring.stop();
    this.#signalling?.close();
    this.#rtc.close();
    this.#sound.close();
    this.#sending.close();
  }

  /** Tests only: asks the room to break something. */
  fault(kind: string): void {
    void this.#signalling?.request({ type: "fault", kind: kind as never }).catch(() => undefined);
  }

  // ------------------------------------------------------------ state

  #dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return;
    if (this.#state.received !== before.received || this.#state.participants !== before.participants) this.#follow();
    if (this.#told) return; // many actions of one turn are one change
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Receives what others publish now, and plays their voices. */
  #follow(): void {
    if (this.#state.phase !== "in") return;
    const others = [...this.#state.received.values()].filter(({ publication }) => publication.participant !== this.#state.own.id);
    this.#rtc.receive(others.map(({ publication }) => publication));
    const sounds = others.filter(({ publication: { source } }) => source === "microphone" || source === "screen_audio");
    this.#sound.keep(new Set(sounds.map(({ publication }) => publication.id)));
    for (const { publication, track } of sounds)
      if (track) this.#sound.set(publication.id, publication.participant, track, this.#state.volumes.get(publication.participant) ?? 1);
  }

  #track(publication: string, track: MediaStreamTrack | null): void {
    this.#dispatch({ type: "track", publication, track });
  }

  #phase(phase: Phase, code = "", text = ""): void {
    this.#dispatch({ type: "phase", phase, problem: code ? { code, text } : null });
  }

  #notice(text: string, intent?: Intent, label = ""): void {
    const key = ++this.#keys;
    this.#dispatch({ type: "notice", key, text, ...(intent && label ? { action: { label, intent } } : {}) });
  }

  #complain(error: unknown): void {
    if (error instanceof Refused) {
      if (error.message !== "") this.#notice(error.message);
      return;
    }
    console.error(error);
  }

  #request = ((message: never) => {
    if (!this.#signalling) return Promise.reject(new Refused("offline", ""));
    return this.#signalling.request(message);
  }) as Signalling["request"];

  // ------------------------------------------------------------ intents

  async #perform(intent: Intent): Promise<void> {
    switch (intent.do) {
      case "join":
        return this.#join(intent.name, intent.passcode);
      case "microphone":
        return this.#sending.turn("microphone", intent.on);
      case "camera":
        return this.#sending.turn("camera", intent.on);
      case "device":
        return this.#choose(intent.kind, intent.id);
      case "retry-devices":
        return this.#sending.inputs.openAll();
      case "test-speaker":
        return devices.testTone(this.#state.devices.speaker);
      case "share":
        return intent.on ? this.#sending.startShare() : this.#sending.stopShare();
      case "leave":
        return this.#leave();
      case "rejoin":
        return this.#join(this.#state.own.name, this.#passcode);
      case "panel":
        return this.#dispatch({ type: "panel", panel: intent.panel });
      case "layout":
        return this.#dispatch({ type: "layout", layout: intent.layout });
      case "pin":
        return this.#dispatch({ type: "pin", key: intent.key });
      case "volume":
        this.#sound.volume(intent.participant, intent.volume);
        return this.#dispatch({ type: "volume", participant: intent.participant, volume: intent.volume });
      case "hide-self":
        return this.#dispatch({ type: "own", own: { hideSelf: intent.on } });
      case "push-to-talk":
        return this.#dispatch({ type: "own", own: { pushToTalk: intent.on } });
      case "dismiss":
        return this.#dispatch({ type: "dismiss", key: intent.key });
      case "blur":
      case "noise":
        return this.#sending.effect(intent.do, intent.on);
      default: {
        const request = requestOf(intent);
        if (request) await this.#request(request as never);
      }
    }
  }

  // ------------------------------------------------------------ entering and leaving

  async #join(name: string, passcode: string): Promise<void> {
    this.#passcode = passcode;
    this.#dispatch({ type: "own", own: { name } });
    this.#phase("entering");
    this.#sound.resume();
    this.#signalling?.close();
    this.#signalling = new Signalling(() => enter(this.config, name, passcode), {
      welcome: (welcome) => this.#welcome(welcome),
      event: (event) => this.#event(event),
      lost: () => this.#dispatch({ type: "connection", connection: "resuming" }),
      ended: (goodbye) => this.#ended(goodbye),
      refused: (refusal) => this.#refusedAtTheDoor(refusal),
    });
    this.#signalling.start();
  }

  #welcome(welcome: Welcome): void {
    this.#dispatch({ type: "own", own: { id: welcome.you } });
    this.#rtc.servers(welcome.ice_servers);
    if (welcome.state === "waiting") {
      this.#dispatch({ type: "event", event: { type: "lobby.state", hosts_present: welcome.hosts_present }, now_ms: 0, key: 0 });
      this.#phase("lobby");
      return;
    }
    if (welcome.resumed) {
      if (this.#rtc.connection?.connectionState === "connected") this.#dispatch({ type: "connection", connection: "good" });
      else this.#rtc.restartIce();
      return;
    }
    if (welcome.snapshot) {
      this.#rtc.forget(); // another session: what was sent and received belongs to the last one
      this.#enter(() => this.#dispatch({ type: "snapshot", snapshot: welcome.snapshot as NonNullable<Welcome["snapshot"]> }));
    }
  }

  /** From green room or lobby onto the stage; `show` brings the snapshot. */
  #enter(show: () => void): void {
    show();
    this.#dispatch({ type: "connection", connection: "good" });
    if (this.#state.room?.start_muted && this.#state.own.microphoneOn && this.#rtc.own.size === 0)
      this.#sending.switchOff("microphone");
    void this.#sending.publish();
    this.#follow();
    this.#measuring.start();
  }

  #refusedAtTheDoor(refusal: Refused): void {
    this.#rtc.close();
    const phase: Phase = { "room.removed": "removed", "room.ended": "ended" }[refusal.code] as Phase | undefined ?? "green";
    this.#phase(phase, refusal.code, refusal.message);
  }

  #ended(goodbye: Goodbye): void {
    this.#measuring.stop();
    this.#rtc.close();
    this.#sound.close();
    this.#sending.end();
    const phases: Partial<Record<Goodbye["reason"], Phase>> = {
      removed: "removed", refused: "refused", ended: "ended", suspended: "suspended", left: "left",
    };
    this.#phase(phases[goodbye.reason] ?? "failed", goodbye.reason, "");
  }

  async #leave(): Promise<void> {
    this.#measuring.stop();
    this.#phase("left");
    await this.#signalling?.leave();
    this.#rtc.close();
    this.#sound.close();
    this.#sending.end();
  }

  // ------------------------------------------------------------ what the room says

  #event(event: ServerEvent): void {
    const key = ++this.#keys;
    if (event.type === "lobby.admitted") {
      this.#enter(() => this.#dispatch({ type: "event", event, now_ms: Date.now(), key }));
      return;
    }
    this.#dispatch({ type: "event", event, now_ms: Date.now(), key });
    switch (event.type) {
      case "demand":
        void this.#rtc.demand(event.publication, event.layer);
        break;
      case "media.restart":
        this.#rtc.reset(); // the node has forgotten the connection: an ICE restart would find no DTLS there
        break;
      case "reaction":
        setTimeout(() => this.#dispatch({ type: "reaction-gone", key }), REACTION_MS);
        break;
      case "asked.unmute":
        this.#notice(t("A host asks you to switch your microphone on."), { do: "microphone", on: true }, t("Unmute"));
        break;
      case "stopped":
        this.#sending.stopped(event.source);
        break;
      case "publication.changed":
      case "publication.added":
        this.#sending.showOwn();
        break;
    }
  }

  async #choose(kind: "microphone" | "camera" | "speaker", id: string): Promise<void> {
    this.#dispatch({ type: "devices", devices: { [kind]: id } });
    const { microphone, camera, speaker } = this.#state.devices;
    devices.remember({ microphone, camera, speaker });
    if (kind === "speaker") this.#sound.speaker(id);
    else await this.#sending.choose(kind);
  }
}
