// The way in: what the room's door answers to a name and a passcode.
import type { RoomConfig } from "./config";
import { Refused } from "./signalling";

export interface Entry {
  readonly ticket: string;
  readonly ws_url: string;
}

/** A ticket for the socket. Raises Refused with the door's words; any other Error when the door did not answer. */
export async function enter(config: RoomConfig, name: string, passcode: string): Promise<Entry> {
  const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  const answer = await fetch(config.enter_url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
    body: JSON.stringify({ name, passcode }),
  });
  if (answer.status >= 500) throw new Error(`enter: ${answer.status}`);
  const said = (await answer.json().catch(() => ({}))) as {
    ticket?: string; ws_url?: string; error?: { code: string; text: string };
  };
  if (!answer.ok || !said.ticket) throw new Refused(said.error?.code ?? `http.${answer.status}`, said.error?.text ?? "");
  return { ticket: said.ticket, ws_url: said.ws_url ?? config.socket_url };
}
