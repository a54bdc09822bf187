// Which microphone, camera and speaker; before and during the meeting.
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { Devices } from "../state";
import { icon } from "./icons";
import { Part } from "./part";

type Kind = "microphone" | "camera" | "speaker";

@customElement("stoa-device-fields")
export class DeviceFields extends Part {
  @property({ attribute: false }) devices!: Devices;

  #field(kind: Kind, label: string, list: readonly MediaDeviceInfo[], chosen: string, none: string): unknown {
    const named = list.filter((device) => device.deviceId !== "" && device.label !== "");
    return html`<div class="field">
      <label for="device-${kind}">${label}</label>
      <div class="row">
        <select
          class="input grow"
          id="device-${kind}"
          ?disabled=${list.length === 0}
          @change=${(event: Event) => this.ask({ do: "device", kind, id: (event.target as HTMLSelectElement).value })}
        >
          <option value="" ?selected=${chosen === ""}>${list.length === 0 ? none : t("As the computer has it set")}</option>
          ${named.map((device) => html`<option value=${device.deviceId} ?selected=${device.deviceId === chosen}>${device.label}</option>`)}
        </select>
        ${kind === "speaker" ? html`<button type="button" class="btn" @click=${() => this.ask({ do: "test-speaker" })}>${icon("volume-2")}${t("Test")}</button>` : nothing}
      </div>
    </div>`;
  }

  protected override render(): unknown {
    const d = this.devices;
    return html`<div class="stack tight">
      ${this.#field("microphone", t("Microphone"), d.microphones, d.microphone, t("No microphone"))}
      ${this.#field("camera", t("Camera"), d.cameras, d.camera, t("No camera"))}
      ${this.#field("speaker", t("Speaker"), d.speakers, d.speaker, t("The computer’s own"))}
    </div>`;
  }
}
