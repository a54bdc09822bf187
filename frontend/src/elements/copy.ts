// <button data-copy="text">: copies, and says so on the button itself (its [data-word], if it has one).
import { t } from "../shared/i18n";
import { toast } from "./toast";

const SAID_MS = 2_000;

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button || button.dataset["said"]) return;
  navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(
    () => {
      const word = button.querySelector("[data-word]") ?? button;
      const before = word.textContent;
      button.dataset["said"] = "1";
      word.textContent = button.dataset["copied"] ?? t("Copied");
      setTimeout(() => {
        word.textContent = before;
        delete button.dataset["said"];
      }, SAID_MS);
    },
    () => toast(t("Could not copy. Please select the text and copy it yourself.")),
  );
});
