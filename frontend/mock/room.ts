// The room's elements over a made-up state: ?phase=green|lobby|in|… &n=16 &panel=chat &share=1 &mock=… Never part of a build.
import "../src/site";
import "../src/styles/room.css";
import "../src/room/elements/room";
import type { RoomConfig } from "../src/room/config";
import type { Capability, Participant, Publication } from "../src/room/protocol.gen";
import type { Connection, Devices, Intent, LayoutMode, Panel, Phase, Received, State } from "../src/room/state";

const q = new URLSearchParams(location.search);
const zh = q.get("lang")?.startsWith("zh") ?? false;
const count = Number(q.get("n") ?? 6);
const shares = Number(q.get("share") ?? 0);
const PEOPLE = [
  ["Grace Odhiambo", "Nairobi Teachers’ Association"],
  ["Wei Chen", "Toronto Chinese Library Assoc."],
  ["周敏", "杭州水务工程学会"],
  ["Elena Marques", "Lisbon Heritage Forum"],
  ["Tan Boon Keng", "Johor Planters Guild"],
  ["李建国", "成都护理学会"],
  ["Samuel Kiprono", "Nairobi Teachers’ Association"],
  ["Aisha Rahman", "Dhaka Midwives Union"],
  ["王思远", "广州测绘学会"],
  ["Ines Duarte", "Lisbon Heritage Forum"],
  ["Peter Novák", "Brno Weavers Society"],
  ["赵雅琴", "西安档案协会"],
  ["Lucy Kamau", "Nairobi Teachers’ Association"],
  ["Ahmad Faiz", "Johor Planters Guild"],
  ["孙丽", "苏州园林学会"],
  [
    "Maximiliane Freifrau von Hohenstein-Waldburg zu Wolfegg",
    "Association for the Preservation of Exceptionally Long Organisation Names",
  ],
] as const;
const ALL: readonly Capability[] = ["microphone", "camera", "share", "chat", "private_chat", "react", "rename"];

function picture(seed: number, w = 320, h = 200): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  const c = canvas.getContext("2d")!;
  const hue = (seed * 47) % 360;
  let step = 0;
  const draw = (): void => {
    c.fillStyle = w > 320 ? "#fbfaf6" : `hsl(${hue} 14% 42%)`;
    c.fillRect(0, 0, w, h);
    if (w > 320) {
      c.fillStyle = "#15211f";
      c.font = "600 64px serif";
      c.fillText("Three stages a year", 80, 160);
      c.font = "32px sans-serif";
      [
        "Spring — new members, minutes, archives",
        "Summer — data protection, first aid",
        "Autumn — finance, podcasts, writing",
      ].forEach((s, i) => c.fillText(s, 80, 280 + i * 90));
    } else {
      c.fillStyle = `hsl(${hue} 18% 20%)`;
      c.beginPath();
      c.ellipse(160, 210, 100, 70, 0, 0, 7);
      c.fill();
      c.fillStyle = `hsl(${(hue + 30) % 360} 16% 68%)`;
      c.beginPath();
      c.ellipse(160, 100 + Math.sin(step / 5) * 2, 38, 50, 0, 0, 7);
      c.fill();
    }
    c.fillStyle = "#fff3";
    c.fillRect((step++ * 3) % w, h - 6, 12, 6);
  };
  draw();
  setInterval(draw, 200);
  return canvas.captureStream(5).getVideoTracks()[0]!;
}

