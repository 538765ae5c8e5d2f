// Tabs that a narrow window cuts off begin with the one that is shown.

function showCurrent(root) {
  for (const current of root.querySelectorAll?.(".tabs [aria-current]") ?? []) {
    const tabs = current.closest(".tabs");
    if (tabs.scrollWidth > tabs.clientWidth) {
      current.scrollIntoView({ block: "nearest", inline: "center" });
    }
  }
}

showCurrent(document);
document.body.addEventListener("htmx:afterSettle", (event) => showCurrent(event.target));
