// After a swap the focus goes where the reader has to look: to the first thing that went wrong.

function focusOnTrouble(root) {
  const trouble = root.querySelector?.("[data-takes-focus]");
  if (!trouble) return;
  trouble.setAttribute("tabindex", "-1");
  trouble.focus();
}

focusOnTrouble(document);
document.body.addEventListener("htmx:afterSettle", (event) => focusOnTrouble(event.target));