const participants = new Map<string, Participant>();
const received = new Map<string, Received>();
function publish(participant: string, source: Publication["source"], muted: boolean, track: MediaStreamTrack | null): void {
  const id = `${participant}-${source}`;
  received.set(id, {
    publication: { id, participant, source, muted, codec: "VP8", layers: ["q", "h", "f"], width: 640, height: 360 },
    track,
    layer: "h",
    reason: "wanted",
  });
}
for (let i = 0; i < count; i++) {
  const [name, organisation] = PEOPLE[i % PEOPLE.length]!;
  const id = `p${i}`;
  participants.set(id, {
    id,
    name: i < PEOPLE.length ? name : `${name} ${Math.floor(i / PEOPLE.length) + 1}`,
    organisation,
    colour: (i * 3 + 1) % 8,
    role: i === 0 && q.get("role") !== "guest" ? "host" : i === 3 ? "cohost" : "participant",
    guest: i % 7 === 4,
    hand_at_ms: i === 2 ? 2000 : i === 10 ? 1000 : null,
    connected: !(q.has("weak") && i === 3),
    quality: q.has("weak") && i === 5 ? 1 : 4,
    capabilities: ALL,
  });
  publish(id, "microphone", i % 3 !== 1, null);
  if (i % 5 !== 4) publish(id, "camera", false, picture(i));
}
for (let s = 0; s < shares; s++) publish(`p${2 + s}`, "screen", false, picture(s, 1280, 720));

const device = (kind: MediaDeviceKind, label: string): MediaDeviceInfo => ({
  deviceId: label,
  groupId: "",
  kind,
  label,
  toJSON: () => ({}),
});
const problem = q.get("problem") as Devices["cameraProblem"];
const now = Date.now();
const row = {
  publication: "p1-camera",
  direction: "down",
  kind: "video",
  codec: "VP8",
  layer: "h",
  width: 640,
  height: 360,
  fps: 24.9,
  bitrate_bps: 421_000,
  loss: 0.004,
  jitter_ms: 7,
} as const;

class Mock extends EventTarget {
  preview = new MediaStream([picture(3, 320, 240)]);
  state: State = {
    phase: (q.get("phase") as Phase) ?? "in",
    problem: q.has("say")
      ? {
          code: q.get("say")!,
          text: zh ? "口令不对，请再看看邀请。" : "That passcode is not right. Please look at the invitation again.",
        }
      : null,
    connection: (q.get("line") as Connection) ?? "good",
    room: {
      slug: "x",
      title: zh ? "2027 年培训计划讨论会" : "Training plan for 2027: second reading",
      organisation: zh ? "理事会秘书处" : "Council secretariat",
      locked: q.has("locked"),
      started_ms: now - 19 * 60_000,
      capacity: 200,
      lobby: true,
      allowed: ALL,
      start_muted: false,
    },
    own: {
      id: "p0",
      name: "Grace Odhiambo",
      microphoneOn: !q.has("off"),
      cameraOn: !problem,
      sharing: false,
      blur: true,
      noiseSuppression: false,
      hideSelf: false,
      pushToTalk: false,
    },
    devices: {
      microphones:
        problem === "missing" ? [] : [device("audioinput", "Built-in microphone (MacBook Air)"), device("audioinput", "Headset")],
      cameras: problem === "missing" ? [] : [device("videoinput", "Logitech C920 HD")],
      speakers: [device("audiooutput", "Headphones")],
      microphone: "",
      camera: "",
      speaker: "",
      microphoneProblem: problem,
      cameraProblem: problem,
    },
    level: 0.54,
    participants,
    received,
    speaking: new Map([["p1", 60]]),
    lastSpoke: new Map([
      ["p1", now],
      ["p3", now - 5000],
    ]),
    chat: q.has("empty")
      ? []
      : [
          ["p3", "Elena Marques", 5, "Slides 4 to 9 are in the meeting files."],
          ["p2", "周敏", 2, "请问第二阶段的课程会有中文字幕吗？"],
          ["p1", "Wei Chen", 1, "Yes, both languages. See https://example.org/wiki/Captions_(2027) for the first three lessons."],
          ["p0", "Grace Odhiambo", 3, "I will propose Thursday 16:00 and write to everyone today."],
          ["p6", "Samuel Kiprono", 7, "Could we move class 3 to the afternoon, Nairobi time?"],
        ].map(([author, author_name, author_colour, text], i) => ({
          id: `m${i}`,
          author: String(author),
          author_name: String(author_name),
          author_colour: Number(author_colour),
          text: String(text),
          sent_ms: now - (6 - i) * 60_000,
          to: i === 4 ? "p0" : null,
          to_name: i === 4 ? "Grace Odhiambo" : "",
        })),
    unread: q.get("panel") === "chat" ? 0 : 3,
    waiting: q.has("waiting")
      ? [
          { id: "w1", name: "Hugo Brandt", organisation: "Hamburg Port Pilots", colour: 6, guest: false, since_ms: now },
          { id: "w2", name: "何小琳", organisation: "", colour: 2, guest: true, since_ms: now },
        ]
      : [],
    hostsPresent: q.has("host"),
    reactions: q.has("react")
      ? [
          { key: 1, participant: "p1", reaction: "clap" },
          { key: 2, participant: "p2", reaction: "thumbs_up" },
          { key: 3, participant: "p3", reaction: "celebrate" },
        ]
      : [],
    volumes: new Map(),
    panel: (q.get("panel") as Panel) ?? "none",
    layout: (q.get("layout") as LayoutMode) ?? "auto",
    pinned: q.get("pin") ?? "",
    notices: q.has("notice")
      ? [
          {
            key: 1,
            text: zh ? "主持人请您打开麦克风。" : "A host asks you to unmute.",
            action: { label: zh ? "取消静音" : "Unmute", intent: { do: "microphone", on: true } },
          },
        ]
      : [],
    stats: {
      at_ms: now,
      roundTrip_ms: 38,
      up_bps: 1_240_000,
      down_bps: 2_900_000,
      rows: [
        { ...row, publication: "p0-camera", direction: "up", layer: "f" },
        { ...row, publication: "p0-microphone", direction: "up", kind: "audio", codec: "opus", bitrate_bps: 32_000, layer: "" },
        row,
        { ...row, publication: "p2-camera" },
      ],
    },
    cost: { blur_ms: 6.3, noise_ms: 0 },
  };

