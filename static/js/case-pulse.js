// The case refreshes itself when somebody else changed it, but never under the reader's hands:
// not while a dialog is open, nor while something is being typed.

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "case-pulse") return;
  const isTyping = document.activeElement?.matches("input, textarea, select");
  if (isTyping || document.querySelector("dialog[open]")) event.preventDefault();
});
