// Cameras, microphones and speakers of this machine, and what to say when one can't be had.
import type { DeviceProblem } from "./state";

export type Input = "microphone" | "camera";
const KIND: Readonly<Record<Input, "audio" | "video">> = { microphone: "audio", camera: "video" };
const REMEMBERED = "stoa.devices";

export interface Choice {
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
}

/** Why getUserMedia failed, as far as its error's name tells. W3C Media Capture and Streams, 10.2. */
export function problemOf(error: unknown): DeviceProblem {
  if (!window.isSecureContext || !navigator.mediaDevices) return "unsupported";
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    case "NotSupportedError":
      return "unsupported";
    default:
      return "failed";
  }
}

export function remembered(): Choice {
  const none = { microphone: "", camera: "", speaker: "" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Partial<Choice>) };
  } catch {
    return none; // storage is switched off or holds something else: nothing is remembered
  }
}

export function remember(choice: Choice): void {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(choice));
  } catch {
    return; // the choice holds for this visit
  }
}

function constraints(input: Input, id: string): MediaStreamConstraints {
  const deviceId = id ? { deviceId: { ideal: id } } : {};
  if (input === "microphone")
    return { audio: { ...deviceId, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
  return { video: { ...deviceId, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } } };
}

/** A track of the chosen device, or the reason there is none. Never raises. */
export async function open(input: Input, id: string): Promise<MediaStreamTrack | DeviceProblem> {
  if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints(input, id));
    return stream.getTracks().find((track) => track.kind === KIND[input]) ?? "failed";
  } catch (error) {
    return problemOf(error);
  }
}

export interface Listed {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
}

export async function list(): Promise<Listed> {
  let all: MediaDeviceInfo[] = [];
  try {
    all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  } catch {
    all = []; // a browser that won't tell has none to choose from
  }
  const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
  return { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
}

/** Loudness of a track, 0..1, about fifteen times a second until `stop`. */
export function meter(track: MediaStreamTrack, level: (value: number) => void): { stop(): void } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    const db = 10 * Math.log10(sum / samples.length + 1e-9);
    level(Math.min(1, Math.max(0, (db + 60) / 50))); // −60 dB nothing, −10 dB full
  }, 66);
  return {
    stop() {
      clearInterval(timer);
      void context.close();
    },
  };
}

/** Three soft notes on the chosen speaker. */
export async function testTone(speaker: string): Promise<void> {
  const context = new AudioContext();
  if (speaker && "setSinkId" in context) await (context as AudioContext & { setSinkId(id: string): Promise<void> }).setSinkId(speaker);
  [440, 554, 659].forEach((frequency, index) => {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const from = context.currentTime + index * 0.25;
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.2, from + 0.04);
    gain.gain.linearRampToValueAtTime(0, from + 0.24);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + 0.25);
  });
  setTimeout(() => void context.close(), 1_200);
}
