// The words of the meeting page that are chosen by a code. Every literal stands in t("…") so that the translations' test finds it.
import { t } from "../../shared/i18n";
import type { Capability, Reaction, Role } from "../protocol.gen";
import type { Connection, DeviceProblem } from "../state";
import type { IconName } from "./icons";

export function connectionWords(connection: Connection): { word: string; icon: IconName; why: string } {
  switch (connection) {
    case "good":
      return { word: t("Connection good"), icon: "shield-check", why: t("Picture and sound arrive as they should.") };
    case "weak":
      return {
        word: t("Connection weak"),
        icon: "line-2",
        why: t("Your line is slow or loses data. Pictures may be coarse; sound comes first."),
      };
    case "resuming":
      return {
        word: t("Reconnecting"),
        icon: "refresh-cw",
        why: t("The connection was lost. Trying again; you need not do anything."),
      };
    case "lost":
      return { word: t("No connection"), icon: "wifi-off", why: t("The connection could not be made again yet. Trying on.") };
  }
}

/** A person's line as the room marks it: 0 lost, 1 poor, 2 fair, 3 good (rooms/session/quality.py). */
export function qualityWords(quality: number): { word: string; icon: IconName; weak: boolean } {
  if (quality >= 3) return { word: t("Good line"), icon: "line-5", weak: false };
  if (quality === 2) return { word: t("Fair line: now and then a coarse picture"), icon: "line-3", weak: false };
  if (quality === 1) return { word: t("Weak line: picture and sound may stop for moments"), icon: "line-2", weak: true };
  return { word: t("The line is lost at the moment"), icon: "line-0", weak: true };
}

export function reasonWords(reason: string): string {
  switch (reason) {
    case "wanted":
      return t("as large as it is shown");
    case "bandwidth":
      return t("smaller, so that it fits your line");
    case "source":
      return t("no larger picture is sent");
    case "paused":
      return t("paused, not shown now");
    case "muted":
      return t("switched off by the sender");
    case "codec":
      return t("your browser cannot show this kind");
    default:
      return "";
  }
}

export function roleWords(role: Role): string {
  return role === "host" ? t("Host") : role === "cohost" ? t("Co-host") : "";
}

export function reactionWords(reaction: Reaction): { word: string; icon: IconName } {
  switch (reaction) {
    case "thumbs_up":
      return { word: t("Thumbs up"), icon: "thumbs-up" };
    case "clap":
      return { word: t("Applause"), icon: "clap" };
    case "heart":
      return { word: t("Thank you"), icon: "heart" };
    case "laugh":
      return { word: t("Laughing"), icon: "laugh" };
    case "surprise":
      return { word: t("Surprised"), icon: "sparkles" };
    case "celebrate":
      return { word: t("Congratulations"), icon: "party-popper" };
    case "yes":
      return { word: t("Yes"), icon: "circle-check" };
    case "no":
      return { word: t("No"), icon: "circle-x" };
  }
}

export const REACTIONS: readonly Reaction[] = ["thumbs_up", "clap", "heart", "laugh", "surprise", "celebrate", "yes", "no"];

export const CAPABILITIES: readonly Capability[] = ["microphone", "camera", "share", "chat", "private_chat", "react", "rename"];

export function capabilityWords(capability: Capability): string {
  switch (capability) {
    case "microphone":
      return t("Use the microphone");
    case "camera":
      return t("Use the camera");
    case "share":
      return t("Share the screen");
    case "chat":
      return t("Write to everyone");
    case "private_chat":
      return t("Write to one person");
    case "react":
      return t("Send reactions");
    case "rename":
      return t("Change one’s name");
  }
}

export function microphoneProblem(problem: DeviceProblem): string {
  switch (problem) {
    case "refused":
      return t("Your browser is blocking the microphone. Press the lock in the address bar and allow it.");
    case "missing":
      return t("No microphone was found. Plug one in, or go in and listen.");
    case "in_use":
      return t("The microphone is in use by another program. Close that program, then try again.");
    case "unsupported":
      return t("This browser cannot use a microphone here. You can go in, listen and write.");
    case "failed":
      return t("The microphone did not start. Unplug it and plug it in again, then try again.");
  }
}

export function cameraProblem(problem: DeviceProblem): string {
  switch (problem) {
    case "refused":
      return t("Your browser is blocking the camera. Press the lock in the address bar and allow it.");
    case "missing":
      return t("No camera was found. Plug one in, or go in without a picture.");
    case "in_use":
      return t("The camera is in use by another program. Close that program, then try again.");
    case "unsupported":
      return t("This browser cannot use a camera here. You can go in without a picture.");
    case "failed":
      return t("The camera did not start. Unplug it and plug it in again, then try again.");
  }
}

/** "19 min", "1 h 05 min". */
export function elapsed(minutes: number): string {
  if (minutes < 60) return t("{minutes} min", { minutes });
  return t("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
}

export function clock(at_ms: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "en", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at_ms);
}
