// <stoa-player>: a lesson's video, its transcript, chapters and private notes. The page hands it data as JSON.
import "./nonce";
import "media-chrome";
import "media-chrome/dist/lang/zh-CN.js";
import "./player";
