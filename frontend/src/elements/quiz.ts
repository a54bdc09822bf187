// <stoa-quiz save="…/save/" review="…/review/" remaining="540">: an attempt's form. Saves while somebody answers, says
// how much time is left, hands in when it is over. Without a script the form's own buttons do the same.
import { t } from "../shared/i18n";

const WAIT_MS = 1_200;
const AGAIN_MS = 5_000;
const SPOKEN: readonly number[] = [300, 60];

/** 3:05, and with hours 1:03:05. */
export function shown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const padded = parts.map((part, place) => (place ? String(part).padStart(2, "0") : String(part)));
  return parts[0] ? padded.join(":") : `${parts[1]}:${padded[2]}`;
}

/** The mark, of those to be spoken, that was passed between two looks at the clock. */
export function passed(before: number, now: number): number | undefined {
  return SPOKEN.find((mark) => before > mark && now <= mark);
}

export class StoaQuiz extends HTMLElement {
  #life = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ends = Infinity;
  #last = Infinity;
  #dirty = false;
  #sending = false;
  #closed = false;

  connectedCallback(): void {
    queueMicrotask(() => this.isConnected && this.#begin()); // when its children are there
  }

  #begin(): void {
    const { signal } = (this.#life = new AbortController());
    const form = this.#form;
    if (!form) return;
    for (const list of this.querySelectorAll<HTMLElement>("[data-order]")) this.#orderable(list);
    form.addEventListener("input", () => this.#changed(), { signal });
    form.addEventListener("change", () => this.#changed(), { signal });
    form.addEventListener("submit", (event) => this.#submits(event), { signal });
    this.querySelector("[data-really]")?.addEventListener("click", () => this.#handIn(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    this.#count();
    const left = this.getAttribute("remaining");
    if (left !== null) {
      this.#ends = Date.now() + Number(left) * 1000;
      const tick = setInterval(() => this.#tick(), 500);
      signal.addEventListener("abort", () => clearInterval(tick));
      this.#tick();
    }
  }

  disconnectedCallback(): void {
    this.#life.abort();
    clearTimeout(this.#timer);
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  #field(name: string): HTMLInputElement | null {
    return this.#form?.querySelector(`input[name="${name}"]`) ?? null;
  }

  /** What stands in the form, under a number that no other send of this page has. */
  #written(form: HTMLFormElement): FormData {
    const data = new FormData(form);
    const next = this.#field("sequence");
    if (next) next.value = String(Number(next.value) + 1);
    return data;
  }

  #say(text: string, bad = false): void {
    const line = this.querySelector("[data-saved]");
    if (!line) return;
    line.textContent = text;
    line.classList.toggle("bad", bad);
  }

  #changed(): void {
    this.#dirty = true;
    this.#count();
    this.#say("");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), WAIT_MS);
  }

  async save(): Promise<boolean> {
    const form = this.#form;
    if (!form || this.#sending || this.#closed || !this.#dirty) return !this.#dirty;
    this.#sending = true;
    this.#dirty = false;
    try {
      const answer = await fetch(this.getAttribute("save") ?? "", {
        method: "POST",
        headers: { Accept: "application/json" },
        body: this.#written(form),
      });
      if (answer.ok) {
        const told = (await answer.json()) as { remaining: number | null };
        if (told.remaining !== null) this.#ends = Math.min(this.#ends, Date.now() + told.remaining * 1000 + 999);
        this.#say(t("Saved"));
        return true;
      }
      this.#dirty = true;
      if (answer.status === 409) await this.#refused(answer);
      else this.#later(t("Not saved. Trying again…"));
    } catch {
      this.#dirty = true;
      this.#later(t("No connection. Your answers are sent again when it is back."));
    } finally {
      this.#sending = false;
      if (this.#dirty && !this.#closed) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.save(), this.querySelector("[data-saved].bad") ? AGAIN_MS : WAIT_MS);
      }
    }
    return false;
  }

  #later(text: string): void {
    this.#say(text, true);
  }

  /** The attempt is closed, or went on elsewhere: this page can't go on. */
  async #refused(answer: Response): Promise<void> {
    this.#closed = true;
    const { error } = (await answer.json()) as { error: { code: string; text: string } };
    if (error.code === "attempt.moved") {
      this.#say(error.text, true);
      const again = document.createElement("button");
      again.type = "button";
      again.className = "btn";
      again.textContent = t("Reload");
      again.addEventListener("click", () => location.reload());
      this.querySelector("[data-saved]")?.append(" ", again);
    } else location.assign(this.getAttribute("review") ?? "");
  }

  #submits(event: SubmitEvent): void {
    if (this.#closed) return;
    if ((event.submitter as HTMLElement | null)?.dataset["save"] !== undefined) {
      event.preventDefault();
      this.#dirty = true;
      void this.save();
      return;
    }
    event.preventDefault();
    const missing = this.#missing();
    const words = this.querySelector("[data-missing]");
    if (words)
      words.textContent = missing
        ? missing === 1
          ? t("1 question is not answered.")
          : t("{n} questions are not answered.", { n: missing })
        : t("All questions are answered.");
    this.querySelector<HTMLDialogElement>("#hand-in")?.showModal();
  }

  #handIn(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#form?.submit();
  }

  /** What was written last arrives although the page goes away. */
  #leave(): void {
    const form = this.#form;
    if (!form || !this.#dirty || this.#closed) return;
    navigator.sendBeacon(this.getAttribute("save") ?? "", this.#written(form));
  }

  #tick(): void {
    const left = (this.#ends - Date.now()) / 1000;
    const clock = this.querySelector<HTMLElement>("[data-time]");
    if (clock) clock.textContent = shown(left);
    this.querySelector(".quiz-time")?.classList.toggle("short", left <= 60);
    const mark = passed(this.#last, left);
    const voice = this.querySelector("[data-announce]");
    if (mark !== undefined && voice) voice.textContent = mark === 60 ? t("1 minute left.") : t("{n} minutes left.", { n: mark / 60 });
    this.#last = left;
    if (left <= 0 && !this.#closed) this.#handIn();
  }

  #missing(): number {
    let missing = 0;
    for (const question of this.querySelectorAll<HTMLElement>("[data-place]")) {
      const fields = [...question.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input, select, textarea")];
      const given = fields.some((field) =>
        field instanceof HTMLInputElement && /radio|checkbox/.test(field.type) ? field.checked : field.value.trim() !== "",
      );
      if (!given) missing += 1;
    }
    return missing;
  }

  #count(): void {
    const all = this.querySelectorAll("[data-place]").length;
    const line = this.querySelector("[data-answered]");
    if (line) line.textContent = t("{n} of {all} answered", { n: all - this.#missing(), all });
  }

  /** Buttons up and down take the place of the numbers, which stay in the form. */
  #orderable(list: HTMLElement): void {
    for (const item of list.querySelectorAll("li")) {
      const words = item.querySelector("[id$='-text']")?.textContent?.trim() ?? "";
      const box = document.createElement("span");
      box.className = "quiz-moves";
      for (const [way, label, sign] of [
        [-1, t("Move up: {words}", { words }), "↑"],
        [1, t("Move down: {words}", { words }), "↓"],
      ] as const) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn icon";
        button.textContent = sign;
        button.setAttribute("aria-label", label);
        button.addEventListener("click", () => this.#move(list, item, way, button));
        box.append(button);
      }
      item.querySelector("select")?.setAttribute("hidden", "");
      item.prepend(box);
    }
    list.classList.add("moves");
    list.previousElementSibling?.setAttribute("hidden", "");
  }

  #move(list: HTMLElement, item: HTMLLIElement, way: -1 | 1, button: HTMLButtonElement): void {
    const other = way < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (way < 0) other.before(item);
    else other.after(item);
    button.focus();
    const items = [...list.querySelectorAll("li")];
    items.forEach((each, place) => {
      const select = each.querySelector("select");
      if (select) select.value = String(place + 1);
    });
    const voice = this.querySelector("[data-announce]");
    if (voice) voice.textContent = t("Now {place} of {all}", { place: items.indexOf(item) + 1, all: items.length });
    this.#changed();
  }
}

customElements.define("stoa-quiz", StoaQuiz);
