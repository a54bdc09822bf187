// Icons of Lucide (ISC), inlined at build time. With a label an icon speaks for itself, else a word stands beside it.
import { type TemplateResult, html } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import activity from "lucide-static/icons/activity.svg?raw";
import audioLines from "lucide-static/icons/audio-lines.svg?raw";
import chevronDown from "lucide-static/icons/chevron-down.svg?raw";
import chevronLeft from "lucide-static/icons/chevron-left.svg?raw";
import chevronRight from "lucide-static/icons/chevron-right.svg?raw";
import chevronUp from "lucide-static/icons/chevron-up.svg?raw";
import check from "lucide-static/icons/check.svg?raw";
import circleAlert from "lucide-static/icons/circle-alert.svg?raw";
import circleCheck from "lucide-static/icons/circle-check.svg?raw";
import circleX from "lucide-static/icons/circle-x.svg?raw";
import clock from "lucide-static/icons/clock.svg?raw";
import copy from "lucide-static/icons/copy.svg?raw";
import crown from "lucide-static/icons/crown.svg?raw";
import doorOpen from "lucide-static/icons/door-open.svg?raw";
import ear from "lucide-static/icons/ear.svg?raw";
import ellipsis from "lucide-static/icons/ellipsis.svg?raw";
import eye from "lucide-static/icons/eye.svg?raw";
import eyeOff from "lucide-static/icons/eye-off.svg?raw";
import hand from "lucide-static/icons/hand.svg?raw";
import headphones from "lucide-static/icons/headphones.svg?raw";
import heart from "lucide-static/icons/heart.svg?raw";
import house from "lucide-static/icons/house.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import keyboard from "lucide-static/icons/keyboard.svg?raw";
import laugh from "lucide-static/icons/laugh.svg?raw";
import layoutGrid from "lucide-static/icons/layout-grid.svg?raw";
import link from "lucide-static/icons/link.svg?raw";
import lock from "lucide-static/icons/lock.svg?raw";
import lockOpen from "lucide-static/icons/lock-open.svg?raw";
import logOut from "lucide-static/icons/log-out.svg?raw";
import maximize from "lucide-static/icons/maximize.svg?raw";
import messageSquare from "lucide-static/icons/message-square.svg?raw";
import mic from "lucide-static/icons/mic.svg?raw";
import micOff from "lucide-static/icons/mic-off.svg?raw";
import minimize from "lucide-static/icons/minimize.svg?raw";
import monitorX from "lucide-static/icons/monitor-x.svg?raw";
import partyPopper from "lucide-static/icons/party-popper.svg?raw";
import phoneOff from "lucide-static/icons/phone-off.svg?raw";
import pictureInPicture2 from "lucide-static/icons/picture-in-picture-2.svg?raw";
import pin from "lucide-static/icons/pin.svg?raw";
import pinOff from "lucide-static/icons/pin-off.svg?raw";
import presentation from "lucide-static/icons/presentation.svg?raw";
import refreshCw from "lucide-static/icons/refresh-cw.svg?raw";
import screenShare from "lucide-static/icons/screen-share.svg?raw";
import screenShareOff from "lucide-static/icons/screen-share-off.svg?raw";
import search from "lucide-static/icons/search.svg?raw";
import send from "lucide-static/icons/send.svg?raw";
import settings from "lucide-static/icons/settings.svg?raw";
import shieldCheck from "lucide-static/icons/shield-check.svg?raw";
import smile from "lucide-static/icons/smile.svg?raw";
import sparkles from "lucide-static/icons/sparkles.svg?raw";
import thumbsUp from "lucide-static/icons/thumbs-up.svg?raw";
import triangleAlert from "lucide-static/icons/triangle-alert.svg?raw";
import userMinus from "lucide-static/icons/user-minus.svg?raw";
import userPlus from "lucide-static/icons/user-plus.svg?raw";
import users from "lucide-static/icons/users.svg?raw";
import video from "lucide-static/icons/video.svg?raw";
import videoOff from "lucide-static/icons/video-off.svg?raw";
import volume2 from "lucide-static/icons/volume-2.svg?raw";
import volumeX from "lucide-static/icons/volume-x.svg?raw";
import wifiOff from "lucide-static/icons/wifi-off.svg?raw";
import x from "lucide-static/icons/x.svg?raw";

