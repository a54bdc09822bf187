// <button data-opens="id"> opens <dialog id="id">; [data-closes] in it closes it, as does a click beside it.
// The browser's own dialog keeps the focus inside and gives it back.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const id = target.closest<HTMLElement>("[data-opens]")?.dataset["opens"];
  if (id) document.querySelector<HTMLDialogElement>(`dialog#${CSS.escape(id)}`)?.showModal();
  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && target.classList.contains("dialog")) {
    const box = target.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) target.close();
  }
});
