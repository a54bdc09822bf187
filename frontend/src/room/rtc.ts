// One RTCPeerConnection with the media node. Only this side offers; every section is either one of our own sources or
// one received publication. Offers are made one after the other; what changes meanwhile goes into the next one.
import type { Answer, IceServer, Layer, Offer, Publication, Source } from "./protocol.gen";

const LAYERS: readonly Layer[] = ["q", "h", "f"];
const CAMERA_BPS: Readonly<Record<Layer, number>> = { q: 150_000, h: 500_000, f: 1_500_000 };
const SCREEN_BPS = 2_500_000;
const TOGETHER_MS = 150; // in a large meeting everybody's offers meet at the node when somebody comes
const RESTART_MS = 2_000; // disconnected for this long: ICE restart
const FAILED_MS = 8_000; // restarted for this long without connecting: all anew

export interface Own {
  readonly source: Source;
  track: MediaStreamTrack | null;
  muted: boolean;
  transceiver: RTCRtpTransceiver | null;
  publication: string; // its id, "" before the first answer
}

export interface RtcHooks {
  offer(offer: Offer): Promise<Answer>;
  track(publication: string, track: MediaStreamTrack | null): void;
  published(source: Source, publication: string): void;
  connection(state: "connected" | "broken"): void;
}

/** The encodings of a camera: three layers, fewer for a small picture. RFC 8853. */
export function cameraEncodings(height: number): RTCRtpEncodingParameters[] {
  const used = height > 0 && height < 200 ? 1 : height > 0 && height < 400 ? 2 : 3;
  return LAYERS.slice(3 - used).map((rid, index) => ({
    rid,
    scaleResolutionDownBy: 2 ** (used - 1 - index),
    maxBitrate: CAMERA_BPS[rid],
    active: true,
  }));
}

export class Rtc {
  #pc: RTCPeerConnection | null = null;
  #own = new Map<Source, Own>();
  #receive = new Map<string, { transceiver: RTCRtpTransceiver | null; source: Source }>();
  #free: RTCRtpTransceiver[] = [];
  #number = 0;
  #busy = false;
  #again = false;
  #restart = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #demand = new Map<string, Layer | null>();
  #watched: RTCDtlsTransport | null = null;

  constructor(
    private readonly hooks: RtcHooks,
    private iceServers: readonly IceServer[] = [],
  ) {}

  get connection(): RTCPeerConnection | null {
    return this.#pc;
  }

  /** What we send: source → its state. Read only. */
  get own(): ReadonlyMap<Source, Own> {
    return this.#own;
  }

  servers(iceServers: readonly IceServer[]): void {
    this.iceServers = iceServers;
  }

  /** Publishes, replaces or (null) ends a source. */
  async send(source: Source, track: MediaStreamTrack | null, muted = false): Promise<void> {
    const own = this.#own.get(source);
    if (track === null) {
      if (!own) return;
      this.#own.delete(source);
      if (own.transceiver) {
        own.transceiver.direction = "inactive";
        await own.transceiver.sender.replaceTrack(null);
      }
      this.hooks.published(source, "");
      this.negotiate();
      return;
    }
    if (own) {
      own.track = track;
      await this.#apply(own);
      return;
    }
    this.#own.set(source, { source, track, muted, transceiver: null, publication: "" });
    this.negotiate();
  }

  /** Muted: the sender has no track, so no packet leaves. */
  async mute(source: Source, muted: boolean): Promise<void> {
    const own = this.#own.get(source);
    if (!own) return;
    own.muted = muted;
    await this.#apply(own);
  }

