import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refused, RETRY_S, Signalling } from "../../src/room/signalling";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  constructor(readonly url: string) { FakeSocket.made.push(this); }
  send(text: string): void { this.sent.push(JSON.parse(text) as Record<string, unknown>); }
  close(): void { this.readyState = 3; }
  open(): void { this.readyState = 1; this.onopen?.(); }
  say(frame: unknown): void { this.onmessage?.({ data: JSON.stringify(frame) }); }
  drop(): void { this.readyState = 3; this.onclose?.(); }
}

const WELCOME = { version: 1, epoch: "e", session: "s", resume: "secret", you: "me", resumed: false, state: "in", snapshot: null, ice_servers: [], hosts_present: true, now_ms: 0 };
const hooks = () => ({ welcome: vi.fn(), event: vi.fn(), lost: vi.fn(), ended: vi.fn(), refused: vi.fn() });
const ticket = vi.fn(async () => ({ ticket: "t", ws_url: "/ws/rooms/x/" }));
const last = () => FakeSocket.made.at(-1) as FakeSocket;
const settle = () => vi.advanceTimersByTimeAsync(0);

async function entered(told = hooks()) {
  const signalling = new Signalling(ticket, told, () => 0.5);
  signalling.start();
  await settle();
  last().open();
  last().say({ re: 1, ok: WELCOME });
  await settle();
  return { signalling, told };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
  ticket.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("hello carries the ticket, and the welcome arrives", async () => {
  const { told } = await entered();
  expect(last().sent[0]).toMatchObject({ type: "hello", ticket: "t" });
  expect(told.welcome).toHaveBeenCalledOnce();
});

test("every request gets its own answer", async () => {
  const { signalling } = await entered();
  const hand = signalling.request({ type: "hand", raised: true });
  const ping = signalling.request({ type: "ping" });
  last().say({ re: 3, error: { code: "too_many", text: "Slowly" } });
  last().say({ re: 2, ok: {} });
  await expect(hand).resolves.toEqual({});
  await expect(ping).rejects.toEqual(new Refused("too_many", "Slowly"));
});

test("a broken socket is taken up again with the secret and the last number, without a new ticket", async () => {
  const { told } = await entered();
  last().say({ seq: 1, type: "speakers", speakers: [] });
  last().say({ seq: 2, type: "speakers", speakers: [] });
  last().drop();
  expect(told.lost).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(RETRY_S[0] * 1000 + 1);
  last().open();
  expect(last().sent[0]).toMatchObject({ type: "hello", resume: "secret", last_seq: 2, epoch: "e" });
  expect(ticket).toHaveBeenCalledOnce();
});

test("an event that was replayed twice counts once", async () => {
  const { told } = await entered();
  last().say({ seq: 1, type: "speakers", speakers: [] });
  last().say({ seq: 1, type: "speakers", speakers: [] });
  expect(told.event).toHaveBeenCalledOnce();
});

test("a session that the room forgot is entered anew with a new ticket", async () => {
  await entered();
  last().drop();
  await vi.advanceTimersByTimeAsync(1);
  last().open();
  const id = (last().sent[0] as { id: number }).id;
  last().say({ re: id, error: { code: "session.lost", text: "" } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ticket).toHaveBeenCalledTimes(2);
});

test("a goodbye that says disconnect is the end", async () => {
  const { told } = await entered();
  last().say({ seq: 1, type: "goodbye", action: "disconnect", reason: "removed" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.ended).toHaveBeenCalledOnce();
  expect(FakeSocket.made.length).toBe(1);
});

test("a refusal at the door is told and not tried again", async () => {
  const told = hooks();
  const refusing = vi.fn(() => Promise.reject(new Refused("passcode.wrong", "Wrong")));
  new Signalling(refusing, told).start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.refused).toHaveBeenCalledOnce();
  expect(refusing).toHaveBeenCalledOnce();
});

test("without a network it goes on trying, further and further apart", async () => {
  const failing = vi.fn(() => Promise.reject(new TypeError("network")));
  new Signalling(failing, hooks(), () => 0.5).start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(failing.mock.calls.length).toBeGreaterThan(5);
  expect(failing.mock.calls.length).toBeLessThan(10);
});