  #set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event("change"));
  }

  do(intent: Intent): void {
    ((window as { asked?: Intent[] }).asked ??= []).push(intent);
    const { own, participants: all } = this.state;
    const me = all.get(own.id);
    if (intent.do === "microphone") this.#set({ own: { ...own, microphoneOn: intent.on } });
    else if (intent.do === "camera") this.#set({ own: { ...own, cameraOn: intent.on } });
    else if (intent.do === "panel") this.#set({ panel: intent.panel });
    else if (intent.do === "layout") this.#set({ layout: intent.layout });
    else if (intent.do === "pin") this.#set({ pinned: intent.key });
    else if (intent.do === "volume")
      this.#set({ volumes: new Map([...this.state.volumes, [intent.participant, intent.volume]]) });
    else if (intent.do === "hide-self") this.#set({ own: { ...own, hideSelf: intent.on } });
    else if (intent.do === "dismiss") this.#set({ notices: this.state.notices.filter((n) => n.key !== intent.key) });
    else if (intent.do === "leave") this.#set({ phase: "left" });
    else if (intent.do === "rejoin" || intent.do === "join") this.#set({ phase: "in" });
    else if (intent.do === "hand" && me)
      this.#set({ participants: new Map([...all, [me.id, { ...me, hand_at_ms: intent.raised ? Date.now() : null }]]) });
  }
}

const config: RoomConfig = {
  slug: "x",
  title: zh ? "2027 年培训计划讨论会" : "Training plan for 2027: second reading",
  organisation: zh ? "理事会秘书处" : "Council secretariat",
  enter_url: "",
  socket_url: "",
  home_url: "/",
  join_url: "https://stoa.example/rooms/kxq-mfwv-zhp",
  signed_in: q.has("signed"),
  name: q.has("signed") ? "Grace Odhiambo" : "",
  person_organisation: q.has("signed") ? "Nairobi Teachers’ Association" : "",
  colour: 3,
  passcode: q.has("passcode"),
  live: count > 0,
  starts_at: "2026-11-23T10:00:00Z",
  ends_at: "2026-11-23T11:30:00Z",
  inside_count: count,
  inside: [...participants.values()].slice(0, 4),
  note: "",
};
const room = document.querySelector("stoa-room")!;
room.config = config;
room.engine = new Mock();
