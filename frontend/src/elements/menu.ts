// <details class="pop"> or "account" with a .menu: opens without a script; with one it also closes by Escape or a click
// elsewhere, gives the focus back, and arrow keys walk through it.
const OPEN = "details:is(.account, .pop)[open]";
const ITEMS = ".menu :is(a, button, input)";

function close(except: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN))
    if (!except || !menu.contains(except)) menu.open = false;
}

document.addEventListener("click", (event) => close(event.target as Element));
document.addEventListener("focusin", (event) => close(event.target as Element));
document.addEventListener("keydown", (event) => {
  const menu = (event.target as Element).closest<HTMLDetailsElement>("details:is(.account, .pop)");
  if (event.key === "Escape") {
    const open = document.querySelector<HTMLDetailsElement>(OPEN);
    close(null);
    open?.querySelector("summary")?.focus();
    return;
  }
  if (!menu?.open || (event.target as Element).matches("input")) return;
  const items = [...menu.querySelectorAll<HTMLElement>(ITEMS)].filter((item) => item.getAttribute("type") !== "hidden");
  const at = items.indexOf(event.target as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined || !items.length) return;
  event.preventDefault();
  items[(next + items.length) % items.length]?.focus();
});
