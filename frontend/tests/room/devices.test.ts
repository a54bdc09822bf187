import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { list, open, problemOf, remember, remembered } from "../../src/room/devices";

const getUserMedia = vi.fn();
const enumerateDevices = vi.fn();

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia, enumerateDevices } });
  localStorage.clear();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test.each([
  ["NotAllowedError", "refused"], ["SecurityError", "refused"], ["NotFoundError", "missing"], ["OverconstrainedError", "missing"],
  ["NotReadableError", "in_use"], ["AbortError", "in_use"], ["NotSupportedError", "unsupported"], ["OddError", "failed"],
])("%s means %s", async (name, problem) => {
  getUserMedia.mockRejectedValue(new DOMException("", name));
  expect(await open("camera", "")).toBe(problem);
});

test("a page without a secure connection has no devices, and says so", () => {
  vi.stubGlobal("isSecureContext", false);
  expect(problemOf(new DOMException("", "NotAllowedError"))).toBe("unsupported");
});

test("the chosen device is asked for, and any other is taken where it is gone", async () => {
  const track = { kind: "audio" };
  getUserMedia.mockResolvedValue({ getTracks: () => [track] });
  expect(await open("microphone", "desk")).toBe(track);
  expect(getUserMedia.mock.lastCall?.[0]).toMatchObject({ audio: { deviceId: { ideal: "desk" } } });
  expect(getUserMedia.mock.lastCall?.[0]).not.toHaveProperty("video");
});

test("devices are listed by kind; those the browser hides are not", async () => {
  const device = (kind: string, deviceId: string) => ({ kind, deviceId });
  enumerateDevices.mockResolvedValue([device("audioinput", "a"), device("videoinput", ""), device("audiooutput", "s")]);
  expect(await list()).toEqual({ microphones: [device("audioinput", "a")], cameras: [], speakers: [device("audiooutput", "s")] });
  enumerateDevices.mockRejectedValue(new DOMException("", "NotAllowedError"));
  expect(await list()).toEqual({ microphones: [], cameras: [], speakers: [] });
});

test("a choice is remembered, and what is unreadable is nothing", () => {
  remember({ microphone: "m", camera: "c", speaker: "" });
  expect(remembered()).toEqual({ microphone: "m", camera: "c", speaker: "" });
  localStorage.setItem("stoa.devices", "{half");
  expect(remembered()).toEqual({ microphone: "", camera: "", speaker: "" });
});
