// The meeting page: green room, lobby, stage.
import "../site";
import "../styles/room.css";
import { readConfig } from "./config";
import "./elements/room";
import { Engine } from "./engine";

const config = readConfig();
const room = document.querySelector("stoa-room") ?? document.body.appendChild(document.createElement("stoa-room"));
room.config = config;
room.engine = new Engine(config);