const FILES = {
  activity,
  "audio-lines": audioLines,
  "chevron-down": chevronDown,
  "chevron-left": chevronLeft,
  "chevron-right": chevronRight,
  "chevron-up": chevronUp,
  check,
  "circle-alert": circleAlert,
  "circle-check": circleCheck,
  "circle-x": circleX,
  clock,
  copy,
  crown,
  "door-open": doorOpen,
  ear,
  ellipsis,
  eye,
  "eye-off": eyeOff,
  hand,
  headphones,
  heart,
  house,
  info,
  keyboard,
  laugh,
  "layout-grid": layoutGrid,
  link,
  lock,
  "lock-open": lockOpen,
  "log-out": logOut,
  maximize,
  "message-square": messageSquare,
  mic,
  "mic-off": micOff,
  minimize,
  "monitor-x": monitorX,
  "party-popper": partyPopper,
  "phone-off": phoneOff,
  "picture-in-picture-2": pictureInPicture2,
  pin,
  "pin-off": pinOff,
  presentation,
  "refresh-cw": refreshCw,
  "screen-share": screenShare,
  "screen-share-off": screenShareOff,
  search,
  send,
  settings,
  "shield-check": shieldCheck,
  smile,
  sparkles,
  "thumbs-up": thumbsUp,
  "triangle-alert": triangleAlert,
  "user-minus": userMinus,
  "user-plus": userPlus,
  users,
  video,
  "video-off": videoOff,
  "volume-2": volume2,
  "volume-x": volumeX,
  "wifi-off": wifiOff,
  x,
} as const;

// Lucide has no clapping hands; drawn on its grid.
const CLAP =
  '<g transform="translate(5.2 3.6) scale(.8)"><path d="M18 11V6a2 2 0 0 0-4 0"/><path d="M14 10V4a2 2 0 0 0-4 0v2"/><path d="M10 10.5V6a2 2 0 0 0-4 0v8"/>' +
  '<path d="M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.86-5.99-2.34l-3.6-3.6a2 2 0 0 1 2.83-2.82L7 15"/></g><path d="M2 7 .8 6"/><path d="M4.5 4.2 4 2.7"/><path d="M1.6 10.4H0"/>';

/** Five bars, `lit` of them full: how good a line is. The faint ones say that there could be more. */
function bars(lit: number): string {
  return [2, 7, 12, 17, 22]
    .map((x, bar) => `<path d="M${x} 20V${[17, 14, 10, 7, 3][bar]}"${bar < lit ? "" : ' opacity=".35"'}/>`)
    .join("");
}

const DRAWN = { clap: CLAP, "line-0": bars(0), "line-2": bars(2), "line-3": bars(3), "line-5": bars(5) } as const;

export type IconName = keyof typeof FILES | keyof typeof DRAWN;

const drawn = new Map<IconName, string>();

function inside(name: IconName): string {
  let text = drawn.get(name);
  if (text === undefined) {
    text =
      name in DRAWN
        ? DRAWN[name as keyof typeof DRAWN]
        : FILES[name as keyof typeof FILES].replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    drawn.set(name, text);
  }
  return text;
}

export function icon(name: IconName, label = "", extra = ""): TemplateResult {
  return label
    ? html`<svg class="i ${extra}" viewBox="0 0 24 24" role="img" aria-label=${label}>${unsafeSVG(inside(name))}</svg>`
    : html`<svg class="i ${extra}" viewBox="0 0 24 24" aria-hidden="true">${unsafeSVG(inside(name))}</svg>`;
}

export const logo = (): TemplateResult =>
  html`<svg class="logo" viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
    <path d="M3 5h26v3.5H3zM5 12h4.5v15H5zM13.75 12h4.5v15h-4.5zM22.5 12H27v15h-4.5z"></path>
  </svg>`;
