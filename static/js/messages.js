// A message stays until it is read: it goes when it is dismissed, never by a timer.

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismisses]")?.closest(".banner")?.remove();
});

// No answer is an answer too: say that nothing was saved.
document.body.addEventListener("htmx:sendError", () => announce("no-answer"));
document.body.addEventListener("htmx:responseError", () => announce("refused"));

function announce(name) {
  const template = document.getElementById(`message-${name}`);
  const messages = document.getElementById("messages");
  if (template && messages) messages.append(template.content.cloneNode(true));
}
