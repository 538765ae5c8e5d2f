// Shows a chosen theme at once. The form that holds the buttons is posted to the server by htmx,
// which keeps the choice, so the next page comes in the right colours without a flash.

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=theme]");
  if (!button) return;
  document.documentElement.dataset.theme = button.value;
  for (const other of button.parentElement.querySelectorAll("button[name=theme]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
});
