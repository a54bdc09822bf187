// Reads playlists with hls-parser, which throws at what RFC 8216 forbids, and prints what it found as JSON.
//   node read_hls.mjs PLAYLIST…
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../frontend/package.json", import.meta.url));
const HLS = require("hls-parser");
HLS.setOptions({ strictMode: true });

const found = process.argv.slice(2).map((path) => {
  const list = HLS.parse(readFileSync(path, "utf8"));
  if (list.isMasterPlaylist) {
    return {
      independentSegments: list.independentSegments,
      variants: list.variants.map((v) => ({
        uri: v.uri, bandwidth: v.bandwidth, averageBandwidth: v.averageBandwidth, codecs: v.codecs,
        resolution: v.resolution, frameRate: v.frameRate, audio: v.audio.map((a) => ({ uri: a.uri, groupId: a.groupId })),
      })),
    };
  }
  return {
    type: list.playlistType, endlist: list.endlist, targetDuration: list.targetDuration,
    segments: list.segments.map((s) => ({ uri: s.uri, duration: s.duration, map: s.map?.uri })),
  };
});
console.log(JSON.stringify(found));
