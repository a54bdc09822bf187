// English text → 简体中文. Each part keeps its own file; tests/site/words.test.ts compares the keys with every t("…").
import { player } from "./zh/player";
import { quiz } from "./zh/quiz";
import { room } from "./zh/room";
import { site } from "./zh/site";

export const zh: Readonly<Record<string, string>> = { ...site, ...room, ...player, ...quiz };
