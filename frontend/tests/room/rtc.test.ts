import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Answer, Offer, Publication, Source } from "../../src/room/protocol.gen";
import { cameraEncodings, Rtc } from "../../src/room/rtc";

class FakeTrack {
  contentHint = "";
  constructor(readonly kind: string, readonly height = 720) {}
  getSettings(): object { return { width: (this.height * 16) / 9, height: this.height }; }
}

class FakeTransport extends EventTarget {
  state = "connected";
  become(state: string): void { this.state = state; this.dispatchEvent(new Event("statechange")); }
}

class FakeTransceiver {
  mid: string | null = null;
  currentDirection = "";
  receiver: { track: FakeTrack };
  sender: Record<string, unknown>;
  transport: FakeTransport;
  constructor(readonly given: FakeTrack | string, public direction: string, encodings: RTCRtpEncodingParameters[] = []) {
    this.receiver = { track: new FakeTrack(typeof given === "string" ? given : given.kind) };
    this.transport = new FakeTransport();
    const parameters = { encodings: encodings.map((each) => ({ ...each })) };
    this.sender = {
      track: typeof given === "string" ? null : given,
      transport: this.transport,
      replaceTrack: vi.fn(async (track: unknown) => { this.sender["track"] = track; }),
      getParameters: () => parameters,
      setParameters: vi.fn(async () => undefined),
    };
  }
}

class FakeConnection {
  static made: FakeConnection[] = [];
  transceivers: FakeTransceiver[] = [];
  connectionState = "new";
  signalingState = "stable";
  remoteDescription: unknown = null;
  onconnectionstatechange: (() => void) | null = null;
  offers: { iceRestart?: boolean }[] = [];
  closed = false;
  constructor() { FakeConnection.made.push(this); }
  addTransceiver(given: FakeTrack | string, init: RTCRtpTransceiverInit): FakeTransceiver {
    const made = new FakeTransceiver(given, init.direction ?? "sendrecv", init.sendEncodings);
    this.transceivers.push(made);
    return made;
  }
  getTransceivers(): FakeTransceiver[] { return this.transceivers; }
  async createOffer(options: { iceRestart?: boolean }): Promise<object> { this.offers.push(options); return { type: "offer", sdp: "v=0" }; }
  async setLocalDescription(description: { type: string }): Promise<void> {
    this.signalingState = description.type === "rollback" ? "stable" : "have-local-offer";
    if (description.type === "offer") this.transceivers.forEach((each, index) => { each.mid = String(index); });
  }
  async setRemoteDescription(description: unknown): Promise<void> { this.remoteDescription = description; this.signalingState = "stable"; }
  close(): void { this.closed = true; this.connectionState = "closed"; }
  become(state: string): void { this.connectionState = state; this.onconnectionstatechange?.(); }
}

const last = () => FakeConnection.made.at(-1) as FakeConnection;
const camera = (height = 720) => new FakeTrack("video", height) as unknown as MediaStreamTrack;
const voice = () => new FakeTrack("audio") as unknown as MediaStreamTrack;
const publication = (id: string, source: Source = "camera"): Publication =>
  ({ id, participant: "bob", source, muted: false, codec: "", layers: [], width: 0, height: 0 });
const settle = () => vi.advanceTimersByTimeAsync(0);
const together = () => vi.advanceTimersByTimeAsync(150);

function room(change: (offer: Offer) => Partial<Answer> = () => ({})) {
  const offers: Offer[] = [];
  const hooks = {
    offer: vi.fn(async (offer: Offer): Promise<Answer> => {
      offers.push(offer);
      const publications = Object.fromEntries((offer.publish ?? []).map(({ mid, source }) => [mid, `own-${source}`]));
      return { number: offer.number, sdp: "v=0", publications, refused: {}, began: false, ...change(offer) };
    }),
    track: vi.fn(), published: vi.fn(), connection: vi.fn(),
  };
  return { rtc: new Rtc(hooks), hooks, offers };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  FakeConnection.made = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a large camera has three layers, a small one fewer, the lowest first", () => {
  expect(cameraEncodings(720).map(({ rid, scaleResolutionDownBy }) => [rid, scaleResolutionDownBy])).toEqual([["q", 4], ["h", 2], ["f", 1]]);
  expect(cameraEncodings(360).map(({ rid }) => rid)).toEqual(["h", "f"]);
  expect(cameraEncodings(180).map(({ rid }) => rid)).toEqual(["f"]);
});

test("what is sent at once goes out in few offers, each section under its own mid", async () => {
  const { rtc, hooks, offers } = room();
  void rtc.send("microphone", voice());
  void rtc.send("camera", camera());
  await settle();
  expect(offers.length).toBeLessThanOrEqual(2);
  expect(offers.at(-1)?.publish?.map(({ mid, source }) => [mid, source])).toEqual([["0", "microphone"], ["1", "camera"]]);
  expect(hooks.published).toHaveBeenCalledWith("camera", "own-camera");
  expect(rtc.own.get("camera")?.publication).toBe("own-camera");
});

test("offers are made one after the other, with rising numbers", async () => {
  let answer: () => void = () => undefined;
  const { rtc, hooks, offers } = room();
  hooks.offer.mockImplementationOnce((offer) => new Promise((resolve) => {
    offers.push(offer);
    answer = () => resolve({ number: offer.number, sdp: "v=0", publications: {}, refused: {}, began: false });
  }));
  rtc.receive([publication("a")]);
  await settle();
  rtc.receive([publication("a"), publication("b")]);
  rtc.receive([publication("a"), publication("b"), publication("c")]);
  await together();
  expect(offers).toHaveLength(1);
  answer();
  await settle();
  expect(offers.map(({ number }) => number)).toEqual([1, 2]);
  expect(offers[1]?.receive?.map((each) => each.publication)).toEqual(["a", "b", "c"]);
});

