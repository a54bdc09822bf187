// The browser's side of a meeting: performs intents, keeps signalling, media and devices together, produces State.
import { t } from "../shared/i18n";
import { type Running, Unsupported } from "./effects/effect";
import type { RoomConfig } from "./config";
import * as devices from "./devices";
import type { Goodbye, Publication, ServerEvent, Source, Welcome } from "./protocol.gen";
import { reduce, START, type Action } from "./reducer";
import { Rtc } from "./rtc";
import { Refused, Signalling } from "./signalling";
import { Sound } from "./sound";
import type { Intent, Phase, State } from "./state";
import { Mark, StatsReader } from "./stats";

const STATS_MS = 2_000;
const REACTION_MS = 4_000;
const REPORT_EVERY = 3; // readings

export interface EngineConfig extends RoomConfig {
  readonly faults?: boolean;
}

export class Engine extends EventTarget {
  #state: State = START;
  #signalling: Signalling | null = null;
  #rtc: Rtc;
  #sound: Sound;
  #mark = new Mark();
  #reader = new StatsReader();
  #tracks: { microphone: MediaStreamTrack | null; camera: MediaStreamTrack | null } = { microphone: null, camera: null };
  #raw: { microphone: MediaStreamTrack | null; camera: MediaStreamTrack | null } = { microphone: null, camera: null };
  #effects: { microphone: Running | null; camera: Running | null } = { microphone: null, camera: null };
  #share: MediaStream | null = null;
  #meter: { stop(): void } | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #readings = 0;
  #keys = 0;
  #told = false;
  #passcode = "";
  #closed = new AbortController();
  readonly preview = new MediaStream();

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
      published: () => this.#ownPublications(),
      connection: (state) => this.#dispatch({ type: "connection", connection: state === "connected" ? "good" : "resuming" }),
    });
    const { signal } = this.#closed;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.#list(), { signal });
    window.addEventListener("pagehide", () => this.#signalling?.close(), { signal });
    window.addEventListener("click", () => this.#sound.resume(), { signal });
    if (config.faults) (window as unknown as { stoaRoom: unknown }).stoaRoom = { engine: this, fault: (kind: string) => this.fault(kind) };
    void this.#openDevices();
  }

  get state(): State {
    return this.#state;
  }

  do(intent: Intent): void {
    this.#perform(intent).catch((error: unknown) => this.#complain(error));
  }

  close(): void {
    this.#closed.abort();
    clearInterval(this.#timer);
    this.#meter?.stop();
    this.#signalling?.close();
    this.#rtc.close();
    this.#sound.close();
    for (const kind of ["microphone", "camera"] as const) this.#end(kind);
    this.#share?.getTracks().forEach((track) => track.stop());
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
        return this.#microphone(intent.on);
      case "camera":
        return this.#camera(intent.on);
      case "device":
        return this.#choose(intent.kind, intent.id);
      case "retry-devices":
        return this.#openDevices();
      case "test-speaker":
        return devices.testTone(this.#state.devices.speaker);
      case "share":
        return intent.on ? this.#startShare() : this.#stopShare();
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
        return this.#effect(intent.do, intent.on);
      default:
        await this.#ask(intent);
    }
  }

  /** Intents that are the room's to decide. */
  async #ask(intent: Exclude<Intent, { do: "join" }>): Promise<void> {
    switch (intent.do) {
      case "hand":
        await this.#request({ type: "hand", raised: intent.raised });
        return;
      case "react":
        await this.#request({ type: "react", reaction: intent.reaction });
        return;
      case "chat":
        await this.#request({ type: "chat.send", text: intent.text, to: intent.to });
        return;
      case "rename":
        await this.#request({ type: "rename", name: intent.name });
        return;
      case "want":
        await this.#request({ type: "want", publication: intent.publication, max_height_px: Math.round(intent.max_height_px) });
        return;
      case "mute-person":
        await this.#request({ type: "moderate.mute", participant: intent.participant });
        return;
      case "ask-unmute":
        await this.#request({ type: "moderate.ask_unmute", participant: intent.participant });
        return;
      case "stop":
        await this.#request({ type: "moderate.stop", participant: intent.participant, source: intent.source });
        return;
      case "remove":
        await this.#request({ type: "moderate.remove", participant: intent.participant });
        return;
      case "lock":
        await this.#request({ type: "moderate.lock", locked: intent.locked });
        return;
      case "role":
        await this.#request({ type: "moderate.role", participant: intent.participant, role: intent.role });
        return;
      case "allow":
        await this.#request({
          type: "moderate.allow", capability: intent.capability, allowed: intent.allowed, participant: intent.participant,
        });
        return;
      case "lower-hand":
        await this.#request({ type: "moderate.lower_hand", participant: intent.participant });
        return;
      case "admit":
        await this.#request({ type: "lobby.admit", waiting: intent.waiting });
        return;
      case "refuse":
        await this.#request({ type: "lobby.refuse", waiting: intent.waiting });
        return;
      case "end":
        await this.#request({ type: "moderate.end" });
        return;
    }
  }

  // ------------------------------------------------------------ entering and leaving

  async #join(name: string, passcode: string): Promise<void> {
    this.#passcode = passcode;
    this.#dispatch({ type: "own", own: { name } });
    this.#phase("entering");
    this.#sound.resume();
    this.#signalling?.close();
    this.#signalling = new Signalling(() => this.#ticket(name, passcode), {
      welcome: (welcome) => this.#welcome(welcome),
      event: (event) => this.#event(event),
      lost: () => this.#dispatch({ type: "connection", connection: "resuming" }),
      ended: (goodbye) => this.#ended(goodbye),
      refused: (refusal) => this.#refusedAtTheDoor(refusal),
    });
    this.#signalling.start();
  }

  async #ticket(name: string, passcode: string): Promise<{ ticket: string; ws_url: string }> {
    const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
    const answer = await fetch(this.config.enter_url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({ name, passcode }),
    });
    if (answer.status >= 500) throw new Error(`enter: ${answer.status}`);
    const said = (await answer.json().catch(() => ({}))) as {
      ticket?: string; ws_url?: string; error?: { code: string; text: string };
    };
    if (!answer.ok || !said.ticket) throw new Refused(said.error?.code ?? `http.${answer.status}`, said.error?.text ?? "");
    return { ticket: said.ticket, ws_url: said.ws_url ?? this.config.socket_url };
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
    if (this.#state.room?.start_muted && this.#state.own.microphoneOn && this.#rtc.own.size === 0) this.#switchOff("microphone");
    void this.#publish();
    this.#follow();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#measure(), STATS_MS);
  }

  async #publish(): Promise<void> {
    const { own } = this.#state;
    if (this.#tracks.microphone && this.#may("microphone")) await this.#rtc.send("microphone", this.#tracks.microphone, !own.microphoneOn);
    if (this.#tracks.camera && this.#may("camera")) await this.#rtc.send("camera", this.#tracks.camera, !own.cameraOn);
    const screen = this.#share?.getVideoTracks()[0];
    if (screen) await this.#rtc.send("screen", screen);
    this.#rtc.negotiate();
  }

  #may(capability: "microphone" | "camera" | "share"): boolean {
    const me = this.#state.participants.get(this.#state.own.id);
    return !me || me.capabilities.includes(capability);
  }

  #refusedAtTheDoor(refusal: Refused): void {
    this.#rtc.close();
    const phase: Phase = { "room.removed": "removed", "room.ended": "ended" }[refusal.code] as Phase | undefined ?? "green";
    this.#phase(phase, refusal.code, refusal.message);
  }

  #ended(goodbye: Goodbye): void {
    clearInterval(this.#timer);
    this.#rtc.close();
    this.#sound.close();
    this.#stopTracks();
    const phases: Partial<Record<Goodbye["reason"], Phase>> = {
      removed: "removed", refused: "refused", ended: "ended", suspended: "suspended", left: "left",
    };
    this.#phase(phases[goodbye.reason] ?? "failed", goodbye.reason, "");
  }

  async #leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#phase("left");
    await this.#signalling?.leave();
    this.#rtc.close();
    this.#sound.close();
    this.#stopTracks();
  }

  #stopTracks(): void {
    this.#meter?.stop();
    this.#meter = null;
    for (const kind of ["microphone", "camera"] as const) {
      this.#end(kind);
      this.#setTrack(kind, null);
    }
    this.#share?.getTracks().forEach((track) => track.stop());
    this.#share = null;
    this.#dispatch({ type: "own", own: { sharing: false } });
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
        this.#stopped(event.source);
        break;
      case "publication.changed":
      case "publication.added":
        this.#ownPublications();
        break;
    }
  }

  #stopped(source: Source): void {
    if (source === "microphone") {
      this.#switchOff("microphone");
      this.#notice(t("A host muted your microphone."));
    } else if (source === "camera") {
      this.#switchOff("camera");
      this.#notice(t("A host stopped your camera."));
    } else {
      void this.#stopShare();
      this.#notice(t("A host stopped your share."));
    }
  }

  /** Own publications show the local tracks. */
  #ownPublications(): void {
    const tracks: Partial<Record<Source, MediaStreamTrack | null>> = {
      camera: this.#tracks.camera, screen: this.#share?.getVideoTracks()[0] ?? null,
    };
    for (const { source, publication } of this.#rtc.own.values()) {
      const found = publication ? this.#state.received.get(publication) : undefined;
      const track = tracks[source] ?? null;
      if (found) {
        if (found.track !== track) this.#dispatch({ type: "track", publication, track });
      } else if (publication && this.#state.phase === "in") {
        const shown: Publication = {
          id: publication, participant: this.#state.own.id, source, codec: "", layers: [], width: 0, height: 0,
          muted: this.#rtc.own.get(source)?.muted ?? false,
        };
        this.#dispatch({ type: "own-publication", publication: shown, track });
      }
    }
  }

  // ------------------------------------------------------------ devices

  async #openDevices(): Promise<void> {
    // One after the other: two prompts at once confuse people, and some browsers drop the second.
    for (const kind of ["microphone", "camera"] as const) await this.#openDevice(kind);
    await this.#list();
  }

  async #openDevice(kind: devices.Input): Promise<boolean> {
    const found = await devices.open(kind, this.#state.devices[kind]);
    if (this.#closed.signal.aborted) {
      if (typeof found !== "string") found.stop();
      return false;
    }
    const bad = typeof found === "string" ? found : null;
    const on = bad === null;
    if (kind === "microphone") this.#dispatch({ type: "devices", devices: { microphoneProblem: bad } });
    else this.#dispatch({ type: "devices", devices: { cameraProblem: bad } });
    if (!on) this.#dispatch({ type: "own", own: kind === "microphone" ? { microphoneOn: false } : { cameraOn: false } });
    this.#end(kind);
    this.#raw[kind] = typeof found === "string" ? null : found;
    this.#setTrack(kind, typeof found === "string" ? null : await this.#changed(kind, found));
    return on;
  }

  #setTrack(kind: devices.Input, track: MediaStreamTrack | null): void {
    const old = this.#tracks[kind];
    if (old && kind === "camera") this.preview.removeTrack(old);
    this.#tracks[kind] = track;
    if (track && kind === "camera") this.preview.addTrack(track);
    if (kind === "microphone") {
      this.#meter?.stop();
      this.#meter = track ? devices.meter(track, (level) => this.#dispatch({ type: "level", level })) : null;
    }
    track?.addEventListener("ended", () => void this.#trackEnded(kind, track), { signal: this.#closed.signal });
    this.dispatchEvent(new Event("change"));
  }

  /** A device was unplugged: the next best one takes its place. */
  async #trackEnded(kind: devices.Input, track: MediaStreamTrack): Promise<void> {
    if (this.#tracks[kind] !== track) return;
    if (await this.#openDevice(kind)) await this.#send(kind);
    else await this.#rtc.mute(kind, true);
    await this.#list();
  }

  async #list(): Promise<void> {
    this.#dispatch({ type: "devices", devices: await devices.list() });
  }

  async #choose(kind: "microphone" | "camera" | "speaker", id: string): Promise<void> {
    this.#dispatch({ type: "devices", devices: { [kind]: id } });
    const { microphone, camera, speaker } = this.#state.devices;
    devices.remember({ microphone, camera, speaker });
    if (kind === "speaker") this.#sound.speaker(id);
    else if (await this.#openDevice(kind)) {
      this.#dispatch({ type: "own", own: kind === "microphone" ? { microphoneOn: true } : { cameraOn: true } });
      await this.#send(kind);
    }
  }

  async #send(kind: devices.Input): Promise<void> {
    if (this.#state.phase !== "in") return;
    const on = kind === "microphone" ? this.#state.own.microphoneOn : this.#state.own.cameraOn;
    await this.#rtc.send(kind, this.#tracks[kind], !on);
    await this.#rtc.mute(kind, !on);
    await this.#tellMuted(kind, !on);
    this.#ownPublications();
  }

  async #tellMuted(source: Source, muted: boolean): Promise<void> {
    const publication = this.#rtc.own.get(source)?.publication;
    if (publication) await this.#request({ type: "mute", publication, muted });
  }

  async #microphone(on: boolean): Promise<void> {
    if (on && this.#state.phase === "in" && !this.#may("microphone")) {
      this.#notice(t("The host does not let people use their microphones now."));
      return;
    }
    if (on && this.#tracks.microphone?.readyState !== "live" && !(await this.#openDevice("microphone"))) {
      this.#notice(t("Your microphone can't be used. Look at the settings."));
      return;
    }
    this.#dispatch({ type: "own", own: { microphoneOn: on } });
    await this.#send("microphone");
  }

  async #camera(on: boolean): Promise<void> {
    if (on && this.#state.phase === "in" && !this.#may("camera")) {
      this.#notice(t("The host does not let people use their cameras now."));
      return;
    }
    if (on && this.#tracks.camera?.readyState !== "live" && !(await this.#openDevice("camera"))) {
      this.#notice(t("Your camera can't be used. Look at the settings."));
      return;
    }
    this.#dispatch({ type: "own", own: { cameraOn: on } });
    await this.#send("camera");
    if (!on) {
      this.#end("camera"); // the lamp goes out
      this.#setTrack("camera", null);
      this.#ownPublications();
    }
  }

  #switchOff(kind: devices.Input): void {
    this.#dispatch({ type: "own", own: kind === "microphone" ? { microphoneOn: false } : { cameraOn: false } });
    void this.#rtc.mute(kind, true);
    if (kind === "camera") {
      this.#end("camera");
      this.#setTrack("camera", null);
      this.#ownPublications();
    }
  }

  // ------------------------------------------------------------ sharing, effects

  async #startShare(): Promise<void> {
    if (!this.#may("share")) {
      this.#notice(t("The host does not let people share now."));
      return;
    }
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true });
    } catch (error) {
      if (devices.problemOf(error) !== "refused") this.#notice(t("Your screen can't be shared."));
      return; // the person pressed Cancel
    }
    this.#share = stream;
    const [screen] = stream.getVideoTracks();
    const [sound] = stream.getAudioTracks();
    if (!screen) return;
    screen.addEventListener("ended", () => void this.#stopShare(), { signal: this.#closed.signal });
    this.#dispatch({ type: "own", own: { sharing: true } });
    await this.#rtc.send("screen", screen);
    if (sound) await this.#rtc.send("screen_audio", sound);
  }

  async #stopShare(): Promise<void> {
    this.#share?.getTracks().forEach((track) => track.stop());
    this.#share = null;
    this.#dispatch({ type: "own", own: { sharing: false } });
    await this.#rtc.send("screen", null);
    await this.#rtc.send("screen_audio", null);
  }

  /** Switches an effect on or off; what is sent changes without a gap. */
  async #effect(effect: "blur" | "noise", on: boolean): Promise<void> {
    const kind = effect === "blur" ? "camera" : "microphone";
    this.#dispatch({ type: "own", own: effect === "blur" ? { blur: on } : { noiseSuppression: on } });
    this.#dispatch({ type: "cost", cost: effect === "blur" ? { blur_ms: 0 } : { noise_ms: 0 } });
    const raw = this.#raw[kind];
    if (!raw) return; // it is applied when the device is opened
    const before = this.#effects[kind];
    this.#effects[kind] = null;
    this.#setTrack(kind, await this.#changed(kind, raw));
    await this.#send(kind);
    before?.stop();
  }

  /** The device's track with its effect, or as it is when there is none or it can't be had. */
  async #changed(kind: devices.Input, raw: MediaStreamTrack): Promise<MediaStreamTrack> {
    const { blur, noiseSuppression } = this.#state.own;
    if (kind === "camera" ? !blur : !noiseSuppression) return raw;
    try {
      const running = kind === "camera"
        ? await (await import("./effects/blur")).blur(raw, (blur_ms) => this.#dispatch({ type: "cost", cost: { blur_ms } }))
        : await (await import("./effects/noise")).suppressNoise(raw, (noise_ms) => this.#dispatch({ type: "cost", cost: { noise_ms } }));
      this.#effects[kind] = running;
      return running.track;
    } catch (error) {
      if (error instanceof Unsupported) console.info("effect not available", kind, error.message);
      else console.error(error);
      this.#dispatch({ type: "own", own: kind === "camera" ? { blur: false } : { noiseSuppression: false } });
      this.#notice(kind === "camera" ? t("Background blur does not work in this browser.") : t("Noise suppression does not work in this browser."));
      return raw;
    }
  }

  /** The device is let go, with whatever changes its track. */
  #end(kind: devices.Input): void {
    this.#effects[kind]?.stop();
    this.#effects[kind] = null;
    this.#tracks[kind]?.stop();
    this.#raw[kind]?.stop();
    this.#raw[kind] = null;
  }

  // ------------------------------------------------------------ measuring

  async #measure(): Promise<void> {
    const pc = this.#rtc.connection;
    if (!pc || pc.connectionState !== "connected") return;
    const report = await pc.getStats();
    const byMid = new Map<string, string>();
    for (const own of this.#rtc.own.values()) if (own.transceiver?.mid) byMid.set(own.transceiver.mid, own.publication);
    for (const { publication, track } of this.#state.received.values()) {
      const mid = pc.getTransceivers().find((x) => x.receiver.track === track)?.mid;
      if (mid) byMid.set(mid, publication.id);
    }
    const figures = this.#reader.read((report as unknown as Map<string, never>).values(), Date.now(), (mid) => byMid.get(mid) ?? "");
    this.#dispatch({ type: "stats", stats: figures.stats });
    if (this.#state.connection === "good" || this.#state.connection === "weak")
      this.#dispatch({ type: "connection", connection: this.#mark.take(figures) ? "weak" : "good" });
    this.#readings += 1;
    if (this.#readings % REPORT_EVERY === 0 && this.#signalling?.open)
      await this.#request({
        type: "quality.report",
        round_trip_ms: Math.round(figures.stats.roundTrip_ms),
        loss_up_permille: Math.min(1000, Math.round(figures.lossUp * 1000)),
        loss_down_permille: Math.min(1000, Math.round(figures.lossDown * 1000)),
        jitter_ms: Math.round(figures.jitter_ms),
      }).catch(() => undefined);
  }
}
