// How large each received picture is shown, told to the engine once per change. Several places may show one picture.

type Tell = (publication: string, max_height_px: number) => void;

const PATIENCE_MS = 500;

export class Wants {
  #patient = new Set<string>(); // shown nowhere for the moment: a tile that moves to another view comes back at once
  #shown = new Map<string, Map<object, number>>();
  #told = new Map<string, number>();
  #known: ReadonlySet<string> = new Set();
  #hidden = false;
  #queued = false;

  constructor(
    private readonly tell: Tell,
    private readonly later: (f: () => void) => void = (f) => queueMicrotask(f),
    private readonly patiently: (f: () => void) => void = (f) => void setTimeout(f, PATIENCE_MS),
  ) {}

  /** `place` shows the publication this tall (device pixels); 0 or `drop`: no longer. */
  show(place: object, publication: string, height_px: number): void {
    const places = this.#shown.get(publication) ?? new Map<object, number>();
    places.set(place, height_px);
    this.#shown.set(publication, places);
    this.#queue();
  }

  drop(place: object, publication: string): void {
    this.#shown.get(publication)?.delete(place);
    this.#queue();
  }

  /** All received pictures there are; those nobody shows are paused. */
  know(publications: ReadonlySet<string>): void {
    const same = publications.size === this.#known.size && [...publications].every((id) => this.#known.has(id));
    if (same) return;
    this.#known = publications;
    for (const id of [...this.#told.keys()]) if (!publications.has(id)) this.#told.delete(id);
    for (const id of [...this.#shown.keys()])
      if (!publications.has(id) && this.#shown.get(id)?.size === 0) this.#shown.delete(id);
    this.#queue();
  }

  /** The whole page is hidden: nothing is wanted. */
  hide(hidden: boolean): void {
    this.#hidden = hidden;
    this.#queue();
  }

  wanted(publication: string): number {
    if (this.#hidden) return 0;
    return Math.max(0, ...(this.#shown.get(publication)?.values() ?? []));
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.later(() => this.#flush());
  }

  #flush(): void {
    this.#queued = false;
    for (const id of this.#known) {
      const height_px = this.wanted(id);
      if (height_px > 0) this.#patient.delete(id);
      if (this.#told.get(id) === height_px) continue;
      if (height_px > 0 || this.#hidden) this.#say(id, height_px);
      else if (!this.#patient.has(id)) {
        this.#patient.add(id);
        this.patiently(() => {
          if (this.#patient.delete(id) && this.#known.has(id)) this.#say(id, this.wanted(id));
        });
      }
    }
  }

  #say(id: string, height_px: number): void {
    if (this.#told.get(id) === height_px) return;
    this.#told.set(id, height_px);
    this.tell(id, height_px);
  }
}