test("an ended publication's section serves the next one of its kind", async () => {
  const { rtc, hooks } = room();
  rtc.receive([publication("a"), publication("v", "microphone")]);
  await settle();
  rtc.receive([publication("v", "microphone")]);
  expect(hooks.track).toHaveBeenCalledWith("a", null);
  await together();
  rtc.receive([publication("v", "microphone"), publication("b")]);
  await together();
  expect(last().transceivers.map(({ given }) => given)).toEqual(["video", "audio"]);
  expect(last().transceivers[0]?.direction).toBe("recvonly");
});

test("people who come one after the other are in one offer, the first at once", async () => {
  const { rtc, offers } = room();
  rtc.receive([publication("a")]);
  await settle();
  expect(offers).toHaveLength(1);
  for (const ids of [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]) {
    rtc.receive(ids.map((id) => publication(id)));
    await vi.advanceTimersByTimeAsync(40);
  }
  await together();
  expect(offers).toHaveLength(2);
  expect(offers[1]?.receive).toHaveLength(4);
});

test("muted sends nothing, unmuted the same track again", async () => {
  const { rtc } = room();
  const track = voice();
  await rtc.send("microphone", track);
  await settle();
  const sender = last().transceivers[0]?.sender;
  await rtc.mute("microphone", true);
  expect(sender?.["track"]).toBeNull();
  await rtc.mute("microphone", false);
  expect(sender?.["track"]).toBe(track);
});

test("layers nobody wants are not encoded, and the lowest always is", async () => {
  const { rtc } = room();
  await rtc.send("camera", camera());
  await settle();
  const active = () => (last().transceivers[0]?.sender["getParameters"] as () => { encodings: { active: boolean }[] })().encodings.map((each) => each.active);
  await rtc.demand("own-camera", "h");
  expect(active()).toEqual([true, true, false]);
  await rtc.demand("own-camera", null);
  expect(active()).toEqual([true, false, false]);
  await rtc.demand("own-camera", "f");
  expect(active()).toEqual([true, true, true]);
});

test("a refused offer is rolled back, and an ICE restart in it is made good", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { rtc, hooks } = room();
  rtc.receive([publication("a")]);
  await settle();
  hooks.offer.mockRejectedValueOnce(new Error("media.failed"));
  rtc.restartIce();
  await settle();
  expect(last().signalingState).toBe("stable");
  rtc.negotiate();
  await settle();
  expect(last().offers.map(({ iceRestart }) => iceRestart)).toEqual([false, true, true]);
});

test("a broken connection restarts ICE, and begins anew when that does not help", async () => {
  const { rtc, hooks } = room();
  rtc.receive([publication("a")]);
  await settle();
  const first = last();
  first.become("disconnected");
  expect(hooks.connection).toHaveBeenLastCalledWith("broken");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(first.offers.at(-1)).toEqual({ iceRestart: true });
  await vi.advanceTimersByTimeAsync(8_000);
  expect(first.closed).toBe(true);
  expect(last()).not.toBe(first);
  last().become("connected");
  expect(hooks.connection).toHaveBeenLastCalledWith("connected");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(FakeConnection.made).toHaveLength(2);
});

test("a node that knows the connection no more gets a new one with everything in it", async () => {
  let began = false;
  const { rtc, hooks, offers } = room(() => ({ began }));
  await rtc.send("microphone", voice());
  rtc.receive([publication("a")]);
  await settle();
  began = true;
  rtc.restartIce();
  await vi.advanceTimersByTimeAsync(1);
  expect(FakeConnection.made.length).toBeGreaterThan(1);
  expect(FakeConnection.made[0]?.closed).toBe(true);
  expect(offers.at(-1)?.publish).toHaveLength(1);
  expect(offers.at(-1)?.receive).toHaveLength(1);
  expect(hooks.track).toHaveBeenLastCalledWith("a", last().transceivers[1]?.receiver.track);
});

test("DTLS that the node closed needs a new connection at once", async () => {
  const { rtc, hooks } = room();
  rtc.receive([publication("a")]);
  await settle();
  const first = last();
  first.transceivers[0]?.transport.become("closed");
  await settle();
  expect(hooks.connection).toHaveBeenLastCalledWith("broken");
  expect(first.closed).toBe(true);
  expect(FakeConnection.made).toHaveLength(2);
  first.transceivers[0]?.transport.become("failed"); // the old one says nothing any more
  await settle();
  expect(FakeConnection.made).toHaveLength(2);
});

test("a demand that came before its publication was known is kept", async () => {
  const { rtc } = room();
  void rtc.demand("own-camera", "q");
  await rtc.send("camera", camera());
  await settle();
  expect(last().transceivers[0]?.sender["setParameters"]).toHaveBeenCalledOnce();
});

test("a refused section is not shown", async () => {
  const { rtc, hooks } = room((offer) => ({ refused: Object.fromEntries((offer.receive ?? []).map(({ mid }) => [mid, "publication.unknown"])) }));
  rtc.receive([publication("gone")]);
  await settle();
  expect(hooks.track).not.toHaveBeenCalledWith("gone", expect.anything());
});
