// The socket to the room: hello and welcome, one answer for each request, numbered events, taking a broken
// session up again. Nothing here knows media or what is shown. Protocol: docs/signalling.md.
import type { AnswerTo, ClientRequest, ErrorCode, EventFrame, Goodbye, ServerEvent, ServerFrame, Welcome } from "./protocol.gen";
import { VERSION } from "./protocol.gen";

export const RETRY_S = [0, 0.3, 1.2, 2.7, 4.8, 7] as const; // then every 7 s
const ANSWER_MS = 15_000;
const SILENCE_MS = 25_000; // a ping goes out after half of this; nothing for all of it: the line is dead

export class Refused extends Error {
  constructor(readonly code: ErrorCode | string, text: string) {
    super(text);
  }
}

/** A ticket, or the reason there is none (Refused), or that the network is away (any other error). */
export type GetTicket = () => Promise<{ readonly ticket: string; readonly ws_url: string }>;

export interface Hooks {
  welcome(welcome: Welcome): void;
  event(event: ServerEvent): void;
  /** The socket is gone and is being taken up again. */
  lost(): void;
  /** The end: told by the room, or refused at the door. No further attempt is made. */
  ended(goodbye: Goodbye): void;
  refused(refusal: Refused): void;
}

interface Waiting {
  readonly resolve: (ok: never) => void;
  readonly reject: (reason: Refused) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class Signalling {
  #socket: WebSocket | null = null;
  #answers = new Map<number, Waiting>();
  #sent = 0;
  #lastSeq = 0;
  #welcome: Welcome | null = null;
  #url = "";
  #attempt = 0;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heard_ms = 0;

  constructor(
    private readonly getTicket: GetTicket,
    private readonly hooks: Hooks,
    private readonly jitter: () => number = Math.random,
  ) {}

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && this.#welcome !== null;
  }

  start(): void {
    window.addEventListener("online", this.#now);
    void this.#connect();
  }

  /** Raises Refused when the room says no, or no answer came, or the line is down. */
  request<T extends ClientRequest["type"]>(message: Extract<ClientRequest, { type: T }>): Promise<AnswerTo<T>> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Refused("offline", ""));
    const id = ++this.#sent;
    return new Promise<AnswerTo<T>>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#answers.delete(id);
        reject(new Refused("no_answer", ""));
      }, ANSWER_MS);
      this.#answers.set(id, { resolve: resolve as Waiting["resolve"], reject, timer });
      socket.send(JSON.stringify({ id, ...message }));
    });
  }

  /** Says goodbye and stays away. */
  async leave(): Promise<void> {
    this.#closed = true;
    try {
      if (this.open) await Promise.race([this.request({ type: "leave" }), new Promise((done) => setTimeout(done, 500))]);
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal; // leaving needs nobody's leave
    }
    this.close();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    window.removeEventListener("online", this.#now);
    this.#drop();
  }

  #now = (): void => {
    if (this.#closed || this.open) return;
    clearTimeout(this.#retry);
    this.#attempt = 0;
    void this.#connect();
  };

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    for (const waiting of this.#answers.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new Refused("offline", ""));
    }
    this.#answers.clear();
  }

  async #connect(): Promise<void> {
    const welcome = this.#welcome;
    let ticket = "";
    if (welcome === null) {
      try {
        const entered = await this.getTicket();
        ticket = entered.ticket;
        this.#url = new URL(entered.ws_url, location.href.replace(/^http/, "ws")).href;
      } catch (error) {
        if (error instanceof Refused) this.#refused(error);
        else this.#again();
        return;
      }
    }
    if (this.#closed) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#frame(JSON.parse(String(data)) as ServerFrame);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
    socket.onopen = () => {
      this.#heard_ms = Date.now();
      const hello = welcome
        ? { versions: [VERSION], resume: welcome.resume, last_seq: this.#lastSeq, epoch: welcome.epoch }
        : { versions: [VERSION], ticket };
      this.request({ type: "hello", ...hello }).then(this.#welcomed, (error: unknown) => {
        const refusal = error instanceof Refused ? error : new Refused("error", String(error));
        if (refusal.code === "session.lost" || refusal.code === "ticket.invalid") {
          this.#welcome = null; // enter anew
          this.#lost();
        } else if (["offline", "no_answer", "room.unavailable", "internal"].includes(refusal.code)) this.#lost();
        else this.#refused(refusal);
      });
    };
  }

  #welcomed = (welcome: Welcome): void => {
    this.#attempt = 0;
    if (!welcome.resumed) this.#lastSeq = 0;
    this.#welcome = welcome;
    clearInterval(this.#watch);
    this.#watch = setInterval(this.#listen, SILENCE_MS / 5);
    this.hooks.welcome(welcome);
  };

  #listen = (): void => {
    const silent = Date.now() - this.#heard_ms;
    if (silent > SILENCE_MS) this.#lost();
    else if (silent > SILENCE_MS / 2) this.request({ type: "ping" }).catch(() => undefined);
  };

  #frame(frame: ServerFrame): void {
    this.#heard_ms = Date.now();
    if ("re" in frame) {
      const waiting = frame.re === null ? undefined : this.#answers.get(frame.re);
      if (!waiting || frame.re === null) return;
      this.#answers.delete(frame.re);
      clearTimeout(waiting.timer);
      if ("error" in frame) waiting.reject(new Refused(frame.error.code, frame.error.text));
      else waiting.resolve(frame.ok as never);
      return;
    }
    this.#event(frame);
  }

  #event(frame: EventFrame): void {
    if (frame.seq <= this.#lastSeq) return; // replayed twice
    this.#lastSeq = frame.seq;
    if (frame.type === "goodbye") this.#goodbye(frame);
    else this.hooks.event(frame);
  }

  #goodbye(goodbye: Goodbye): void {
    if (goodbye.action === "disconnect") {
      this.close();
      this.hooks.ended(goodbye);
      return;
    }
    if (goodbye.action === "reconnect") this.#welcome = null;
    this.#lost();
  }

  #refused(refusal: Refused): void {
    this.close();
    this.hooks.refused(refusal);
  }

  #lost(): void {
    clearInterval(this.#watch);
    this.#drop();
    if (this.#closed) return;
    this.hooks.lost();
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    const base = RETRY_S[Math.min(this.#attempt, RETRY_S.length - 1)] ?? 7;
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), base * 1000 * (0.8 + 0.4 * this.jitter()));
  }
}
