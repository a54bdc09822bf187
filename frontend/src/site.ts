// What every page loads: the look, htmx, and the small helpers of the site.
import htmx from "htmx.org";
import "./styles/base.css";
import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/site.css";

// The Content-Security-Policy allows neither eval nor inline styles.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

// A menu made of <details> closes when one presses Escape or elsewhere, and gives the focus back.
function closeMenus(except: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.account[open]"))
    if (!except || !menu.contains(except)) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target as Element));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector<HTMLDetailsElement>("details.account[open]");
  closeMenus(null);
  open?.querySelector("summary")?.focus();
});

// <button data-copy="text">: copies, and says so on the button itself.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  void navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(() => {
    const word = button.querySelector("[data-word]") ?? button;
    const before = word.textContent;
    word.textContent = button.dataset["copied"] ?? before;
    setTimeout(() => (word.textContent = before), 2_000);
  });
});
