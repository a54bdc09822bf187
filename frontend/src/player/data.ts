// What the page hands to the player: courses/views/reading.py writes it.
export interface Track {
  kind: "captions" | "subtitles" | "chapters";
  language: string;
  label: string;
  url: string;
}

export interface Note {
  id: number;
  at_s: number;
  text: string;
}

/** A question at a set moment. Which answers are right the server says to who has answered. */
export interface Pause {
  at: number;
  name: string;
  text: string;
  several: boolean;
  answers: { id: string; text: string }[];
}

export interface Told {
  right: boolean;
  answers: string[];
  feedback: string;
}

export interface PlayerData {
  hls: string;
  poster: string;
  storyboard: string;
  duration: number;
  title: string;
  complete: boolean; // false: more qualities follow
  audio: boolean;
  tracks: Track[];
  noSeek: boolean;
  audioOnly: boolean;
  lesson: string;
  notes: Note[];
  pauses?: Pause[];
  page: number;
  viewing?: string; // none: nothing is reported
  position?: number;
  seconds?: number;
  reached?: number;
  share?: number;
}

export interface Standing {
  seconds: number;
  share: number;
  reached: number;
  complete: boolean;
}

/** Django's token, as htmx sends it too. */
export function csrf(): string {
  try {
    return String((JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>)["X-CSRFToken"] ?? "");
  } catch {
    return "";
  }
}

export async function post<T>(url: string, body: unknown, keepalive = false): Promise<T> {
  const answer = await fetch(url, {
    method: "POST",
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Refused(answer.status);
  return (await answer.json()) as T;
}

export class Refused extends Error {
  constructor(readonly status: number) {
    super(`refused with ${status}`);
  }
}
