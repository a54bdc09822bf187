// A shared screen, with its sound where the browser gives it.
import { problemOf } from "./devices";

export class Sharing {
  #stream: MediaStream | null = null;

  get screen(): MediaStreamTrack | null {
    return this.#stream?.getVideoTracks()[0] ?? null;
  }

  get sound(): MediaStreamTrack | null {
    return this.#stream?.getAudioTracks()[0] ?? null;
  }

  /** "no": the person pressed Cancel. `ended`: they stopped it by the browser's own button. */
  async start(ended: () => void): Promise<"yes" | "no" | "failed"> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true });
      this.stop();
      this.#stream = stream;
    } catch (error) {
      return problemOf(error) === "refused" ? "no" : "failed";
    }
    const mine = this.screen;
    mine?.addEventListener("ended", () => {
      if (this.screen === mine) ended();
    });
    return mine ? "yes" : "failed";
  }

  stop(): void {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }
}
