// The command palette: an input with the role of a combobox over options the server returns.
// The server sends only what this person may do or see.

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const list = palette?.querySelector("[role=listbox]");

function options() {
  return [...list.querySelectorAll("[role=option]")];
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function move(step) {
  const all = options();
  if (all.length === 0) return;
  const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(here + step + all.length) % all.length]);
}

function onKey(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    const chosen = options().find((option) => option.getAttribute("aria-selected") === "true");
    if (!chosen) return; // the form goes to the search page
    event.preventDefault();
    chosen.click();
  }
}

if (input && list) {
  input.addEventListener("keydown", onKey);
  palette.addEventListener("dialog-opened", () => {
    input.value = "";
    input.focus();
    choose(options()[0]);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === list) choose(options()[0]);
  });
}
