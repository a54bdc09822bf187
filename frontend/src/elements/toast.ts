// toast("Saved"): a short word at the foot of the page. Never for errors that need an answer: those stand beside their cause.
const SHOWN_MS = 5_000;

function region(): HTMLElement {
  let found = document.querySelector<HTMLElement>(".toasts");
  if (!found) {
    found = document.createElement("div");
    found.className = "toasts";
    found.setAttribute("role", "status");
    document.body.append(found);
  }
  return found;
}

export function toast(text: string): void {
  const shown = document.createElement("p");
  shown.className = "toast";
  shown.textContent = text;
  region().append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}
