// What every element of the meeting page shares: light DOM, so that the shared style sheets reach it; asks by intents.
import { LitElement } from "lit";
import type { Participant, Publication, Source } from "../protocol.gen";
import { type Intent, type Received, type State, intent } from "../state";

/** What the elements need of the engine. */
export interface RoomEngine extends EventTarget {
  readonly state: State;
  readonly preview: MediaStream;
  do(intent: Intent): void;
}

export abstract class Part extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Parts of the state this element does not show: many of them change many times a second. */
  protected readonly ignores: readonly (keyof State)[] = [];

  protected override shouldUpdate(changed: Map<PropertyKey, unknown>): boolean {
    const before = changed.get("state") as State | undefined;
    if (changed.size !== 1 || before === undefined || !this.hasUpdated) return true;
    const now = (this as unknown as { state: State }).state;
    return (Object.keys(now) as (keyof State)[]).some((key) => before[key] !== now[key] && !this.ignores.includes(key));
  }

  /** Ask for a change; the engine decides. */
  protected ask(detail: Intent): void {
    this.dispatchEvent(intent(detail));
  }

  protected tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

export function publicationOf(state: State, participant: string, source: Source): Received | null {
  for (const received of state.received.values())
    if (received.publication.participant === participant && received.publication.source === source) return received;
  return null;
}

export function isHost(state: State): boolean {
  const role = state.participants.get(state.own.id)?.role;
  return role === "host" || role === "cohost";
}

export function may(state: State, capability: Participant["capabilities"][number]): boolean {
  const me = state.participants.get(state.own.id);
  return me === undefined || me.capabilities.includes(capability);
}

/** Silent: no microphone published, or muted. One's own is known without asking the room. */
export function isMuted(state: State, participant: string): boolean {
  if (participant === state.own.id) return !state.own.microphoneOn;
  const microphone = publicationOf(state, participant, "microphone");
  return microphone === null || microphone.publication.muted;
}

export function screens(state: State): Publication[] {
  return [...state.received.values()].map((r) => r.publication).filter((p) => p.source === "screen");
}
