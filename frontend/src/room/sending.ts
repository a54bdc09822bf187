// What this person sends: microphone, camera and shared screen, switched on and off by them, by the host, by the room.
import { t } from "../shared/i18n";
import * as devices from "./devices";
import { Inputs } from "./inputs";
import type { Publication, Source } from "./protocol.gen";
import type { Action } from "./reducer";
import type { Rtc } from "./rtc";
import { Sharing } from "./sharing";
import type { State } from "./state";

type Kind = devices.Input;

export interface SendingHooks {
  state(): State;
  dispatch(action: Action): void;
  notice(text: string): void;
  changed(): void;
  /** Tells the room that a publication of ours is muted or not. */
  mute(publication: string, muted: boolean): Promise<unknown>;
}

export class Sending {
  readonly inputs: Inputs;
  readonly #share = new Sharing();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rtc: Rtc,
    private readonly hooks: SendingHooks,
  ) {
    this.inputs = new Inputs({
      ...hooks,
      lost: async (kind, again) => (again ? this.#send(kind) : this.rtc.mute(kind, true)),
    });
  }

  get #state(): State {
    return this.hooks.state();
  }

  /** Everything that is on, to a room just entered. */
  async publish(): Promise<void> {
    const { own } = this.#state;
    const microphone = this.inputs.track("microphone");
    const camera = this.inputs.track("camera");
    if (microphone && this.#may("microphone")) await this.rtc.send("microphone", microphone, !own.microphoneOn);
    if (camera && this.#may("camera")) await this.rtc.send("camera", camera, !own.cameraOn);
    if (this.#share.screen && this.#may("share")) await this.#sendShare();
    this.rtc.negotiate();
  }

  /** Own publications show the local tracks. */
  showOwn(): void {
    const tracks: Partial<Record<Source, MediaStreamTrack | null>> = {
      camera: this.inputs.track("camera"), screen: this.#share.screen,
    };
    const { own, phase, received } = this.#state;
    for (const { source, publication, muted } of this.rtc.own.values()) {
      const found = publication ? received.get(publication) : undefined;
      const track = tracks[source] ?? null;
      if (found) {
        if (found.track !== track) this.hooks.dispatch({ type: "track", publication, track });
      } else if (publication && phase === "in") {
        const shown: Publication = {
          id: publication, participant: own.id, source, codec: "", layers: [], width: 0, height: 0, muted,
        };
        this.hooks.dispatch({ type: "own-publication", publication: shown, track });
      }
    }
  }

  /** A camera or microphone on or off. One after the other: what was asked last is what holds. */
  turn(kind: Kind, on: boolean): Promise<void> {
    return this.#inTurn(() => this.#switch(kind, on));
  }

  choose(kind: Kind): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await this.inputs.open(kind))) return;
      this.#say(kind, true);
      await this.#send(kind);
    });
  }

  /** An effect on or off; what is sent changes without a gap. */
  effect(effect: "blur" | "noise", on: boolean): Promise<void> {
    const kind = effect === "blur" ? "camera" : "microphone";
    this.hooks.dispatch({ type: "own", own: effect === "blur" ? { blur: on } : { noiseSuppression: on } });
    this.hooks.dispatch({ type: "cost", cost: effect === "blur" ? { blur_ms: 0 } : { noise_ms: 0 } });
    return this.#inTurn(() => this.inputs.reapply(kind, () => this.#send(kind)));
  }

  /** A host stopped it, or the room begins muted: nothing is sent from now on, and the person may begin again. */
  switchOff(kind: Kind): void {
    this.#say(kind, false);
    void this.rtc.mute(kind, true);
    if (kind === "camera") {
      this.inputs.drop("camera");
      this.showOwn();
    }
  }

  stopped(source: Source): void {
    if (source === "microphone") {
      this.switchOff("microphone");
      this.hooks.notice(t("A host muted your microphone."));
    } else if (source === "camera") {
      this.switchOff("camera");
      this.hooks.notice(t("A host stopped your camera."));
    } else if (this.#share.screen) {
      // A share with sound is two publications and is stopped once.
      void this.stopShare();
      this.hooks.notice(t("A host stopped your share."));
    }
  }

  async startShare(): Promise<void> {
    if (!this.#may("share")) {
      this.hooks.notice(t("The host does not let people share now."));
      return;
    }
    const got = await this.#share.start(() => void this.stopShare());
    if (got === "failed") this.hooks.notice(t("Your screen can't be shared."));
    if (got !== "yes") return;
    this.hooks.dispatch({ type: "own", own: { sharing: true } });
    await this.#sendShare();
  }

  async stopShare(): Promise<void> {
    this.#share.stop();
    this.hooks.dispatch({ type: "own", own: { sharing: false } });
    await this.rtc.send("screen", null);
    await this.rtc.send("screen_audio", null);
  }

  /** The meeting is over: every device is let go. */
  end(): void {
    this.inputs.dropAll();
    this.#share.stop();
    this.hooks.dispatch({ type: "own", own: { sharing: false } });
  }

  close(): void {
    this.inputs.close();
    this.#share.stop();
  }

  async #switch(kind: Kind, on: boolean): Promise<void> {
    if (on && this.#state.phase === "in" && !this.#may(kind)) {
      this.hooks.notice(kind === "microphone"
        ? t("The host does not let people use their microphones now.")
        : t("The host does not let people use their cameras now."));
      return;
    }
    if (on && !this.inputs.live(kind) && !(await this.inputs.open(kind))) {
      this.hooks.notice(kind === "microphone"
        ? t("Your microphone can't be used. Look at the settings.")
        : t("Your camera can't be used. Look at the settings."));
      return;
    }
    this.#say(kind, on);
    await this.#send(kind);
    if (!on && kind === "camera") {
      this.inputs.drop("camera"); // the lamp goes out
      this.showOwn();
    }
  }

  #say(kind: Kind, on: boolean): void {
    this.hooks.dispatch({ type: "own", own: kind === "microphone" ? { microphoneOn: on } : { cameraOn: on } });
  }

  async #send(kind: Kind): Promise<void> {
    const { own, phase } = this.#state;
    if (phase !== "in") return;
    const on = kind === "microphone" ? own.microphoneOn : own.cameraOn;
    await this.rtc.send(kind, this.inputs.track(kind), !on);
    await this.rtc.mute(kind, !on);
    const publication = this.rtc.own.get(kind)?.publication;
    if (publication) await this.hooks.mute(publication, !on);
    this.showOwn();
  }

  async #sendShare(): Promise<void> {
    const { screen, sound } = this.#share;
    if (screen) await this.rtc.send("screen", screen);
    if (sound) await this.rtc.send("screen_audio", sound);
  }

  #may(capability: "microphone" | "camera" | "share"): boolean {
    const me = this.#state.participants.get(this.#state.own.id);
    return !me || me.capabilities.includes(capability);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined); // its asker hears of it
    return mine;
  }
}
