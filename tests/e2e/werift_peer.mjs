// A participant that is neither Chromium nor aiortc: werift (WebRTC in plain TypeScript). It enters a room as a
// guest over HTTP and the socket, publishes VP8 and Opus packets that arrive on local UDP ports (from ffmpeg),
// receives what the others send, and prints one JSON line of what it saw.
//   node werift_peer.mjs ROOM_URL NAME VIDEO_UDP_PORT AUDIO_UDP_PORT SECONDS
import dgram from "node:dgram";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { RTCPeerConnection, RTCRtpCodecParameters, MediaStreamTrack, useNACK, usePLI } = require("werift");
const WebSocket = require("ws");

const [roomUrl, name, videoPort, audioPort, seconds] = process.argv.slice(2);
const origin = new URL(roomUrl).origin;
const slug = new URL(roomUrl).pathname.split("/").filter(Boolean).at(-1);

const page = await fetch(roomUrl);
const cookies = page.headers.getSetCookie().map((c) => c.split(";")[0]);
const csrf = cookies.find((c) => c.startsWith("csrftoken="))?.split("=")[1] ?? "";
const entered = await fetch(`${origin}/rooms/${slug}/enter`, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, Cookie: cookies.join("; "), Referer: roomUrl, Origin: origin },
  body: JSON.stringify({ name, passcode: "" }),
});
const { ticket, ws_url } = await entered.json();

const socket = new WebSocket(new URL(ws_url, origin.replace("http", "ws")), { origin });
const answers = new Map();
const publications = new Map();
let sent = 0;
let offered = 0;
const seen = { video_packets: 0, keyframes: 0, audio_packets: 0, state: "new", tiles: 0 };

const request = (message) =>
  new Promise((resolve, reject) => {
    const id = ++sent;
    answers.set(id, { resolve, reject });
    socket.send(JSON.stringify({ id, ...message }));
  });

const pc = new RTCPeerConnection({
  bundlePolicy: "max-bundle",
  codecs: {
    video: [new RTCRtpCodecParameters({ mimeType: "video/VP8", clockRate: 90000, rtcpFeedback: [useNACK(), usePLI()] })],
    audio: [new RTCRtpCodecParameters({ mimeType: "audio/opus", clockRate: 48000, channels: 2 })],
  },
});
pc.connectionStateChange.subscribe((state) => { seen.state = state; });

const pipe = (port, kind) => {
  const track = new MediaStreamTrack({ kind });
  const udp = dgram.createSocket("udp4");
  udp.on("message", (packet) => track.writeRtp(packet));
  udp.bind(Number(port), "127.0.0.1");
  return { track, udp };
};
const camera = pipe(videoPort, "video");
const microphone = pipe(audioPort, "audio");
const cameraSection = pc.addTransceiver(camera.track, { direction: "sendonly" });
const microphoneSection = pc.addTransceiver(microphone.track, { direction: "sendonly" });
const receiving = new Map(); // publication id → transceiver

const negotiate = async () => {
  for (const publication of publications.values()) {
    if (receiving.has(publication.id)) continue;
    const kind = publication.source === "microphone" || publication.source === "screen_audio" ? "audio" : "video";
    const section = pc.addTransceiver(kind, { direction: "recvonly" });
    section.onTrack.subscribe((track) => {
      let asked = false;
      track.onReceiveRtp.subscribe((rtp) => {
        // The first packets may have gone by before anybody listened: ask for a keyframe, as a decoder would.
        if (kind === "video" && !asked) {
          asked = true;
          void section.receiver.sendRtcpPLI(rtp.header.ssrc);
        }
        if (kind === "audio") { seen.audio_packets += 1; return; }
        seen.video_packets += 1;
        // RFC 7741: the payload descriptor ends where a partition starts; its first octet's low bit is 0 in a keyframe.
        const b = rtp.payload;
        let at = 1;
        if (b[0] & 0x80) {
          const x = b[1];
          at = 2;
          if (x & 0x80) at += b[at] & 0x80 ? 2 : 1;
          if (x & 0x40) at += 1;
          if (x & 0x30) at += 1;
        }
        if (b[0] & 0x10 && !(b[0] & 0x07) && !(b[at] & 1)) seen.keyframes += 1;
      });
    });
    receiving.set(publication.id, section);
  }
  await pc.setLocalDescription(await pc.createOffer());
  const ok = await request({
    type: "offer",
    number: ++offered,
    sdp: pc.localDescription.sdp,
    publish: [
      { mid: cameraSection.mid, source: "camera", width: 320, height: 180 },
      { mid: microphoneSection.mid, source: "microphone" },
    ],
    receive: [...receiving].map(([publication, section]) => ({ mid: section.mid, publication })),
  });
  await pc.setRemoteDescription({ type: "answer", sdp: ok.sdp });
  for (const [publication] of receiving) {
    const { source } = publications.get(publication) ?? {};
    if (source === "camera" || source === "screen") await request({ type: "want", publication, max_height_px: 720 });
  }
};

let busy = Promise.resolve();
const renegotiate = () => { busy = busy.then(negotiate); };
let you = "";
const take = (publication) => { if (publication.participant !== you) publications.set(publication.id, publication); };
socket.on("message", (data) => {
  const frame = JSON.parse(data);
  if (frame.re !== undefined) {
    const waiting = answers.get(frame.re);
    answers.delete(frame.re);
    if (frame.error) waiting?.reject(new Error(`${frame.error.code}: ${frame.error.text}`));
    else waiting?.resolve(frame.ok);
  } else if (frame.type === "publication.added") {
    take(frame.publication);
    renegotiate();
  }
});
await new Promise((resolve, reject) => { socket.on("open", resolve); socket.on("error", reject); });
const welcome = await request({ type: "hello", versions: [1], ticket });
you = welcome.you;
seen.tiles = welcome.snapshot.participants.length;
welcome.snapshot.publications.forEach(take);
renegotiate();
await busy;
console.log(JSON.stringify({ event: "in", you }));
setTimeout(() => {
  console.log(JSON.stringify({ event: "seen", ...seen }));
  process.exit(0);
}, Number(seconds) * 1000);