  async #apply(own: Own): Promise<void> {
    await own.transceiver?.sender.replaceTrack(own.muted ? null : own.track);
  }

  /** The publications of others that shall be received. */
  receive(publications: readonly Publication[]): void {
    const wanted = new Map(publications.map((p) => [p.id, p]));
    let changed = false;
    for (const [id, { transceiver }] of this.#receive) {
      if (wanted.has(id)) continue;
      this.#receive.delete(id);
      this.hooks.track(id, null);
      if (transceiver) {
        transceiver.direction = "inactive";
        this.#free.push(transceiver);
      }
      changed = true;
    }
    for (const [id, { source }] of wanted) {
      if (this.#receive.has(id)) continue;
      this.#receive.set(id, { transceiver: null, source });
      changed = true;
    }
    if (changed) this.#negotiateSoon();
  }

  /** The highest layer anybody wants of a publication of ours; what is above is not encoded. */
  async demand(publication: string, layer: Layer | null): Promise<void> {
    this.#demand.set(publication, layer);
    const own = [...this.#own.values()].find((o) => o.publication === publication);
    const sender = own?.transceiver?.sender;
    if (!sender) return;
    const parameters = sender.getParameters();
    if (parameters.encodings.length < 2) return;
    const top = layer === null ? 0 : LAYERS.indexOf(layer); // the lowest goes on: the first to look waits less
    let changed = false;
    parameters.encodings.forEach((encoding, index) => {
      const rid = encoding.rid as Layer | undefined;
      const active = (rid ? LAYERS.indexOf(rid) : index) <= top || index === 0;
      changed ||= encoding.active !== active;
      encoding.active = active;
    });
    if (changed) await sender.setParameters(parameters);
  }

  /** The node lost us, or the network changed: new ICE credentials, the same session otherwise. */
  restartIce(): void {
    this.#restart = true;
    this.negotiate();
  }

  /** Everything anew, with what is sent and received as it is. */
  reset(): void {
    this.#closeConnection();
    for (const own of this.#own.values()) {
      own.transceiver = null;
      own.publication = "";
    }
    for (const [id, row] of this.#receive) {
      row.transceiver = null;
      this.hooks.track(id, null);
    }
    this.negotiate();
  }

  /** Nothing received is valid any more: the room begins anew with another snapshot. */
  forget(): void {
    this.#receive.clear();
    this.#closeConnection();
    for (const own of this.#own.values()) {
      own.transceiver = null;
      own.publication = "";
    }
  }

  close(): void {
    this.#closeConnection();
    this.#own.clear();
    this.#receive.clear();
  }

  #closeConnection(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#pc?.close();
    this.#pc = null;
    this.#free = [];
    this.#restart = false;
    this.#demand.clear();
  }

  /** People who come one after the other are taken into one offer; the first one of a connection waits for nobody. */
  #negotiateSoon(): void {
    if (this.#pc === null) this.negotiate();
    else
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined;
        this.negotiate();
      }, TOGETHER_MS);
  }

  negotiate(): void {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    if (this.#own.size === 0 && this.#receive.size === 0 && this.#pc === null) return;
    this.#busy = true;
    this.#offer()
      .catch((error: unknown) => {
        console.warn("offer failed", error);
      })
      .finally(() => {
        this.#busy = false;
        if (this.#again) {
          this.#again = false;
          this.negotiate();
        }
      });
  }

  async #offer(): Promise<void> {
    const pc = (this.#pc ??= this.#open());
    for (const own of this.#own.values()) if (!own.transceiver) this.#addOwn(pc, own);
    for (const row of this.#receive.values()) if (!row.transceiver) this.#addReceived(pc, row);
    const restart = this.#restart;
    this.#restart = false;
    const description = await pc.createOffer({ iceRestart: restart });
    if (pc !== this.#pc) return;
    await pc.setLocalDescription(description);
    const number = ++this.#number;
    const publish = [...this.#own.values()].flatMap((own) => {
      const mid = own.transceiver?.mid;
      const { width = 0, height = 0 } = own.track?.getSettings() ?? {};
      return mid ? [{ mid, source: own.source, muted: own.muted, width: Math.round(width), height: Math.round(height) }] : [];
    });
    const receive = [...this.#receive].flatMap(([publication, { transceiver }]) =>
      transceiver?.mid ? [{ mid: transceiver.mid, publication }] : [],
    );
    let answer: Answer;
    try {
      answer = await this.hooks.offer({ type: "offer", number, sdp: description.sdp ?? "", publish, receive });
    } catch (error) {
      if (pc === this.#pc && pc.signalingState === "have-local-offer") await pc.setLocalDescription({ type: "rollback" });
      this.#restart ||= restart;
      throw error;
    }
    if (pc !== this.#pc || answer.number !== this.#number) return;
    if (answer.began && pc.remoteDescription !== null) return this.reset(); // the node knows this connection no more
    await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    this.#watch(pc);
    for (const own of this.#own.values()) {
      const id = own.transceiver?.mid ? answer.publications[own.transceiver.mid] : undefined;
      if (id && id !== own.publication) {
        own.publication = id;
        this.hooks.published(own.source, id);
        const wanted = this.#demand.get(id); // it may have been told before the answer was read
        if (wanted !== undefined) void this.demand(id, wanted);
      }
    }
    for (const [id, { transceiver }] of this.#receive) {
      if (transceiver?.mid && !(transceiver.mid in answer.refused)) this.hooks.track(id, transceiver.receiver.track);
    }
  }

  #open(): RTCPeerConnection {
    const pc = new RTCPeerConnection({
      bundlePolicy: "max-bundle",
      iceServers: this.iceServers.map(({ urls, username, credential }) => ({ urls: [...urls], username, credential })),
    });
    pc.onconnectionstatechange = () => {
      if (pc === this.#pc) this.#changed(pc.connectionState);
    };
    return pc;
  }

  /** DTLS that the node closed is final and is told at once; ICE would need seconds to notice, and could mend nothing. */
  #watch(pc: RTCPeerConnection): void {
    const transport = pc.getTransceivers()[0]?.sender.transport;
    if (!transport || this.#watched === transport) return;
    this.#watched = transport;
    transport.addEventListener("statechange", () => {
      if (pc !== this.#pc || (transport.state !== "closed" && transport.state !== "failed")) return;
      this.hooks.connection("broken");
      this.reset();
    });
  }

  #changed(state: RTCPeerConnectionState): void {
    clearTimeout(this.#timer);
    if (state === "connected") {
      this.hooks.connection("connected");
      return;
    }
    if (state === "failed") {
      this.hooks.connection("broken");
      this.restartIce();
      this.#timer = setTimeout(() => this.reset(), FAILED_MS);
    } else if (state === "disconnected") {
      this.hooks.connection("broken");
      this.#timer = setTimeout(() => {
        this.restartIce();
        this.#timer = setTimeout(() => this.reset(), FAILED_MS);
      }, RESTART_MS);
    }
  }

  #addOwn(pc: RTCPeerConnection, own: Own): void {
    const track = own.track;
    if (!track) return;
    const init: RTCRtpTransceiverInit = { direction: "sendonly" };
    if (own.source === "camera") init.sendEncodings = cameraEncodings(track.getSettings().height ?? 0);
    if (own.source === "screen") {
      track.contentHint = "detail";
      init.sendEncodings = [{ maxBitrate: SCREEN_BPS }];
    }
    own.transceiver = pc.addTransceiver(own.muted ? track.kind : track, init);
  }

  #addReceived(pc: RTCPeerConnection, row: { transceiver: RTCRtpTransceiver | null; source: Source }): void {
    const kind = row.source === "microphone" || row.source === "screen_audio" ? "audio" : "video";
    // A section that an ended publication left is used again, so that a long meeting's offers do not grow.
    const index = this.#free.findIndex((t) => t.receiver.track.kind === kind && t.currentDirection !== "stopped");
    const [free] = index >= 0 ? this.#free.splice(index, 1) : [];
    if (free) free.direction = "recvonly";
    row.transceiver = free ?? pc.addTransceiver(kind, { direction: "recvonly" });
  }
}
