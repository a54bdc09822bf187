// What one may do about a person: for oneself, for everybody, for hosts. One list for the tile and for the people list.
import { type TemplateResult, html } from "lit";
import { t } from "../../shared/i18n";
import type { Participant } from "../protocol.gen";
import type { Intent, State } from "../state";
import type { DialogSpec } from "./dialog";
import { icon } from "./icons";
import type { MenuItem } from "./menu";
import { isHost, isMuted, publicationOf } from "./part";
import { CAPABILITIES, capabilityWords } from "./words";

type Ask = (intent: Intent) => void;

export function personItems(state: State, person: Participant, ask: Ask, dialog: (spec: DialogSpec) => void): MenuItem[] {
  const own = person.id === state.own.id;
  const key = `${person.id}:camera`;
  const pinned = state.pinned === key;
  const items: MenuItem[] = [
    {
      label: pinned ? t("Unpin") : t("Pin"),
      icon: pinned ? "pin-off" : "pin",
      run: () => ask({ do: "pin", key: pinned ? "" : key }),
    },
  ];
  if (own) {
    items.push({
      label: t("Hide my picture from me"),
      icon: "eye-off",
      checked: state.own.hideSelf,
      run: () => ask({ do: "hide-self", on: !state.own.hideSelf }),
    });
    if (person.hand_at_ms !== null)
      items.push({ label: t("Lower hand"), icon: "hand", run: () => ask({ do: "hand", raised: false }) });
    return items;
  }
  if (isHost(state)) items.push(...hostItems(state, person, ask, dialog));
  return items;
}

function hostItems(state: State, person: Participant, ask: Ask, dialog: (spec: DialogSpec) => void): MenuItem[] {
  const { id, name } = person;
  const items: MenuItem[] = [];
  items.push(
    isMuted(state, id)
      ? { label: t("Ask to unmute"), icon: "mic", rule: true, run: () => ask({ do: "ask-unmute", participant: id }) }
      : { label: t("Mute"), icon: "mic-off", rule: true, run: () => ask({ do: "mute-person", participant: id }) },
  );
  const camera = publicationOf(state, id, "camera");
  if (camera && !camera.publication.muted)
    items.push({ label: t("Stop camera"), icon: "video-off", run: () => ask({ do: "stop", participant: id, source: "camera" }) });
  if (publicationOf(state, id, "screen"))
    items.push({
      label: t("Stop sharing"),
      icon: "screen-share-off",
      run: () => ask({ do: "stop", participant: id, source: "screen" }),
    });
  if (person.hand_at_ms !== null)
    items.push({ label: t("Lower hand"), icon: "hand", run: () => ask({ do: "lower-hand", participant: id }) });
  if (person.role === "participant")
    items.push({ label: t("What this person may do"), icon: "settings", run: () => dialog(allowances(person, ask)) });
  if (person.role === "participant")
    items.push({ label: t("Make co-host"), icon: "crown", run: () => ask({ do: "role", participant: id, role: "cohost" }) });
  if (person.role === "cohost")
    items.push({
      label: t("No longer co-host"),
      icon: "crown",
      run: () => ask({ do: "role", participant: id, role: "participant" }),
    });
  if (person.role !== "host")
    items.push({
      label: t("Remove from the meeting"),
      icon: "user-minus",
      danger: true,
      rule: true,
      run: () =>
        dialog({
          heading: t("Remove {name}?", { name }),
          content: t("{name} leaves at once and cannot come back during this meeting.", { name }),
          actions: [{ label: t("Remove"), look: "danger", run: () => ask({ do: "remove", participant: id }) }],
        }),
    });
  return items;
}

/** For one person what the people list sets for all. */
function allowances(person: Participant, ask: Ask): DialogSpec {
  const { id, name } = person;
  const rows = CAPABILITIES.map((capability) => {
    const change = (event: Event): void =>
      ask({ do: "allow", capability, allowed: (event.target as HTMLInputElement).checked, participant: id });
    return html`<label class="switch">
      <span class="grow">${capabilityWords(capability)}</span>
      <input type="checkbox" role="switch" ?checked=${person.capabilities.includes(capability)} @change=${change} />
    </label>`;
  });
  return { heading: t("What {name} may do", { name }), content: html`${rows}`, actions: [] };
}

export function volumeSlider(state: State, person: Participant, ask: Ask): TemplateResult {
  const percent = Math.round((state.volumes.get(person.id) ?? 1) * 100);
  return html`<label class="volume"
    >${icon(percent === 0 ? "volume-x" : "volume-2")}<span class="sr"
      >${t("Volume of {name}, for you only", { name: person.name })}</span
    >
    <input
      type="range"
      min="0"
      max="100"
      step="5"
      .value=${String(percent)}
      aria-valuetext="${percent} %"
      @keydown=${(event: KeyboardEvent) => event.key !== "Escape" && event.stopPropagation()}
      @input=${(event: Event) => ask({ do: "volume", participant: person.id, volume: Number((event.target as HTMLInputElement).value) / 100 })}
    />
    <output class="num">${percent} %</output></label
  >`;
}
