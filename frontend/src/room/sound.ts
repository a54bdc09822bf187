// Everybody's voice: one audio element for each received sound, with its own volume, on the chosen speaker.

export class Sound {
  #elements = new Map<string, { readonly element: HTMLAudioElement; readonly participant: string }>();
  #speaker = "";

  /** `blocked` is called when the browser wants a click before it plays. */
  constructor(private readonly blocked: () => void) {}

  set(publication: string, participant: string, track: MediaStreamTrack | null, volume: number): void {
    const found = this.#elements.get(publication);
    if (track === null) {
      if (found) found.element.srcObject = null;
      this.#elements.delete(publication);
      return;
    }
    if (found && (found.element.srcObject as MediaStream | null)?.getTracks()[0] === track) return;
    const element = found?.element ?? new Audio();
    element.autoplay = true;
    element.volume = volume;
    element.srcObject = new MediaStream([track]);
    this.#elements.set(publication, { element, participant });
    this.#sink(element);
    this.#play(element);
  }

  keep(publications: ReadonlySet<string>): void {
    for (const id of [...this.#elements.keys()]) if (!publications.has(id)) this.set(id, "", null, 0);
  }

  volume(participant: string, volume: number): void {
    for (const row of this.#elements.values()) if (row.participant === participant) row.element.volume = volume;
  }

  speaker(id: string): void {
    this.#speaker = id;
    for (const { element } of this.#elements.values()) this.#sink(element);
  }

  /** After a click: what was blocked plays now. */
  resume(): void {
    for (const { element } of this.#elements.values()) this.#play(element);
  }

  close(): void {
    this.keep(new Set());
  }

  #sink(element: HTMLAudioElement): void {
    if (this.#speaker && "setSinkId" in element) element.setSinkId(this.#speaker).catch(() => undefined);
  }

  #play(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.blocked();
    });
  }
}
