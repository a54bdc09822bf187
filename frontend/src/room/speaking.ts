// Who is shown as speaking: the frame comes after 300 ms of speech and stays 1 s, so that it does not flicker.

export const ON_AFTER_MS = 300;
export const STAYS_MS = 1000;

interface Voice {
  readonly since_ms: number; // start of the running speech
  readonly last_ms: number; // last heard
  readonly shown: boolean;
}

export class Speaking {
  #voices = new Map<string, Voice>();

  /** Who has the frame at `now_ms`, given who makes sound. Call on every change, and again at `next_ms`. */
  step(levels: ReadonlyMap<string, number>, now_ms: number): ReadonlySet<string> {
    for (const [id, level] of levels) {
      if (level <= 0) continue;
      const voice = this.#voices.get(id);
      const since_ms = voice?.since_ms ?? now_ms;
      this.#voices.set(id, { since_ms, last_ms: now_ms, shown: voice?.shown === true || now_ms - since_ms >= ON_AFTER_MS });
    }
    for (const [id, voice] of this.#voices) {
      const silent_ms = now_ms - voice.last_ms;
      if (silent_ms >= (voice.shown ? STAYS_MS : ON_AFTER_MS)) this.#voices.delete(id);
    }
    return new Set([...this.#voices].filter(([, voice]) => voice.shown).map(([id]) => id));
  }

  /** Whether time alone can still change the answer. */
  get pending(): boolean {
    return this.#voices.size > 0;
  }
}
