// What the server tells the meeting page: {{ config|json_script:"room-config" }} beside <stoa-room></stoa-room> in the body.
// The page extends base.html, overrides block `body` with just these two, and loads src/room/main.ts.

export interface Inside {
  readonly name: string;
  readonly colour: number;
}

export interface RoomConfig {
  readonly slug: string;
  readonly title: string;
  readonly organisation: string;
  readonly enter_url: string; // POST name, passcode → ticket
  readonly socket_url: string;
  readonly home_url: string;
  readonly join_url: string; // to invite others by
  readonly signed_in: boolean;
  readonly name: string; // of who is signed in, "" for guests
  readonly person_organisation: string;
  readonly colour: number;
  readonly passcode: boolean; // asked for
  readonly live: boolean; // somebody is in
  readonly starts_at: string | null; // ISO
  readonly ends_at: string | null;
  readonly inside_count: number;
  readonly inside: readonly Inside[]; // the first few
  readonly note: string; // a sentence under the button, "" for none
}

const EMPTY: RoomConfig = {
  slug: "",
  title: "",
  organisation: "",
  enter_url: "",
  socket_url: "",
  home_url: "/",
  join_url: "",
  signed_in: false,
  name: "",
  person_organisation: "",
  colour: 0,
  passcode: false,
  live: false,
  starts_at: null,
  ends_at: null,
  inside_count: 0,
  inside: [],
  note: "",
};

/** The page's own configuration; what it leaves out is as in an empty, open room. */
export function readConfig(page: Document = document): RoomConfig {
  const text = page.getElementById("room-config")?.textContent ?? "{}";
  return { ...EMPTY, ...(JSON.parse(text) as Partial<RoomConfig>) };
}
