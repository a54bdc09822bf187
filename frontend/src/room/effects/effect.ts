// A track in, a changed track out. An effect that can't be had gives the track back as it was and says so.

export interface Running {
  readonly track: MediaStreamTrack;
  /** Ends the work; the track that came in goes on and is whoever's it was. */
  stop(): void;
}

export class Unsupported extends Error {}

/** Milliseconds of work for one picture or one piece of sound, averaged by the effect. */
export type Cost = (ms: number) => void;
